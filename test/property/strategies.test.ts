import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, roundTo, sumOf, type Decimal } from '../../src/core/domain/decimal.ts';
import { asset } from '../../src/core/domain/ids.ts';
import type { StrategyKind } from '../../src/core/strategies/contract.ts';
import { DCA } from '../../src/core/strategies/dca/kind.ts';
import { GRID } from '../../src/core/strategies/grid/kind.ts';
import { MEAN_REVERSION } from '../../src/core/strategies/meanReversion/kind.ts';
import { TREND } from '../../src/core/strategies/trend/kind.ts';
import { BTC, StrategyBench } from '../builders/strategyContext.ts';

/** One thing that happens to a strategy. `pick` in [0, 1) chooses among what is there. */
type Happening =
  | { readonly kind: 'bar'; readonly move: number }
  | { readonly kind: 'match' }
  | { readonly kind: 'fill'; readonly pick: number; readonly share: number }
  | {
      readonly kind: 'end';
      readonly pick: number;
      readonly state: 'CANCELLED' | 'REJECTED' | 'EXPIRED' | 'NOT_PLACED';
    }
  | { readonly kind: 'refuse'; readonly on: boolean }
  | { readonly kind: 'lateFill'; readonly pick: number; readonly share: number }
  | { readonly kind: 'stop' };

/** Evenly spread: fc.double favours numbers next to zero, with which no line is ever crossed. */
const pick = fc.integer({ min: 0, max: 999 }).map((n) => n / 1_000);
const move = fc.integer({ min: -300, max: 300 }).map((n) => n / 10_000);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('bar' as const),
      move,
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'match' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fill' as const), pick, share: pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      pick,
      state: fc.constantFrom(
        'CANCELLED' as const,
        'REJECTED' as const,
        'EXPIRED' as const,
        'NOT_PLACED' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('lateFill' as const), pick, share: pick }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'stop' as const }) },
);

/** The default of the configuration. */
const PRICE_BAND = 0.05;

const chosen = <Item>(items: readonly Item[], share: number): Item | undefined =>
  items[Math.floor(share * items.length)];

function part(amount: Decimal, share: number): Decimal {
  return roundTo(amount.times(dec(share)), 5, 'down');
}

function happen(b: StrategyBench, what: Happening): void {
  switch (what.kind) {
    case 'bar':
      b.bar((Number.isNaN(b.lastPrice) ? 1_000 : b.lastPrice) * (1 + what.move));
      return;
    case 'match':
      b.match();
      return;
    case 'refuse':
      b.refusing = what.on;
      return;
    case 'stop':
      b.stop();
      return;
    default:
      happenToOrder(b, what);
  }
}

type ToOrder = Extract<Happening, { readonly pick: number }>;

function happenToOrder(b: StrategyBench, what: ToOrder): void {
  // Of ended orders only buys: a late fill of a sell could sell what another has sold since, which an exchange refuses.
  const ended = b.orders.filter(
    ({ state, intent }) => state === 'CANCELLED' && intent.side === 'buy',
  );
  const order = chosen(what.kind === 'lateFill' ? ended : b.openOrders, what.pick);
  if (!order) return;
  if (what.kind === 'end') b.close(order, what.state);
  else b.fill(order, part(order.intent.amount, what.share));
}

type GridState = {
  readonly cells: readonly { readonly held: string; readonly order: string | null }[];
  readonly pool: string;
};

function checkGrid(b: StrategyBench, maxOpenOrders: number): void {
  const tags = b.openOrders.map(({ intent }) => intent.tag);
  expect(new Set(tags).size).toBe(tags.length);
  expect(b.openOrders.length).toBeLessThanOrEqual(maxOpenOrders);
  expect(b.position.amount.gte(0)).toBe(true);
  const selling = sumOf(
    b.openOrders
      .filter(({ intent }) => intent.side === 'sell')
      .map((o) => o.intent.amount.minus(o.filled)),
  );
  expect(selling.lte(b.position.amount)).toBe(true);
  const state = b.strategy.snapshot() as GridState;
  const claimed = sumOf([...state.cells.map(({ held }) => dec(held)), dec(state.pool)]);
  if (b.bars.length > 0 && state.cells.length > 0)
    expect(claimed.toString()).toBe(b.position.amount.toString());
  const live = state.cells.map(({ order }) => order).filter((order) => order !== null);
  expect(live.every((id) => b.openOrders.some(({ intent }) => intent.intentId === id))).toBe(true);
}

