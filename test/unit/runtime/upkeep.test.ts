import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { clientOrderId, exchangeOrderId, tradeId } from '../../../src/core/domain/ids.ts';
import { readHealth } from '../../../src/runtime/health.ts';
import { aCandle, SELL } from '../../builders/engine.ts';
import { aFill, aReport, BTC } from '../../builders/orders.ts';
import { HeldQueue, overriding } from '../../builders/runtime.ts';
import { aTrader, FakeExchange, type TraderBench } from '../../builders/trader.ts';

const foreign = aReport({
  clientOrderId: clientOrderId('web_123'),
  exchangeOrderId: exchangeOrderId('77'),
});

describe('before arming', () => {
  it('asks for clock, key, orders, fills and balances, then arms', async () => {
    const bench = aTrader();
    await bench.start();
    expect(bench.exchange.calls.slice(0, 7)).toEqual([
      'clockOffsetMs',
      'instruments',
      'balances',
      'history',
      'permissions',
      'open',
      'openOrders',
    ]);
    expect(bench.noted).toEqual(['ARMED']);
    expect(bench.haltReason()).toBe('');
  });

  const QUESTIONS = [
    ...['clockOffsetMs', 'instruments', 'balances', 'history'],
    ...['permissions', 'open', 'openOrders'],
  ];

  it.each(QUESTIONS)(
    'asks again until the exchange answers, says so meanwhile, and then arms: %s',
    async (question) => {
      const bench = aTrader();
      bench.exchange.broken.add(question);
      const started = bench.begin();
      await bench.wait(200);
      expect(bench.trader.waiting).toMatch(
        new RegExp(`^waits for the exchange: .*GATEWAY_FAILED: ${question}$`, 'u'),
      );
      expect(bench.waits.at(-1)).toContain(`${question}; asked 11 times, again in 30 s`);
      expect(bench.exchange.count(question)).toBe(11);
      expect(bench.noted).not.toContain('ARMED');
      bench.exchange.broken.clear();
      await bench.wait(40);
      await started;
      expect([bench.trader.phase, bench.trader.waiting]).toEqual(['running', '']);
      expect(bench.waits.at(-1)).toBe('');
      expect(bench.noted).toEqual(['ARMED']);
    },
  );

  it.each(QUESTIONS)('does not ask again what was refused for good: %s', async (question) => {
    const bench = aTrader();
    bench.exchange.refusal = `KEY_REFUSED: no ${question} for you`;
    bench.exchange.broken.add(question);
    await expect(bench.start()).rejects.toThrow(bench.exchange.refusal);
    expect(bench.exchange.count(question)).toBe(1);
    expect(bench.trader.phase).toBe('failed');
    expect(bench.exchange.calls.at(-1)).toBe('close');
  });

  it.each(QUESTIONS)('gives up waiting when it is told to stop: %s', async (question) => {
    const bench = aTrader();
    bench.exchange.broken.add(question);
    const started = bench.begin();
    await bench.wait(5);
    const asked = bench.exchange.count(question);
    bench.trader.giveUp();
    await expect(started).rejects.toThrow('STOPPED');
    expect(await bench.trader.stop('keep-orders', 1_000)).toEqual({
      openOrders: 0,
      complete: true,
      markets: [],
    });
    expect(bench.trader.phase).toBe('stopped');
    expect(bench.exchange.count(question)).toBe(asked);
  });

  it('does not say that everything was sold when it was stopped before it could sell', async () => {
    const bench = aTrader();
    bench.exchange.broken.add('openOrders');
    const started = bench.begin();
    await bench.wait(5);
    bench.trader.giveUp();
    await expect(started).rejects.toThrow('STOPPED');
    expect((await bench.trader.stop('flatten', 1_000)).complete).toBe(false);
  });

  it('refuses a key that may not trade, or may withdraw', async () => {
    const idle = aTrader();
    idle.exchange.keyRights = { trading: false, withdrawals: false, transfers: false };
    await expect(idle.start()).rejects.toThrow('KEY_REFUSED: the key may not trade');
    const rich = aTrader();
    rich.exchange.keyRights = { trading: true, withdrawals: true, transfers: false };
    await expect(rich.start()).rejects.toThrow('KEY_REFUSED: the key may withdraw');
  });

  it('may be done again from the start after it failed, at any question', async () => {
    const store = createMemoryStore();
    const exchange = new FakeExchange();
    exchange.refusal = 'KEY_REFUSED: not now';
    for (const question of ['permissions', 'open', 'openOrders']) {
      exchange.broken.add(question);
      await expect(aTrader({ store, exchange }).start()).rejects.toThrow('KEY_REFUSED');
      exchange.broken.clear();
    }
    const bench = aTrader({ store, exchange });
    await bench.start();
    expect(bench.noted).toEqual(['ARMED']);
  });

  it('sends no order that an earlier run may have sent: it is asked after and adopted, boot does not wait for the answer, entries do', async () => {
    const store = createMemoryStore();
    const exchange = new FakeExchange();
    const unsent = { queue: new HeldQueue() };
    const first = aTrader({ store, exchange, deps: unsent });
    await first.start();
    await first.buy(0);
    const [order] = first.trader.parts?.session.liveOrders() ?? [];
    const ours = order?.intent.clientOrderId;
    if (!ours) throw new Error('no order');
    exchange.broken.add('lookup');
    const second = aTrader({ store, exchange });
    const states = () => second.trader.parts?.session.liveOrders().map(({ state }) => state);
    await second.start();
    expect([states(), exchange.count('place')]).toEqual([['UNKNOWN'], 0]);
    // Its strategy does not enter a second time before it is known what became of it.
    await second.buy(1);
    expect([states(), second.noted.at(-1)]).toEqual([['UNKNOWN'], 'ORDER_IN_DOUBT']);
    exchange.orders.set(ours, aReport({ clientOrderId: ours }));
    exchange.broken.clear();
    await second.wait(5);
    expect([states(), exchange.count('place')]).toEqual([['ACKED'], 0]);
    await second.buy(2);
    expect(exchange.count('place')).toBe(1);
  });

  it('halts the symbol of an open order that is not ours, and leaves the order alone', async () => {
    const exchange = new FakeExchange();
    exchange.orders.set('web_123', foreign);
    const bench = aTrader({ exchange });
    await bench.start();
    expect(bench.noted).toEqual(['FOREIGN_ORDER', 'HALT', 'ARMED']);
    expect(bench.haltReason()).toBe('order 77 is not ours');
    expect(exchange.count('cancel')).toBe(0);
  });

  it('says so when an open order is of our making but not in this journal', async () => {
    const exchange = new FakeExchange();
    const ours = clientOrderId('xabcdefghijklmnopq');
    exchange.orders.set(ours, { ...foreign, clientOrderId: ours });
    const bench = aTrader({ exchange });
    await bench.start();
    expect(bench.haltReason()).toContain('not in this journal');
    expect(exchange.count('place')).toBe(0);
  });

  it('halts the markets of an asset whose balance differs twice', async () => {
    const store = createMemoryStore();
    const first = aTrader({ store });
    await first.start();
    await first.trader.stop('keep-orders', 0);
    const exchange = new FakeExchange();
    exchange.usdt = '9000';
    const bench = aTrader({ store, exchange });
    await bench.start();
    expect(bench.noted).toEqual(['BALANCE_DRIFT', 'HALT', 'ARMED']);
    expect(bench.haltReason()).toBe('the exchange says 9000 USDT, the ledger says 10000');
  });

  it('holds entries when the disk turns out to be full just before', async () => {
    let reserveSpent = false;
    const bench = aTrader({
      journal: (journal) =>
        overriding(journal, {
          commit: (step) => {
            if (!reserveSpent && step.notes.some(({ code }) => code === 'ARMED'))
              throw new Error('JOURNAL_FULL: no room');
            journal.commit(step);
          },
          spendReserve: () => (reserveSpent = true),
          tend: () => ({ walBytes: 0, reserveSpent }),
        }),
    });
    await bench.start();
    expect(bench.haltReason()).toContain('the disk is full');
  });

  it('lifts what the last run only waited for, and keeps what the operator must see', async () => {
    const store = createMemoryStore();
    const first = aTrader({ store });
    await first.start();
    first.trader.parts?.holds.hold('the disk is full');
    await first.trader.stop('keep-orders', 0);
    const second = aTrader({ store });
    await second.start();
    expect(second.haltReason()).toBe('');
    second.exchange.sink?.report(foreign);
    await second.trader.stop('keep-orders', 0);
    const third = aTrader({ store });
    await third.start();
    expect(third.haltReason()).toBe('order 77 is not ours');
  });
});

