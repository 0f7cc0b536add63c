import { describe, expect, it } from '@jest/globals';
import { clientOrderId, exchangeOrderId } from '../../../src/core/domain/ids.ts';
import { resumeSymbol } from '../../../src/runtime/resume.ts';
import { aReport, USDT } from '../../builders/orders.ts';
import { aTrader, type TraderBench } from '../../builders/trader.ts';

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

  it('adopts nothing while balances move, nor when the exchange does not answer', async () => {
    const bench = await aHaltedTrader();
    let usdt = 10_000;
    bench.exchange.onBalances = () => {
      usdt += 1;
      bench.exchange.usdt = String(usdt);
    };
    const adopting = { ...request, adoptBalances: true };
    await expect(resumeSymbol(partsOf(bench), adopting)).rejects.toThrow('BALANCES_MOVING');
    bench.exchange.broken.add('balances');
    await expect(resumeSymbol(partsOf(bench), adopting)).rejects.toThrow('GATEWAY_FAILED');
    expect(bench.haltReason()).not.toBe('');
  });
});
