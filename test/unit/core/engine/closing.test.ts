/** The operator's word on what one strategy holds, on its entries and on one order. */
import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import type { ControlEvent } from '../../../../src/core/domain/events.ts';
import { asset, strategyId } from '../../../../src/core/domain/ids.ts';
import { closingOf } from '../../../../src/core/engine/closing.ts';
import { engineConditions } from '../../../../src/core/engine/conditions.ts';
import { whyNotSend } from '../../../../src/core/engine/maySend.ts';
import { protectionOf } from '../../../../src/core/engine/protection.ts';
import { snapshotRuntime } from '../../../../src/core/engine/snapshot.ts';
import { step } from '../../../../src/core/engine/step.ts';
import { newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { restoreLedger } from '../../../../src/core/ledger/ledger.ts';
import { aControl, anEngine, aSpec, BUY } from '../../../builders/engine.ts';
import { ENTER, GuardWorld, leave } from '../../../builders/guardWorld.ts';
import { anApproved, anInstrument, BTC_USDT, GRID, USDT } from '../../../builders/orders.ts';

function holding(): GuardWorld {
  const world = new GuardWorld();
  world.hold();
  return world;
}

function say(world: GuardWorld, what: Partial<ControlEvent> & Pick<ControlEvent, 'action'>): void {
  world.step({ kind: 'control', at: world.state.now, reason: 'test', ...what });
}

const conditions = (world: GuardWorld): string[] =>
  engineConditions(world.state).map(({ code }) => code);

/** What is being sold, as `type amount @price STATE`. */
const sells = (world: GuardWorld): string[] =>
  world
    .open(false)
    .filter(({ intent }) => intent.side === 'sell')
    .map(
      ({ intent, state }) =>
        `${intent.type} ${toText(intent.amount)} @${intent.price ? toText(intent.price) : '-'} ${state}`,
    );

describe('closing a strategy', () => {
  it('sells all it holds at the market once its guard has ended, and tells the strategy', () => {
    const world = holding();
    const { position } = world;
    say(world, { action: 'flatten', strategy: GRID });
    expect(sells(world)).toEqual([]);
    world.cancel();
    expect(sells(world)).toEqual([`market ${position} @- PLANNED`]);
    world.send();
    world.fill(world.own1());
    expect(world.position).toBe('0');
    expect(world.strategy.seen).toContain('stopped');
    expect(world.runtime.stopping).toBeUndefined();
  });

  it('sells a part, leaves the rest guarded again, and the strategy goes on with it', () => {
    const world = holding();
    let told = 0;
    world.strategy.onBooked = () => {
      told += 1;
    };
    say(world, { action: 'flatten', strategy: GRID, amount: dec('0.5') });
    world.cancel();
    expect(sells(world)).toEqual(['market 0.5 @- PLANNED']);
    world.send();
    world.fill(world.own1());
    const left = toText(world.runtime.holding.position.amount);
    expect(Number(left)).toBeGreaterThan(1);
    world.send();
    expect(world.guards).toEqual([`stop ${left} @90 ACKED`]);
    expect(told).toBe(1);
    expect(world.strategy.seen).not.toContain('stopped');
    expect(world.codes).toContain('CLOSED_IN_PART');
    expect(world.place(BUY)).toBeDefined();
  });

  it('at a limit rests there, needs nobody, and says that its stop is watched here', () => {
    const world = holding();
    const { position } = world;
    say(world, { action: 'flatten', strategy: GRID, limit: dec('110') });
    world.cancel();
    world.send();
    expect(sells(world)).toEqual([`limit ${position} @110 ACKED`]);
    for (let second = 0; second < 300; second += 1) world.trade(100);
    expect(sells(world)).toEqual([`limit ${position} @110 ACKED`]);
    expect(conditions(world)).toEqual([]);
    expect(protectionOf(world.runtime)).toMatchObject({ where: 'here', stopPrice: 90 });
    world.fill(world.own1(), undefined, 110);
    expect(world.position).toBe('0');
    expect(world.runtime.stopping).toBeUndefined();
  });

  it('at a limit gives way to the stop when that is reached', () => {
    const world = holding();
    const { position } = world;
    say(world, { action: 'flatten', strategy: GRID, limit: dec('110') });
    world.cancel();
    world.send();
    world.trade(89);
    world.cancel();
    expect(sells(world)).toEqual([`market ${position} @- PLANNED`]);
    expect(world.codes).toContain('STOP_LOSS');
  });

  it('takes new terms while the old ones are under way', () => {
    const world = holding();
    const { position } = world;
    say(world, { action: 'flatten', strategy: GRID, limit: dec('110') });
    world.cancel();
    world.send();
    say(world, { action: 'flatten', strategy: GRID });
    world.cancel();
    expect(sells(world)).toEqual([`market ${position} @- PLANNED`]);
  });

  it('survives a restart with its terms', () => {
    const world = holding();
    say(world, { action: 'flatten', strategy: GRID, amount: dec('0.5'), limit: dec('110') });
    world.cancel();
    world.send();
    world.crash();
    expect(sells(world)).toEqual(['limit 0.5 @110 ACKED']);
    world.fill(world.own1(), undefined, 110);
    world.trade(100);
    expect(world.runtime.stopping).toBeUndefined();
    expect(sells(world)).toEqual([]);
  });

  it('ends when its sell is cancelled, with what was sold until then', () => {
    const world = holding();
    say(world, { action: 'flatten', strategy: GRID, limit: dec('110') });
    world.cancel();
    world.send();
    world.fill(world.own1(), dec('0.5'), 110);
    say(world, { action: 'cancel', intentId: world.own1().intent.intentId });
    world.cancel();
    expect(world.runtime.stopping).toBeUndefined();
    expect(sells(world)).toEqual([]);
    world.send();
    expect(world.guards).toEqual([`stop ${world.position} @90 ACKED`]);
  });

  it('is looked at before anything is done: what the exchange would not take is refused', () => {
    const world = holding();
    const { state, runtime } = world;
    expect(closingOf(state, runtime, { amount: dec('0.5') })).toMatchObject({
      ok: true,
      amount: dec('0.5'),
    });
    // The guard covers everything, and would be cancelled first.
    expect(closingOf(state, runtime, {})).toMatchObject({ ok: true });
    expect(closingOf(state, runtime, { amount: dec('0.000001') })).toMatchObject({ ok: false });
    expect(closingOf(state, runtime, { limit: dec('1000') })).toMatchObject({
      ok: false,
      code: 'PRICE_BAND',
    });
    expect(world.guards).toHaveLength(1);
  });
});

describe('pausing a strategy', () => {
  it('refuses its entries and holds back those on their way; exits and the guard stay', () => {
    const world = holding();
    world.place({ ...ENTER, type: 'limit', price: 99, quote: dec('50') });
    say(world, { action: 'pause', strategy: GRID });
    expect(whyNotSend(world.state, world.own1())).toContain('paused');
    expect(world.place(ENTER)).toBeUndefined();
    expect(world.runtime.refusals.get('entry')?.code).toBe('PAUSED');
    expect(world.guards).toEqual([`stop ${world.position} @90 ACKED`]);
    expect(world.place(leave('0.5'))).toBeDefined();
    expect(conditions(world)).toContain('strategy.paused');
    expect(world.state.paused).toBeUndefined();
  });

  it('survives a restart with its reason, and is over when it is resumed', () => {
    const world = holding();
    say(world, { action: 'pause', strategy: GRID, reason: 'earnings' });
    const { now } = world.state;
    world.crash();
    expect(engineConditions(world.state)).toContainEqual({
      ...{ code: 'strategy.paused', strategy: GRID, symbol: BTC_USDT },
      ...{ sinceMarket: now, inputs: { reason: 'earnings' } },
    });
    say(world, { action: 'resume', strategy: GRID });
    expect(conditions(world)).toEqual([]);
    expect(world.place({ ...ENTER, quote: dec('50') })).toBeDefined();
  });
});

describe('cancelling an order', () => {
  it('asks for its cancel, and drops one that only waits', () => {
    const world = holding();
    const waiting = world.place(leave('1'));
    if (waiting === undefined) throw new Error('the exit was refused');
    expect(world.runtime.waiting).toHaveLength(1);
    say(world, { action: 'cancel', intentId: waiting });
    expect(world.runtime.waiting).toHaveLength(0);
    const entry = world.place({ ...ENTER, type: 'limit', price: 99, quote: dec('50') });
    if (entry === undefined) throw new Error('the entry was refused');
    say(world, { action: 'cancel', intentId: entry });
    expect(world.state.orders.get(entry)?.cancelRequested).toBe(true);
  });
});

describe('what a strategy has left that is not configured any more', () => {
  const REMOVED = strategyId('removed-one');

  function left(kept?: Parameters<typeof anEngine>[2]) {
    const position = {
      ...{ strategyId: REMOVED, symbol: BTC_USDT, amount: dec('2'), cost: dec('200') },
      ...{ realisedPnl: dec('0'), feesQuote: dec('0'), fills: 1, openedAt: 1, updatedAt: 1 },
    };
    const balance = (name: string, total: string) => ({
      ...{ asset: asset(name), opening: dec(total), deposited: dec('0'), total: dec(total) },
    });
    const ledger = restoreLedger([balance(USDT, '1000'), balance('BTC', '2')], [position]);
    const order = newRecord(anApproved(1, { strategyId: REMOVED }));
    order.state = 'ACKED';
    const bench = anEngine(
      { instruments: [anInstrument()], ledger, orders: [order] },
      aSpec(),
      kept ?? new Map(),
    );
    const { state } = bench;
    step(state, aControl('arm'));
    const at = state.now + 1_000;
    step(state, { kind: 'trade', at, symbol: BTC_USDT, price: 100, amount: 1, side: 'sell' });
    const runtime = state.strategies.get(REMOVED);
    if (!runtime) throw new Error('nobody takes care of it');
    return { state, order, runtime };
  }

  it('can be sold like any other position; its orders are cancelled as before', () => {
    const { state, order, runtime } = left();
    expect(order.cancelRequested).toBe(true);
    step(state, aControl('flatten', state.now));
    expect(runtime.stopping?.reason).toBe('OPERATOR_EXIT');
    expect(closingOf(state, runtime, {})).toMatchObject({ ok: true, amount: dec('2') });
  });

  it('keeps what the strategy remembered, for when it is configured again', () => {
    const snapshot = { version: 1, strategy: { its: 'own' }, paused: null };
    const { runtime } = left(new Map([[REMOVED, snapshot]]));
    expect(snapshotRuntime(runtime)).toMatchObject({ strategy: { its: 'own' } });
  });
});