describe('while running', () => {
  it('looks at open orders every 10 s, at balances every 30 s', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.calls.length = 0;
    await bench.wait(61);
    expect(bench.exchange.count('openOrders')).toBe(6);
    expect(bench.exchange.count('balances')).toBe(2);
  });

  it('sends no entry right after the machine slept, however early it is told of what came meanwhile', async () => {
    const exchange = new FakeExchange();
    const place = exchange.place.bind(exchange);
    Object.assign(exchange, {
      place: async (order: Parameters<typeof place>[0], look: () => string) => {
        const message = look();
        return message === '' ? place(order) : { kind: 'withheld', message };
      },
    });
    const bench = aTrader({ exchange });
    await bench.start();
    bench.clock.setWall(bench.clock.wallMs() + 290_000);
    await bench.buy(0);
    expect(bench.exchange.count('place')).toBe(0);
    await bench.wait(5);
    expect([bench.noted.includes('HALT'), bench.haltReason()]).toEqual([true, '']);
    await bench.buy(1);
    expect(bench.exchange.count('place')).toBe(1);
  });

  it('lets no entry go after the machine slept before a difference found then is known to be no fill on its way', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.usdt = '9000';
    bench.clock.setWall(bench.clock.wallMs() + 290_000);
    await bench.wait(2);
    expect(bench.haltReason()).toBe('on hold: comparing after a standstill');
    await bench.wait(bench.exchange.timing.readLagMs / 1_000 + 1);
    expect(bench.haltReason()).toBe('the exchange says 9000 USDT, the ledger says 10000');
  });

  it('takes no difference for one while the exchange may yet show a fill', async () => {
    const bench = aTrader();
    const { exchange, strategy } = bench;
    await bench.start();
    await bench.buy(0);
    const [entry] = bench.trader.parts?.session.liveOrders() ?? [];
    if (!entry) throw new Error('no order');
    const { clientOrderId: id, amount } = entry.intent;
    exchange.sink?.fill(aFill({ clientOrderId: id, amount }));
    exchange.usdt = '9900';
    // Half of it is sold already, and the fill of that is not shown yet.
    exchange.coins.set(BTC, '0.5');
    exchange.onPlace = () => ({ kind: 'rejected', code: '-2010', message: 'insufficient balance' });
    strategy.onNextBar = (context) => {
      context.place(SELL);
    };
    exchange.calls.length = 0;
    bench.trader.parts?.session.dispatch(aCandle(1, 100));
    await bench.wait(exchange.timing.readLagMs / 1_000 - 1);
    expect(exchange.calls).toEqual(expect.arrayContaining(['place', 'balances']));
    expect(bench.haltReason()).toBe('');
    exchange.coins.set(BTC, '1');
    await bench.wait(2);
    expect([exchange.count('balances'), bench.haltReason()]).toEqual([2, '']);
  });

  it('looks at everything as soon as the private stream is back', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.calls.length = 0;
    bench.exchange.sink?.stream(false, 'gone');
    bench.exchange.sink?.stream(true, 'back');
    await bench.wait(1);
    expect(bench.exchange.calls).toEqual(expect.arrayContaining(['openOrders', 'balances']));
  });

  it('polls for fills while the private stream is down', async () => {
    const bench = aTrader();
    await bench.start();
    await bench.buy(0);
    bench.exchange.sink?.stream(false, 'gone');
    const [order] = bench.trader.parts?.session.liveOrders() ?? [];
    const { clientOrderId: ours, amount } = order?.intent ?? {};
    if (!ours || !amount) throw new Error('no order');
    bench.exchange.trades.push(aFill({ clientOrderId: ours, amount }));
    await bench.wait(2);
    expect(order?.state).toBe('FILLED');
  });

  it('repeats no cancel that was answered, and asks after one that was not', async () => {
    const bench = aTrader();
    await bench.start();
    await bench.buy(0);
    const [order] = bench.trader.parts?.session.liveOrders() ?? [];
    bench.exchange.cancel = () => {
      bench.exchange.calls.push('cancel');
      return Promise.resolve({ kind: 'unknown', message: 'reset' });
    };
    bench.trader.parts?.session.control({ action: 'cancelAll', reason: 'test' });
    await bench.wait(1);
    expect(order?.state).toBe('CANCELLING');
    const id = order?.intent.clientOrderId ?? '';
    const known = bench.exchange.orders.get(id);
    if (known) bench.exchange.orders.set(id, { ...known, status: 'canceled' });
    await bench.wait(4);
    expect(order?.state).toBe('CANCELLED');
    const cancels = bench.exchange.count('cancel');
    await bench.wait(30);
    expect(bench.exchange.count('cancel')).toBe(cancels);
  });

  it('cancels an order that was to be cancelled when it turns up after all', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.onPlace = () => ({ kind: 'unknown', message: 'reset' });
    await bench.buy(0);
    const [order] = bench.trader.parts?.session.liveOrders() ?? [];
    bench.trader.parts?.session.control({ action: 'cancelAll', reason: 'test' });
    await bench.wait(90);
    expect(order?.state).toBe('NOT_PLACED');
    const late = aReport(order && { clientOrderId: order.intent.clientOrderId });
    bench.exchange.orders.set(late.clientOrderId, late);
    bench.exchange.sink?.report(late);
    expect(order?.state).toBe('ACKED');
    await bench.wait(20);
    expect(order?.state).toBe('CANCELLED');
    expect(bench.noted).toContain('LATE_ORDER');
  });

  it('reads the trading rules again when an order has broken one, and sends nothing more that does', async () => {
    const bench = aTrader();
    await bench.start();
    const [known] = bench.exchange.listed;
    if (!known) throw new Error('nothing listed');
    bench.exchange.listed = [{ ...known, minNotional: dec('1000000') }];
    bench.exchange.onPlace = () => ({
      kind: 'rejected',
      code: '-1013',
      message: 'Filter failure: NOTIONAL',
      breaksRule: true,
    });
    await bench.buy(0);
    await bench.wait(1);
    expect(bench.noted.at(-1)).toBe('RULES_CHANGED');
    await bench.buy(1);
    expect(bench.noted.at(-1)).toBe('NOTIONAL_TOO_SMALL');
    expect([bench.exchange.count('place'), bench.exchange.count('instruments')]).toEqual([1, 2]);
  });

  it('reads the trading rules again every few hours', async () => {
    const bench = aTrader();
    await bench.start();
    const [known] = bench.exchange.listed;
    if (!known) throw new Error('nothing listed');
    bench.exchange.listed = [{ ...known, lotSize: dec('0.1') }];
    bench.clock.advance(4 * 3_600_000);
    await bench.wait(1);
    const instrument = bench.trader.parts?.session.state.markets.get(known.symbol)?.instrument;
    expect([instrument?.lotSize.toString(), bench.noted.at(-1)]).toEqual(['0.1', 'RULES_CHANGED']);
  });

  it('halts the symbol of a fill that is not ours', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.sink?.fill(
      aFill({ tradeId: tradeId('t9'), exchangeOrderId: exchangeOrderId('77') }),
    );
    expect(bench.noted).toEqual(['ARMED', 'FOREIGN_FILL', 'HALT']);
    expect(bench.haltReason()).toBe('fill t9 belongs to no order of ours');
  });

  it('sends no entry on a halted symbol, but still cancels', async () => {
    const bench = aTrader();
    await bench.start();
    await bench.buy(0);
    bench.exchange.orders.set('web_123', foreign);
    await bench.wait(11);
    await bench.buy(1);
    expect(bench.exchange.count('place')).toBe(1);
    bench.trader.parts?.session.control({ action: 'cancelAll', reason: 'test' });
    await bench.wait(1);
    expect(bench.exchange.count('cancel')).toBe(1);
  });

  it('does not halt again what the operator resumed although the stranger is still there', async () => {
    const bench = aTrader();
    bench.exchange.orders.set('web_123', foreign);
    await bench.start();
    const [symbol] = bench.trader.parts?.symbols ?? [];
    if (symbol) bench.trader.parts?.session.control({ action: 'unhalt', symbol, reason: 'seen' });
    await bench.wait(60);
    expect(bench.haltReason()).toBe('');
  });

  it('waits with new entries while an order stays unknown, and goes on when it is known', async () => {
    const bench = aTrader();
    await bench.start();
    bench.exchange.onPlace = () => ({ kind: 'unknown', message: 'reset' });
    bench.exchange.broken.add('lookup');
    await bench.buy(0);
    await bench.wait(90);
    expect(bench.haltReason()).toContain('on hold');
    bench.exchange.broken.clear();
    await bench.wait(90);
    expect(bench.haltReason()).toBe('');
    expect(bench.noted.filter((code) => code === 'ORDER_NOT_PLACED')).toHaveLength(1);
  });

  it('does not wait for an order whose outcome only waits for the books', async () => {
    let isLocked = false;
    const bench = aTrader({
      journal: (journal) =>
        overriding(journal, {
          commit: (step) => {
            if (isLocked) throw new Error('JOURNAL_FULL: no room');
            journal.commit(step);
          },
        }),
    });
    await bench.start();
    bench.exchange.onPlace = () => ({ kind: 'unknown', message: 'reset' });
    bench.exchange.broken.add('lookup');
    await bench.buy(0);
    isLocked = true;
    bench.trader.parts?.session.control({ action: 'resume', reason: 'test' });
    bench.trader.parts?.session.control({ action: 'pause', reason: 'test' });
    await bench.wait(30);
    bench.exchange.broken.clear();
    await bench.wait(60);
    // It is looked up again while its outcome waits, for long and in vain.
    bench.exchange.broken.add('lookup');
    await bench.wait(100);
    isLocked = false;
    await bench.wait(5);
    expect(bench.noted).toEqual(expect.arrayContaining(['PAUSE', 'ORDER_NOT_PLACED']));
    expect(bench.noted).not.toContain('HALT');
  });

  it('sends no entries while the disk is full, says why, and goes on when there is room', async () => {
    let reserveSpent = false;
    const bench = aTrader({
      journal: (journal) =>
        overriding(journal, {
          tend: () => ({ walBytes: 0, reserveSpent }),
        }),
    });
    await bench.start();
    await bench.buy(0);
    reserveSpent = true;
    await bench.wait(10);
    expect(bench.haltReason()).toContain('the disk is full');
    await bench.buy(1);
    expect(bench.exchange.count('place')).toBe(1);
    bench.trader.parts?.session.control({ action: 'cancelAll', reason: 'test' });
    await bench.wait(1);
    expect(bench.exchange.count('cancel')).toBe(1);
    reserveSpent = false;
    await bench.wait(10);
    expect(bench.haltReason()).toBe('');
  });

  it.each([
    [
      'the process stood still',
      (bench: TraderBench) => bench.clock.jumpTo(bench.clock.wallMs() + 600_000),
    ],
    [
      'the clock was set forward',
      (bench: TraderBench) => bench.clock.setWall(bench.clock.wallMs() + 3_600_000),
    ],
    [
      'the clock was set back',
      (bench: TraderBench) => bench.clock.setWall(bench.clock.wallMs() - 3_600_000),
    ],
  ])('expires what was planned and compares first when %s', async (_name, jump) => {
    const bench = aTrader({ deps: { queue: new HeldQueue() } });
    await bench.start();
    await bench.buy(0);
    const [order] = bench.trader.parts?.session.liveOrders() ?? [];
    expect(order?.state).toBe('PLANNED');
    bench.exchange.calls.length = 0;
    bench.exchange.broken.add('clockOffsetMs');
    jump(bench);
    await bench.wait(2);
    expect(order?.state).toBe('EXPIRED');
    expect(bench.haltReason()).toContain('on hold');
    bench.exchange.broken.clear();
    await bench.wait(20);
    expect(bench.haltReason()).toBe('');
    expect(bench.exchange.calls).toEqual(
      expect.arrayContaining(['clockOffsetMs', 'openOrders', 'balances']),
    );
    expect(bench.exchange.count('place')).toBe(0);
  });

  it('knows how it is', async () => {
    const bench = aTrader({ deps: { loopDelayMs: () => 1.26 } });
    await bench.start();
    bench.exchange.onPlace = () => ({ kind: 'unknown', message: 'reset' });
    bench.exchange.broken.add('lookup');
    bench.exchange.broken.add('balances');
    await bench.buy(0);
    await bench.wait(35);
    const { deps, parts, upkeep } = bench.trader;
    if (!parts || !upkeep) throw new Error('not started');
    expect(readHealth(deps, parts, upkeep)).toMatchObject({
      unknown_orders: 1,
      unknown_oldest_ms: 35_000,
      event_loop_delay_ms: 1.3,
      clock_offset_ms: 0,
      reconcile_age_ms: 35_000,
      failing: ['balances'],
      journal_standstill: null,
      disk_full: false,
    });
  });
});
