/**
 * For any run of prices, fills, cancels, refusals, lost and late answers and restarts: one guard at most, nothing oversold, and
 * once everything is answered the guard covers exactly what it should.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dec,
  ceilToStep,
  floorToStep,
  maxOf,
  sumOf,
  toText,
  ZERO,
  type Decimal,
} from '../../src/core/domain/decimal.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import { isGuard, type OrderRecord } from '../../src/core/domain/order.ts';
import { EXPOSED_MS_MAX } from '../../src/core/engine/guards.ts';
import { isTerminal } from '../../src/core/orders/transitions.ts';
import { aControl } from '../builders/engine.ts';
import { ENTER, GuardWorld, leave } from '../builders/guardWorld.ts';

const pick = fc.nat({ max: 99 });
const tenths = fc.integer({ min: 1, max: 10 });

type Happening =
  | { readonly kind: 'price'; readonly price: number; readonly seconds: number }
  | { readonly kind: 'dip' }
  | { readonly kind: 'enter'; readonly resting: boolean }
  | { readonly kind: 'leave'; readonly tenths: number; readonly resting: boolean }
  | { readonly kind: 'replace'; readonly pick: number; readonly price: number }
  | { readonly kind: 'takeBack'; readonly pick: number }
  | { readonly kind: 'send'; readonly outcome: 'acked' | 'rejected' | 'lost' | 'hidden' }
  | { readonly kind: 'lookUp' }
  | { readonly kind: 'cancel'; readonly outcome: 'cancelled' | 'refused' }
  | { readonly kind: 'fill'; readonly pick: number; readonly tenths: number }
  | { readonly kind: 'endByOther'; readonly pick: number }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'pause'; readonly on: boolean }
  | { readonly kind: 'crash' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('price' as const),
      price: fc.oneof(fc.integer({ min: 93, max: 112 }), fc.integer({ min: 84, max: 121 })),
      seconds: fc.constantFrom(0, 1, 3, 12, 40),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('enter' as const), resting: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('leave' as const), tenths, resting: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      pick,
      price: fc.integer({ min: 90, max: 110 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('takeBack' as const), pick }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      outcome: fc.constantFrom(
        'acked' as const,
        'acked' as const,
        'acked' as const,
        'rejected' as const,
        'lost' as const,
        'hidden' as const,
      ),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'lookUp' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('cancel' as const),
      outcome: fc.constantFrom('cancelled' as const, 'cancelled' as const, 'refused' as const),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('fill' as const), pick, tenths }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('endByOther' as const), pick }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'dip' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flatten' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause' as const), on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'crash' as const }) },
);

const happenings = fc.array(happening, { minLength: 25, maxLength: 60 });

const nth = <Item>(items: readonly Item[], n: number): Item | undefined =>
  items[n % Math.max(1, items.length)];

function tenthOf(world: GuardWorld, amount: Decimal, n: number): Decimal {
  return maxOf(
    floorToStep(amount.times(n).times('0.1'), world.instrument.lotSize),
    world.instrument.lotSize,
  );
}

/** Orders that the exchange could execute at the present price. */
function executable(world: GuardWorld): OrderRecord[] {
  return world.runtime.openOrders.filter(({ intent }) => {
    if (world.held.get(intent.intentId)?.status !== 'open') return false;
    if (intent.trigger) return intent.trigger.gte(world.price);
    if (!intent.price) return true;
    return intent.side === 'buy' ? intent.price.gte(world.price) : intent.price.lte(world.price);
  });
}

type HappeningOf<Kind extends Happening['kind']> = Extract<Happening, { readonly kind: Kind }>;