describe('grid', () => {
  it('has at most one live order per level, and its levels hold exactly the position, whatever happens', () => {
    const keys = fc.record({
      lines: fc.integer({ min: 3, max: 12 }),
      initial_position: fc.constantFrom('none', 'balanced'),
      recenter: fc.constantFrom('never', 'when_flat'),
      max_open_orders: fc.integer({ min: 2, max: 12 }),
    });
    fc.assert(
      fc.property(
        keys,
        fc.boolean(),
        fc.array(happening, { maxLength: 60 }),
        (chosenKeys, feeElsewhere, happenings) => {
          const b = new StrategyBench({
            kind: GRID,
            priceBand: PRICE_BAND,
            keys: { lower: '-8%', upper: '8%', ...chosenKeys },
            ...(feeElsewhere && { feeAsset: () => asset('BNB') }),
          });
          for (const what of happenings) {
            happen(b, what);
            checkGrid(b, chosenKeys.max_open_orders);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('sells all it holds again when the price rises through the range', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const b = new StrategyBench({
          kind: GRID,
          keys: { lower: '-8%', upper: '8%', lines: 9 },
          priceBand: PRICE_BAND,
        });
        for (const what of happenings) happen(b, what);
        b.refusing = false;
        for (const order of [...b.openOrders])
          if (order.cancelRequested) b.close(order, 'CANCELLED');
        for (let i = 0; i < 200; i += 1) {
          b.bar(Math.max(2_000, b.lastPrice || 0) + (i % 2));
          b.match();
        }
        const left = b.position.amount;
        // What is left are amounts below the minimum order, at most one per level.
        expect(left.times(dec(b.lastPrice)).lt(BTC.minNotional.times(8 * 3))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

const CASES: readonly {
  readonly kind: StrategyKind;
  readonly keys: Readonly<Record<string, unknown>>;
}[] = [
  {
    kind: GRID,
    keys: { lower: '-8%', upper: '8%', lines: 9, recenter: 'when_flat', max_open_orders: 4 },
  },
  { kind: DCA, keys: { every: '3m', amount: '100 USDT', take_profit: '1%' } },
  { kind: TREND, keys: { ema_fast: 2, ema_slow: 3, atr_length: 2, atr_multiple: 1.5 } },
  {
    kind: MEAN_REVERSION,
    keys: {
      bollinger_length: 5,
      rsi_length: 2,
      entry_percent_b: 0.4,
      entry_rsi: 55,
      exit_rsi: 60,
      max_hold: '6m',
    },
  },
];

describe.each(CASES)('$kind.kind', ({ kind, keys }) => {
  it('decides the same after a restart as without one, whenever it comes', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { minLength: 20, maxLength: 80 }),
        fc.nat({ max: 79 }),
        (happenings, at) => {
          const steady = new StrategyBench({ kind, keys, priceBand: PRICE_BAND });
          const restarted = new StrategyBench({ kind, keys, priceBand: PRICE_BAND });
          for (const [index, what] of happenings.entries()) {
            if (index === at) restarted.restart();
            happen(steady, what);
            happen(restarted, what);
          }
          expect(restarted.decisions.map(({ code }) => code)).toEqual(
            steady.decisions.map(({ code }) => code),
          );
          expect(restarted.proposals).toEqual(steady.proposals);
          expect(restarted.strategy.snapshot()).toEqual(steady.strategy.snapshot());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never sells more than it holds and never spends more than its budget at cost', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
        const b = new StrategyBench({ kind, keys, priceBand: PRICE_BAND });
        for (const what of happenings) {
          happen(b, what);
          expect(b.position.amount.gte(0)).toBe(true);
          if (
            what.kind !== 'lateFill' &&
            !happenings.some(({ kind: name }) => name === 'lateFill')
          ) {
            expect(b.position.cost.lte(b.spec.budget)).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('does not spin on refusals: asks less and less often while nothing changes', () => {
    const b = new StrategyBench({ kind, keys, priceBand: PRICE_BAND });
    for (let i = 0; i < 60; i += 1) b.bar(1_000 + (i % 4));
    b.refusing = true;
    const before = b.proposals.length;
    for (let i = 0; i < 256; i += 1) b.bar(b.lastPrice);
    expect(b.proposals.length - before).toBeLessThan(10 * 12);
  });
});
