import { describe, expect, it } from '@jest/globals';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import type { Order, OrderRequest } from '../../../../src/simulator/engine/types.ts';
import { UNIT, engineFixture } from './engineFixture.ts';
import type { Fixture } from './engineFixture.ts';

/** Lets one lot trade at a price between two accounts of which neither is `ann`. */
function tradeAt({ order }: Fixture, ticks: number): void {
  order({ accountId: 'bob', side: 'SELL', ticks, lots: 1 });
  order({ accountId: 'cat', side: 'BUY', ticks, lots: 1, timeInForce: 'IOC' });
}

const states = (orders: readonly Order[]): string[] =>
  orders.map(({ status, isTriggered }) => `${status}${isTriggered ? ' active' : ''}`);

describe('a trigger', () => {
  it.each<[Partial<OrderRequest>, number, number]>([
    [{ type: 'STOP_LOSS_LIMIT', side: 'SELL', triggerTicks: 95 }, 96, 95],
    [{ type: 'STOP_LOSS_LIMIT', side: 'BUY', triggerTicks: 105 }, 104, 105],
    [{ type: 'TAKE_PROFIT_LIMIT', side: 'SELL', triggerTicks: 105 }, 104, 105],
    [{ type: 'TAKE_PROFIT_LIMIT', side: 'BUY', triggerTicks: 95 }, 96, 95],
  ])('of %j does nothing at %d and fires at %d', (request, before, at) => {
    const fixture = engineFixture();
    tradeAt(fixture, 100);
    const waiting = fixture.order({ ...request, ticks: request.side === 'SELL' ? 200 : 20 });
    tradeAt(fixture, before);
    expect(states([waiting])).toEqual(['NEW']);
    tradeAt(fixture, at);
    expect(states([waiting])).toEqual(['NEW active']);
    expect(waiting.workingMs).toBe(waiting.updatedMs);
    expect(selfCheck(fixture.engine)).toEqual([]);
  });

  it('that the last price has reached already is refused', () => {
    const fixture = engineFixture();
    tradeAt(fixture, 100);
    const refusal = { ok: false, refusal: 'WOULD_TRIGGER' };
    expect(fixture.place({ type: 'STOP_LOSS', side: 'BUY', triggerTicks: 100 })).toEqual(refusal);
    expect(fixture.place({ type: 'STOP_LOSS', side: 'SELL', triggerTicks: 100 })).toEqual(refusal);
    expect(fixture.place({ type: 'STOP_LOSS', side: 'SELL', triggerTicks: 99 }).ok).toBe(true);
  });

  it('is needed by the kinds that have one, and by them alone', () => {
    const { place } = engineFixture();
    const refusal = { ok: false, refusal: 'INVALID_ORDER' };
    expect(place({ type: 'STOP_LOSS', side: 'SELL' })).toEqual(refusal);
    expect(place({ type: 'STOP_LOSS', side: 'SELL', triggerTicks: 1.5 })).toEqual(refusal);
    expect(place({ type: 'LIMIT', triggerTicks: 90 })).toEqual(refusal);
  });

  it('fires by a price printed elsewhere, but not while the instrument is halted', () => {
    const { order, engine } = engineFixture();
    const stop = order({ type: 'STOP_LOSS_LIMIT', side: 'SELL', triggerTicks: 95, ticks: 94 });
    engine.setStatus('BTCUSDT', 'HALT', 5);
    engine.onLastPrice('BTCUSDT', 90, 6);
    expect(states([stop])).toEqual(['NEW']);
    engine.setStatus('BTCUSDT', 'TRADING', 7);
    engine.onLastPrice('BTCUSDT', 90, 8);
    expect(states([stop])).toEqual(['NEW active']);
  });

  it('is in no book before it fires', () => {
    const { order, engine, recorded } = engineFixture();
    order({ type: 'STOP_LOSS_LIMIT', side: 'SELL', triggerTicks: 95, ticks: 94 });
    expect(engine.book('BTCUSDT').asks.levelCount).toBe(0);
    expect(recorded.levels).toEqual([]);
  });
});