/** What each happening does. */
const DO: {
  readonly [Kind in Happening['kind']]: (world: GuardWorld, what: HappeningOf<Kind>) => void;
} = {
  price: (world, { price, seconds }) => world.trade(price, seconds),
  dip: (world) => {
    world.trade(88);
    world.trade(88, 11);
  },
  enter: (world, { resting }) => {
    world.place(resting ? { ...ENTER, type: 'limit', price: world.price * 0.99 } : ENTER);
  },
  leave: (world, { tenths: share, resting }) => {
    const held = world.runtime.holding.position.amount;
    if (!held.gt(0)) return;
    const amount = toText(tenthOf(world, held, share));
    world.place(
      resting ? leave(amount, { type: 'limit', price: world.price * 1.02 }) : leave(amount),
    );
  },
  replace: (world, { pick: index, price }) => {
    const limits = world.open(false).filter(({ intent }) => intent.type === 'limit');
    const old = nth(limits, index)?.intent;
    if (!old) return;
    const { purpose, side, amount, reason, tag } = old;
    const next = { purpose, side, type: 'limit', price, amount, reason, tag } as const;
    world.act((context) => {
      context.replace(old.intentId, next, 'REPLACED');
    });
  },
  takeBack: (world, { pick: index }) => {
    const order = nth(world.context.openOrders, index);
    if (order) world.act((context) => context.cancel(order.intent.intentId, 'TAKEN BACK'));
  },
  send: (world, { outcome }) => {
    const [first] = world.unsent();
    if (first) world.sendGroup(first, outcome);
  },
  lookUp: lookUpUnknown,
  cancel: (world, { outcome }) => world.cancel(outcome),
  fill: (world, { pick: index, tenths: share }) => {
    const order = nth(executable(world), index);
    if (order) world.fill(order, tenthOf(world, order.intent.amount, share));
  },
  endByOther: (world, { pick: index }) => {
    const open = world.runtime.openOrders.filter(
      ({ intent }) => world.held.get(intent.intentId)?.status === 'open',
    );
    const order = nth(open, index);
    if (order) world.end(order);
  },
  flatten: (world) => world.step(aControl('flatten', world.state.now)),
  pause: (world, { on }) => world.step(aControl(on ? 'pause' : 'resume', world.state.now)),
  crash: (world) => world.crash(),
};

function happen(world: GuardWorld, what: Happening): void {
  // The table has the function of each kind, which the compiler cannot follow through the look-up.
  (DO[what.kind] as (world: GuardWorld, what: Happening) => void)(world, what);
}

function lookUpUnknown(world: GuardWorld): void {
  for (const order of [...world.runtime.openOrders])
    if (order.state === 'UNKNOWN' || order.state === 'SENDING') world.lookUp(order);
}

/** What sells may still deliver: a pair once. */
function promised(orders: readonly OrderRecord[]): Decimal {
  const left = ({ intent, filled }: OrderRecord): Decimal => intent.amount.minus(filled);
  const sells = orders.filter(({ intent }) => intent.side === 'sell');
  const guards = sells.filter(({ intent }) => isGuard(intent));
  const own = sells.filter(({ intent }) => !isGuard(intent));
  return sumOf(own.map(left)).plus(guards.map(left).reduce(maxOf, ZERO));
}

/** What holds at every moment. */
function check(world: GuardWorld): void {
  const live = world.runtime.openOrders.filter(({ state }) => !isTerminal(state));
  const guards = live.filter(({ intent }) => isGuard(intent));
  const stops = guards.filter(({ intent }) => intent.type === 'stop');
  const targets = guards.filter(({ intent }) => intent.type !== 'stop');
  expect([stops.length <= 1, targets.length <= 1]).toEqual([true, true]);
  const [stop] = stops;
  const [target] = targets;
  if (stop && target) expect(target.intent.pairId).toBe(stop.intent.intentId);
  const { amount } = world.runtime.holding.position;
  expect(amount.gte(0)).toBe(true);
  expect(promised(live).lte(amount)).toBe(true);
  const open = [...world.held.values()].filter(({ status }) => status === 'open');
  const atExchange = open.map(({ intent, filled }) => ({ intent, filled }) as OrderRecord);
  expect(promised(atExchange).lte(amount)).toBe(true);
  expect(new Set(world.context.openOrders.map(({ intent }) => intent.intentId)).size).toBe(
    world.context.openOrders.length,
  );
}

/** Everything is answered, and the price stays between stop and target. */
function heal(world: GuardWorld): void {
  world.step(aControl('resume', world.state.now));
  for (let round = 0; round < 25; round += 1) {
    const { averagePrice } = world.runtime.holding;
    world.trade(averagePrice > 0 ? averagePrice : 100, 5);
    lookUpUnknown(world);
    world.cancel();
    world.send();
    for (const order of executable(world))
      if (!order.intent.trigger && order.intent.type === 'market') world.fill(order);
    check(world);
  }
}

