import { describe, expect, it } from '@jest/globals';
import type { CandleEvent } from '../../../../src/core/domain/events.ts';
import { ENTER, GuardWorld, type GuardWorldOptions } from '../../../builders/guardWorld.ts';
import { aCandle, MINUTE } from '../../../builders/engine.ts';
import { T0 } from '../../../builders/orders.ts';

/** A position that the exchange cannot guard, bought in the tenth minute, with no price seen since but what the test shows. */
function holding(options: GuardWorldOptions = {}): GuardWorld {
  const world = new GuardWorld({ triggers: 'none', spec: { takeProfit: 0.1 }, ...options });
  world.state.now = T0 + 10 * MINUTE;
  world.hold();
  const [market] = world.state.markets.values();
  // As in a feed of bars alone: nothing is seen inside of them.
  if (market) market.tickAt = 0;
  return world;
}

const reasons = (world: GuardWorld): string[] =>
  world.codes.filter((code) => code === 'STOP_LOSS' || code === 'TAKE_PROFIT');

/** The n-th minute's bar, closed. */
function show(world: GuardWorld, n: number, bar: Partial<CandleEvent>): void {
  world.step(aCandle(n, 100, bar));
}

describe('a closed bar', () => {
  it('counts with its low and its high when nothing was seen inside of it', () => {
    const low = holding();
    show(low, 11, { low: 89 });
    expect(reasons(low)).toEqual(['STOP_LOSS']);
    const high = holding();
    show(high, 11, { high: 111 });
    expect(reasons(high)).toEqual(['TAKE_PROFIT']);
  });

  it('counts with its close alone when its prices were seen as they came', () => {
    const world = holding();
    world.state.now = T0 + 11 * MINUTE;
    world.trade(100);
    show(world, 11, { low: 80, high: 120 });
    expect(reasons(world)).toEqual([]);
  });

  it('that was seen while it was forming counts with its close alone', () => {
    const world = holding();
    show(world, 11, { at: T0 + 11 * MINUTE + 1, closed: false });
    show(world, 11, { low: 80, high: 120 });
    expect(reasons(world)).toEqual([]);
  });

  it('takes no profit at a high that may be from before the position', () => {
    const world = holding();
    show(world, 9, { high: 120 });
    expect(reasons(world)).toEqual([]);
  });
});

describe('a stop at the exchange', () => {
  /** Guarded since the tenth minute and a half. */
  const guarded = (): GuardWorld => holding({ triggers: 'stop' });

  it('that was there during the whole bar is left to sell', () => {
    const world = guarded();
    show(world, 11, { low: 89 });
    expect(reasons(world)).toEqual([]);
  });

  it('that came after the bar had begun has not seen its low: the one kept here acts', () => {
    const world = new GuardWorld();
    world.state.now = T0 + 10 * MINUTE;
    world.place(ENTER);
    world.send();
    world.fill(world.own1());
    world.state.now += 30_000;
    world.send();
    expect(world.guards).toEqual(['stop 1.996 @90 ACKED']);
    const [market] = world.state.markets.values();
    if (market) market.tickAt = 0;
    show(world, 10, { low: 89 });
    expect(reasons(world)).toEqual(['STOP_LOSS']);
  });
});

describe('a price far from the last one', () => {
  it('leads to nothing when the next one is back', () => {
    const world = holding();
    world.trade(10);
    world.trade(100);
    world.trade(1_000);
    world.trade(100);
    expect(reasons(world)).toEqual([]);
    expect(world.codes.filter((code) => code === 'PRICE_JUMP')).toHaveLength(2);
  });

  it('is believed when the market is still there a second later, not when the bar repeats it', () => {
    const world = holding();
    world.trade(70);
    show(world, 11, { at: world.state.now, close: 70, low: 70, closed: false });
    expect(reasons(world)).toEqual([]);
    world.trade(71);
    expect(reasons(world)).toEqual(['STOP_LOSS']);
  });

  it('is no price for a new order', () => {
    const world = holding({ stopLoss: null });
    world.trade(180);
    expect(world.context.lastPrice).toBe(100);
    show(world, 11, { at: world.state.now, close: 180, high: 180, closed: false });
    expect(world.context.lastPrice).toBe(100);
  });

  it('is believed of a closed bar: a whole minute was traded', () => {
    const world = holding({ stopLoss: null });
    show(world, 11, { close: 180, high: 180 });
    expect(world.context.lastPrice).toBe(180);
  });
});
