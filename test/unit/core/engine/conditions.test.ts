import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import type { Condition } from '../../../../src/core/domain/attention.ts';
import { engineConditions } from '../../../../src/core/engine/conditions.ts';
import { aControl, anEngine } from '../../../builders/engine.ts';
import { GuardWorld, leave } from '../../../builders/guardWorld.ts';
import { aReport, BTC, BTC_USDT, GRID, T0, USDT } from '../../../builders/orders.ts';

const codes = (world: GuardWorld): string[] =>
  engineConditions(world.state).map(({ code }) => code);

function only(world: GuardWorld): Condition {
  const [first, ...rest] = engineConditions(world.state);
  if (!first || rest.length > 0) throw new Error(`not one condition: ${codes(world).join()}`);
  return first;
}

function holding(): GuardWorld {
  const world = new GuardWorld();
  world.hold();
  return world;
}

/** Lets seconds of market time pass, each with a price. */
function pass(world: GuardWorld, seconds: number, price = world.price): void {
  for (let second = 0; second < seconds; second += 1) world.trade(price);
}

describe('an engine in order', () => {
  it('needs nobody', () => {
    expect(engineConditions(anEngine().state)).toEqual([]);
    expect(codes(holding())).toEqual([]);
  });
});

describe('a pause', () => {
  it('stands with its reason and since when, until it is resumed', () => {
    const world = new GuardWorld();
    const { now } = world.state;
    world.step({ ...aControl('pause', now), reason: 'holiday' });
    pass(world, 5);
    expect(only(world)).toEqual({
      code: 'entries.paused',
      sinceMarket: now,
      inputs: { reason: 'holiday' },
    });
    world.step(aControl('resume', world.state.now));
    expect(codes(world)).toEqual([]);
  });
});

describe('a halt', () => {
  it('stands with the time of its own reason; a hold is told apart', () => {
    const world = new GuardWorld();
    const halt = { ...aControl('halt', world.state.now), symbol: BTC_USDT };
    world.step({ ...halt, reason: 'on hold: the disk is full' });
    expect(only(world)).toMatchObject({
      code: 'symbol.on_hold',
      symbol: BTC_USDT,
      sinceMarket: halt.at,
      inputs: { reason: 'the disk is full' },
    });
    pass(world, 7);
    const { now } = world.state;
    world.step({ ...halt, at: now, reason: 'drift' });
    expect(only(world)).toMatchObject({ code: 'symbol.halted', sinceMarket: now });
    world.crash();
    expect(only(world)).toMatchObject({ code: 'symbol.halted', sinceMarket: now });
    world.step({ ...halt, at: now, action: 'unhalt' });
    expect(codes(world)).toEqual([]);
  });
});

describe('a stop that is refused again and again', () => {
  it('stands from the first refusal on, with the last words, and is over when a sell is taken', () => {
    const world = new GuardWorld({ triggers: 'none' });
    world.hold();
    world.trade(80);
    const { now } = world.state;
    world.send('rejected');
    expect(codes(world)).toEqual([]);
    pass(world, 20, 80);
    world.send('rejected');
    const refused = {
      code: 'exit.refused',
      strategy: GRID,
      symbol: BTC_USDT,
      sinceMarket: now,
      inputs: { amount: '1.996', base: BTC, times: 2, message: 'rejected' },
    };
    expect(only(world)).toEqual(refused);
    world.crash();
    expect(only(world)).toEqual(refused);
    pass(world, 60, 80);
    world.send();
    expect(codes(world)).toEqual([]);
  });

  it('counts no sell that was cancelled on purpose before it was sent', () => {
    const world = new GuardWorld({ triggers: 'none' });
    world.hold();
    const sell = leave('0.5', { type: 'limit', price: 130 });
    for (let times = 0; times < 3; times += 1) {
      world.act((context) => {
        const id = context.place(sell);
        if (id !== undefined) context.cancel(id, 'no');
      });
      expect(world.own).toEqual(['sell 0.5 PLANNED']);
      world.send();
      expect(world.own).toEqual([]);
    }
    expect(codes(world)).toEqual([]);
  });
});

describe('taking a strategy out of the market', () => {
  it('stands when it takes minutes, with what is left, also after a restart', () => {
    const world = new GuardWorld({ triggers: 'none' });
    world.hold();
    world.trade(80);
    const since = world.state.now;
    world.send('hidden');
    pass(world, 119, 80);
    expect(codes(world)).toEqual([]);
    pass(world, 1, 80);
    const expected = {
      code: 'stop.unfinished',
      sinceMarket: since,
      inputs: { amount: '1.996', base: BTC, reason: 'STOP_LOSS', orders: 1 },
    };
    expect(only(world)).toMatchObject(expected);
    world.crash();
    expect(only(world)).toMatchObject(expected);
  });
});

describe('a position without its stop', () => {
  it('stands since it has been so, until the exchange holds the stop', () => {
    const world = new GuardWorld();
    world.place({
      ...{ purpose: 'entry', side: 'buy', type: 'market' },
      quote: dec('200'),
      reason: 'X',
    });
    world.send();
    world.fill(world.own1());
    const since = world.state.now;
    pass(world, 40);
    expect(only(world)).toMatchObject({ code: 'position.unprotected', sinceMarket: since });
    world.send();
    expect(codes(world)).toEqual([]);
  });
});

describe('positions that are more than the account has', () => {
  it('are told with what is missing, for a lot and more', () => {
    const world = holding();
    const balances = (btc: string) =>
      [
        { asset: BTC, free: dec(btc), locked: dec(0) },
        { asset: USDT, free: dec('9800'), locked: dec(0) },
      ] as const;
    const adopt = { ...aControl('adopt', world.state.now), symbol: BTC_USDT };
    world.step({ ...adopt, balances: balances('1.9955') });
    // The only position there is bears it.
    expect(codes(world)).toEqual([]);
    world.step({ kind: 'balance', at: world.state.now, balances: balances('1.5') });
    expect(engineConditions(world.state).at(-1)).toMatchObject({
      code: 'position.phantom',
      symbol: BTC_USDT,
      inputs: { asset: BTC, positions: '1.9955', balance: '1.5', missing: '0.4955' },
    });
  });
});

describe('an order that contradicts the books', () => {
  it('stands until it has ended', () => {
    const world = new GuardWorld();
    world.place({
      ...{ purpose: 'entry', side: 'buy', type: 'limit' },
      price: 90,
      quote: dec('200'),
      reason: 'X',
    });
    const order = world.own1();
    world.send('rejected');
    const id = order.intent.clientOrderId;
    world.step({
      kind: 'report',
      at: T0 + 9,
      report: aReport({ clientOrderId: id, at: world.state.now }),
    });
    expect(engineConditions(world.state)).toMatchObject([
      { code: 'symbol.halted' },
      { code: 'order.quarantined', order: order.intent.intentId, strategy: GRID },
    ]);
  });
});

describe('a strategy that has failed', () => {
  it('stands with its error', () => {
    const world = holding();
    world.act(() => {
      throw new Error('a bug');
    });
    expect(only(world)).toMatchObject({
      code: 'strategy.failed',
      strategy: GRID,
      sinceMarket: world.state.now,
      inputs: { message: 'a bug' },
    });
  });
});
