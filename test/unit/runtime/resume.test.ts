import { describe, expect, it } from '@jest/globals';
import { clientOrderId, exchangeOrderId } from '../../../src/core/domain/ids.ts';
import { createMemoryStore, type MemoryStore } from '../../../src/adapters/memory/store.ts';
import { dec, toText, ZERO } from '../../../src/core/domain/decimal.ts';
import { strategyId, type Asset } from '../../../src/core/domain/ids.ts';
import { previewAdoption, resumeSymbol } from '../../../src/runtime/resume.ts';
import { aReport, BTC, BTC_USDT, GRID, T0, USDT } from '../../builders/orders.ts';
import { aTrader, FakeExchange, type TraderBench } from '../../builders/trader.ts';

const stranger = aReport({
  clientOrderId: clientOrderId('web_123'),
  exchangeOrderId: exchangeOrderId('77'),
});
const request = { symbol: 'BTC/USDT', reason: 'looked', adoptBalances: false };

function partsOf(bench: TraderBench) {
  const { parts } = bench.trader;
  if (!parts) throw new Error('not started');
  return parts;
}

async function aHaltedTrader(): Promise<TraderBench> {
  const bench = aTrader();
  await bench.start();
  bench.exchange.sink?.report(stranger);
  expect(bench.haltReason()).not.toBe('');
  return bench;
}

describe('resuming a symbol', () => {
  it('lets it trade again, and notes why', async () => {
    const bench = await aHaltedTrader();
    await resumeSymbol(partsOf(bench), { ...request, symbol: 'btc/usdt' });
    expect(bench.haltReason()).toBe('');
    expect(bench.noted.at(-1)).toBe('UNHALT');
    await bench.buy(0);
    expect(bench.exchange.count('place')).toBe(1);
  });

  it('leaves on hold what waits for something else as well', async () => {
    const bench = await aHaltedTrader();
    partsOf(bench).holds.hold('the disk is full');
    await resumeSymbol(partsOf(bench), request);
    expect(bench.haltReason()).toBe('on hold: the disk is full');
    partsOf(bench).holds.lift('the disk is full');
    expect(bench.haltReason()).toBe('');
  });

  it('cancels an order that was refused and stands after all', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.onPlace = () => ({ kind: 'rejected', code: '-2010', message: 'no' });
    await bench.buy(0);
    const [order] = [...bench.store.orders.values()].map(({ record }) => record);
    if (!order) throw new Error('no order');
    expect(order.state).toBe('REJECTED');
    const { clientOrderId: id } = order.intent;
    bench.exchange.orders.set(id, aReport({ clientOrderId: id }));
    await bench.wait(11);
    expect([order.state, bench.exchange.count('cancel')]).toEqual(['QUARANTINED', 0]);
    expect(bench.haltReason()).toContain('is quarantined');
    const cancel = bench.exchange.cancel.bind(bench.exchange);
    bench.exchange.cancel = () => Promise.resolve({ kind: 'rejected', code: '-2015', message: '' });
    await resumeSymbol(partsOf(bench), request);
    await bench.wait(1);
    // The symbol trades again and its order stands: it may be resumed once more.
    expect([order.state, bench.haltReason()]).toEqual(['QUARANTINED', '']);
    bench.exchange.cancel = cancel;
    await resumeSymbol(partsOf(bench), request);
    await bench.wait(1);
    expect([order.state, bench.haltReason()]).toEqual(['CANCELLED', '']);
  });

  it('gives an order up that was refused and that nobody knows of any more', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.onPlace = () => ({ kind: 'rejected', code: '-2010', message: 'no' });
    await bench.buy(0);
    const [order] = [...bench.store.orders.values()].map(({ record }) => record);
    if (!order) throw new Error('no order');
    bench.exchange.sink?.report(aReport({ clientOrderId: order.intent.clientOrderId }));
    await resumeSymbol(partsOf(bench), request);
    await bench.wait(90);
    expect(bench.noted).toContain('ORDER_NOT_PLACED');
  });

  it('says which symbols there are when it does not know this one', async () => {
    const bench = await aHaltedTrader();
    await expect(resumeSymbol(partsOf(bench), { ...request, symbol: 'DOGE/USDT' })).rejects.toThrow(
      'SYMBOL_UNKNOWN: DOGE/USDT is not traded here; there is BTC/USDT',
    );
  });

  it('says so when nothing is halted', async () => {
    const bench = aTrader();
    await bench.start();
    await expect(resumeSymbol(partsOf(bench), request)).rejects.toThrow('NOT_HALTED');
  });

  it('books the difference first when asked to, so that it does not halt again', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.usdt = '12345';
    await bench.wait(61);
    expect(bench.haltReason()).toContain('12345');
    await resumeSymbol(partsOf(bench), { ...request, adoptBalances: true });
    expect(bench.noted.slice(-2)).toEqual(['DEPOSIT_ADOPTED', 'UNHALT']);
    const account = partsOf(bench).session.state.ledger.accounts.get(USDT);
    expect(account?.total.toString()).toBe('12345');
    await bench.wait(120);
    expect(bench.haltReason()).toBe('');
    expect(partsOf(bench).reconciler.drift).toBe('');
  });

  it('adopts no difference that a fill may explain which is not shown yet', async () => {
    const bench = await aHaltedTrader();
    bench.exchange.usdt = '9000';
    const shown = previewAdoption(partsOf(bench), { symbol: 'BTC/USDT' });
    await bench.wait(bench.exchange.timing.readLagMs / 1_000 - 1);
    // As when the fill is booked by now.
    bench.exchange.usdt = '10000';
    await bench.wait(3);
    expect(await shown).toMatchObject({ transfers: [], moves: [] });
  });

  it('adopts nothing while balances move, nor when the exchange does not answer', async () => {
    const bench = await aHaltedTrader();
    let usdt = 10_000;
    bench.exchange.onBalances = () => {
      usdt += 1;
      bench.exchange.usdt = String(usdt);
    };
    const adopting = { ...request, adoptBalances: true };
    const moving = expect(resumeSymbol(partsOf(bench), adopting)).rejects.toThrow(
      'BALANCES_MOVING',
    );
    await bench.wait(30);
    await moving;
    bench.exchange.broken.add('balances');
    await expect(resumeSymbol(partsOf(bench), adopting)).rejects.toThrow('GATEWAY_FAILED');
    expect(bench.haltReason()).not.toBe('');
  });
});