function expectCovered(world: GuardWorld): void {
  const { runtime, instrument } = world;
  const { amount } = runtime.holding.position;
  const own = promised(world.open(false));
  const free = floorToStep(amount.minus(own), instrument.lotSize);
  const stopPrice = dec(runtime.stopPrice.toPrecision(12));
  const isSellable =
    free.gte(instrument.minAmount) && free.times(stopPrice).gte(instrument.minNotional);
  expect(runtime.waiting).toEqual([]);
  expect(runtime.stopping).toBeUndefined();
  expect(runtime.guard.settled).toBe(true);
  if (!isSellable || instrument.triggers === 'none') {
    expect(world.guards).toEqual([]);
    return;
  }
  const stop = world.leg('stop');
  expect([stop.state, toText(stop.intent.amount)]).toEqual(['ACKED', toText(free)]);
  expect(Math.abs((stop.intent.trigger?.toNumber() ?? 0) - runtime.stopPrice)).toBeLessThan(0.011);
  const isPaired = instrument.triggers === 'oco' && world.spec.takeProfit !== undefined;
  expect(world.guards).toHaveLength(isPaired ? 2 : 1);
}

const AT_EXCHANGE: ReadonlySet<string> = new Set(['ACKED', 'PARTIAL', 'CANCELLING']);
const UNDER_WAY: ReadonlySet<string> = new Set(['PLANNED', 'SENDING']);

/** Something is held that could be guarded, is not being sold, and is not covered by a stop at the exchange. */
function isExposed(world: GuardWorld): boolean {
  const { runtime, instrument } = world;
  if (instrument.triggers === 'none') return false;
  const stops = world
    .open(true)
    .filter(
      ({ intent, state }) => intent.type === 'stop' && (state === 'ACKED' || state === 'PARTIAL'),
    );
  // A sell that the exchange does not have sells nothing; beside a stop that covers the rest, one that is under way counts.
  const sells = world
    .open(false)
    .filter(({ state }) => AT_EXCHANGE.has(state) || (stops.length > 0 && UNDER_WAY.has(state)));
  const free = runtime.holding.position.amount.minus(promised(sells));
  const lots = floorToStep(free, instrument.lotSize);
  const isSellable = (amount: Decimal): boolean =>
    amount.times(runtime.stopPrice).gte(instrument.minNotional);
  // At or below its price a stop is about to sell, and what it leaves is sold here.
  const trigger = ceilToStep(dec(runtime.stopPrice.toPrecision(12)), instrument.tickSize);
  const isReached = runtime.market.lastPrice <= trigger.toNumber();
  if (isReached) return isSellable(lots) && stops.length === 0;
  return isSellable(lots.minus(promised(stops)));
}

const settings = fc.record({
  triggers: fc.constantFrom<Instrument['triggers']>('none', 'stop', 'oco', 'oco'),
  takeProfit: fc.constantFrom(undefined, 0.15),
  holds: fc.boolean(),
});

describe('guards, over any sequence of prices, fills, cancels, refusals and restarts', () => {
  it('are one at most, never oversell, and cover exactly what is held once all is answered', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(settings, happenings, ({ triggers, takeProfit, holds }, run) => {
        const spec = takeProfit === undefined ? {} : { takeProfit };
        const world = new GuardWorld({ triggers, spec });
        if (holds) world.hold();
        for (const what of run) {
          happen(world, what);
          check(world);
          for (const text of world.guards) seen.add(text.replace(/ .*/u, ''));
        }
        heal(world);
        expectCovered(world);
        for (const code of world.codes) seen.add(code);
      }),
      { numRuns: 200 },
    );
    // The runs must reach what they are to prove.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        ...['STOP_LOSS', 'TAKE_PROFIT', 'STOP_OVERDUE', 'UNPROTECTED', 'PROTECTED', 'STOPPED'],
        ...['ORDER_WAITS', 'ORDER_DROPPED', 'OPERATOR_EXIT', 'stop', 'limit_maker'],
      ]),
    );
  });

  it('alarm a position that is without its stop for too long, and never another', () => {
    let alarms = 0;
    fc.assert(
      fc.property(settings, happenings, ({ triggers, holds }, run) => {
        const world = new GuardWorld({ triggers });
        if (holds) world.hold();
        let exposedSince = Infinity;
        world.afterStep = () => {
          exposedSince = isExposed(world) ? Math.min(exposedSince, world.state.now) : Infinity;
        };
        for (const what of run) {
          happen(world, what);
          world.trade(world.price, 0);
          const isTooLong = world.state.now - exposedSince > EXPOSED_MS_MAX;
          expect(world.runtime.guard.alarmed).toBe(isTooLong);
          if (isTooLong) alarms += 1;
        }
      }),
      { numRuns: 150 },
    );
    expect(alarms).toBeGreaterThan(20);
  });
});
