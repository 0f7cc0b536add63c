/** Bars for tests of indicators and signals. */
import fc from 'fast-check';
import type { Bar } from '../../src/core/domain/market.ts';

const HOUR_MS = 3_600_000;

/** A bar with everything at one price unless told. */
export function barAt(index: number, close: number, rest: Partial<Bar> = {}): Bar {
  const bar = { openTime: index * HOUR_MS, open: close, high: close, low: close, close, volume: 1 };
  return { ...bar, ...rest };
}

/** Flat bars with these closes. */
export function barsOf(...closes: readonly number[]): Bar[] {
  return closes.map((close, i) => barAt(i, close));
}

/** The same bar again and again. */
export function flatBars(count: number, price: number, volume: number): Bar[] {
  return Array.from({ length: count }, (_, i) => barAt(i, price, { volume }));
}

/** How one bar of a walk comes from the one before it. Whole per mille, so that a bar has moved plainly or not at all. */
interface Step {
  readonly move: number;
  readonly up: number;
  readonly down: number;
  readonly volume: number;
}

function walked(start: number, steps: readonly Step[]): Bar[] {
  let price = start;
  return steps.map(({ move, up, down, volume }, i) => {
    const open = price;
    const close = open * (1 + move / 1000);
    price = close;
    const high = Math.max(open, close) * (1 + up / 1000);
    const low = Math.min(open, close) * (1 - down / 1000);
    return { openTime: i * HOUR_MS, open, high, low, close, volume };
  });
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  move: fc.integer({ min: -50, max: 50 }),
  up: fc.integer({ min: 0, max: 20 }),
  down: fc.integer({ min: 0, max: 20 }),
  volume: fc.integer({ min: 0, max: 1000 }),
});
/** A bar in which nothing happened. */
const stillStep: fc.Arbitrary<Step> = fc.constant({ move: 0, up: 0, down: 0, volume: 0 });

/** A market of `min` to `max` bars: mostly moving, sometimes standing still for a while. */
export function anyBars(min: number, max: number): fc.Arbitrary<Bar[]> {
  const stretch = fc.oneof(
    { weight: 4, arbitrary: fc.array(anyStep, { minLength: 1, maxLength: 40 }) },
    { weight: 1, arbitrary: fc.array(stillStep, { minLength: 1, maxLength: 40 }) },
  );
  const minLength = min === 0 ? 0 : 1;
  return fc
    .tuple(
      fc.array(stretch, { minLength, maxLength: 8 }),
      fc.array(anyStep, { minLength: min, maxLength: min }),
    )
    .map(([stretches, rest]) => walked(100, [...stretches.flat(), ...rest].slice(0, max)));
}

/** A long random walk, the same for the same seed. */
export function walkOf(count: number, seed: number, start = 100): Bar[] {
  let state = seed;
  const below = (limit: number): number => {
    // Numerical Recipes' linear congruence: plenty for a test walk.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const steps = Array.from({ length: count }, () => ({
    move: below(21) - 10,
    up: below(6),
    down: below(6),
    volume: below(1000),
  }));
  return walked(start, steps);
}