/** Books in which the strategy and one that is configured no more hold 1 BTC each. */
function twoHolders(): MemoryStore {
  const store = createMemoryStore();
  for (const [id, openedAt] of [
    [GRID, T0],
    [strategyId('old'), T0 - 9],
  ] as const) {
    const money = { cost: dec('100'), realisedPnl: ZERO, feesQuote: ZERO, fills: 1 };
    const position = { strategyId: id, symbol: BTC_USDT, amount: dec('1'), ...money, openedAt };
    store.positions.set(`${id} ${BTC_USDT}`, position);
  }
  const opened = (asset: Asset, amount: string) => {
    store.balances.set(asset, { asset, opening: ZERO, deposited: dec(amount), total: dec(amount) });
  };
  opened(BTC, '2');
  opened(USDT, '10000');
  return store;
}

/** Half a coin was sold by hand for 60. */
async function aShortTrader(): Promise<TraderBench> {
  const exchange = new FakeExchange();
  exchange.coins.set(BTC, '1.5');
  exchange.usdt = '10060';
  const bench = aTrader({ exchange, store: twoHolders() });
  await bench.start();
  return bench;
}

const held = (bench: TraderBench): string[] =>
  [...bench.store.positions.values()].map(
    ({ strategyId: id, amount }) => `${id} ${toText(amount)}`,
  );

describe('resuming a symbol of which positions say more than is there', () => {
  it('is refused while it is not said whose it was', async () => {
    const bench = await aShortTrader();
    expect(bench.haltReason()).toContain('BTC');
    await expect(resumeSymbol(partsOf(bench), request)).rejects.toThrow(
      'POSITIONS_MISSING: positions say 2 BTC, the account has 1.5',
    );
    const adopting = { ...request, adoptBalances: true };
    await expect(resumeSymbol(partsOf(bench), adopting)).rejects.toThrow(
      'RULE_NEEDED: 0.5 BTC of grid 1, old 1 is gone',
    );
    expect([held(bench), bench.store.bookings]).toEqual([['grid 1', 'old 1'], []]);
    expect(bench.haltReason()).not.toBe('');
  });

  it('shows what it would do, and does that: positions, money and the halt in the books', async () => {
    const bench = await aShortTrader();
    const wish = { symbol: 'btc/usdt', rule: 'newest' };
    const shown = await previewAdoption(partsOf(bench), wish);
    expect(shown).toEqual({
      symbol: 'BTC/USDT',
      transfers: [
        { asset: 'BTC', exchange: '1.5', ledger: '2' },
        { asset: 'USDT', exchange: '10060', ledger: '10000' },
      ],
      moves: [
        {
          ...{ strategy: 'grid', symbol: 'BTC/USDT', base: 'BTC' },
          ...{ amount: '-0.5', before: '1', after: '0.5' },
        },
      ],
    });
    expect(held(bench)).toEqual(['grid 1', 'old 1']);
    const reason = 'sold by hand';
    await resumeSymbol(partsOf(bench), { ...wish, reason, adoptBalances: true, agreed: shown });
    expect(held(bench)).toEqual(['grid 0.5', 'old 1']);
    expect([bench.haltReason(), partsOf(bench).reconciler.drift]).toEqual(['', '']);
    expect(bench.store.bookings).toMatchObject([
      { strategyId: GRID, cause: 'gone', reason: 'sold by hand', afterFills: 1 },
    ]);
    await bench.wait(120);
    expect([bench.haltReason(), partsOf(bench).reconciler.drift]).toEqual(['', '']);
  });

  it('cuts what a strategy that is not configured any more has left, when that is said', async () => {
    const bench = await aShortTrader();
    await resumeSymbol(partsOf(bench), { ...request, adoptBalances: true, rule: 'old' });
    expect(held(bench)).toEqual(['grid 1', 'old 0.5']);
  });

  it('does nothing when it would not do what was agreed to', async () => {
    const bench = await aShortTrader();
    const rule = 'pro-rata';
    const agreed = await previewAdoption(partsOf(bench), { symbol: 'BTC/USDT', rule });
    bench.exchange.coins.set(BTC, '1.4');
    const adopting = { ...request, adoptBalances: true, rule, agreed };
    const changed = expect(resumeSymbol(partsOf(bench), adopting)).rejects.toThrow('PLAN_CHANGED');
    await bench.wait(6);
    await changed;
    expect(held(bench)).toEqual(['grid 1', 'old 1']);
  });
});