describe('orders that fire at once', () => {
  it('act nearest trigger first, then the longest waiting, each after the one before is done', () => {
    const fixture = engineFixture();
    const { order, recorded } = fixture;
    tradeAt(fixture, 100);
    const stop = (triggerTicks: number): Order =>
      order({ type: 'STOP_LOSS_LIMIT', side: 'SELL', triggerTicks, ticks: triggerTicks, lots: 1 });
    const [far, near, twin] = [stop(95), stop(97), stop(97)];
    recorded.words.length = 0;
    tradeAt(fixture, 94);
    expect(recorded.words.filter((word) => word.endsWith('TRIGGERED'))).toEqual(
      [near, twin, far].map(({ id }) => `${String(id)} TRIGGERED`),
    );
  });

  it('set off others by their own trades, in a chain that ends', () => {
    const fixture = engineFixture();
    const { order, recorded } = fixture;
    tradeAt(fixture, 100);
    for (const ticks of [98, 96, 94, 92]) order({ accountId: 'bob', ticks, lots: 1 });
    const stop = (triggerTicks: number): Order =>
      order({ type: 'STOP_LOSS', side: 'SELL', triggerTicks, lots: 1 });
    const chain = [stop(98), stop(96), stop(94)];
    recorded.trades.length = 0;
    order({ accountId: 'cat', side: 'SELL', ticks: 98, lots: 1, timeInForce: 'IOC' });
    expect(recorded.trades.map(({ ticks }) => ticks)).toEqual([98, 96, 94, 92]);
    expect(states(chain)).toEqual(['FILLED active', 'FILLED active', 'FILLED active']);
    expect(selfCheck(fixture.engine)).toEqual([]);
  });

  it('wait until the order that moved the price is done', () => {
    const fixture = engineFixture();
    const { order, recorded } = fixture;
    tradeAt(fixture, 100);
    order({ accountId: 'bob', ticks: 99, lots: 1 });
    order({ accountId: 'bob', ticks: 98, lots: 1 });
    const stop = order({ type: 'STOP_LOSS', side: 'SELL', triggerTicks: 99, lots: 1 });
    const sweep = order({ accountId: 'cat', side: 'SELL', ticks: 98, lots: 2 });
    expect([sweep.status, stop.status]).toEqual(['FILLED', 'EXPIRED']);
    expect(recorded.words.slice(-2)).toEqual([
      `${String(stop.id)} TRIGGERED`,
      `${String(stop.id)} EXPIRED`,
    ]);
  });
});

describe('the lock of a trigger order', () => {
  it('is at its limit, or at its trigger when it has none; selling locks the quantity', () => {
    const { order, balance } = engineFixture();
    order({ type: 'STOP_LOSS_LIMIT', triggerTicks: 110, ticks: 120, lots: 1000 });
    expect(balance('ann', 'USDT')[1]).toBe(120n * UNIT);
    order({ type: 'STOP_LOSS', triggerTicks: 110, ticks: 500, lots: 1000 });
    expect(balance('ann', 'USDT')[1]).toBe(230n * UNIT);
    order({ type: 'TAKE_PROFIT', side: 'SELL', triggerTicks: 110, lots: 1000 });
    expect(balance('ann', 'BTC')[1]).toBe(UNIT);
  });

  it('comes back whole on cancel', () => {
    const { order, engine, balance } = engineFixture();
    const stop = order({ type: 'STOP_LOSS', triggerTicks: 110, lots: 1000 });
    expect(engine.cancel(stop, 9)).toBe(true);
    expect(balance('ann', 'USDT')).toEqual([10_000n * UNIT, 0n]);
    expect(selfCheck(engine)).toEqual([]);
  });

  it('does not bind the price of a stop that buys; without the funds for the market it expires', () => {
    const fixture = engineFixture();
    const { order, balance } = fixture;
    tradeAt(fixture, 100);
    order({ accountId: 'bob', side: 'SELL', ticks: 150, lots: 70_000 });
    order({ ticks: 1, lots: 100_000 });
    const rich = order({ type: 'STOP_LOSS', triggerTicks: 110, lots: 40_000 });
    const poor = order({ type: 'STOP_LOSS', triggerTicks: 111, lots: 30_000 });
    fixture.engine.onLastPrice('BTCUSDT', 120, 50);
    // 40 units at 150; what is left does not pay for 30 more.
    expect([rich.status, poor.status]).toEqual(['FILLED', 'EXPIRED']);
    expect(balance('ann', 'USDT')).toEqual([(10_000n - 100n - 6_000n) * UNIT, 100n * UNIT]);
  });
});
