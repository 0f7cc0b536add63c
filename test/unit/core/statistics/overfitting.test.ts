import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../../src/core/domain/random.ts';
import { overfitting } from '../../../../src/core/statistics/overfitting.ts';

const noise = (seed: number, trials: number, periods: number, mean = 0): number[][] => {
  const random = Random.stream(seed, 'noise');
  return Array.from({ length: trials }, () =>
    Array.from({ length: periods }, () => mean + random.normal()),
  );
};

describe('the probability of overfitting', () => {
  it('by hand: two blocks, each trial the best on one and the worst on the other', () => {
    const a = [1, 2, 1, 2, -1, -2, -1, -2];
    const b = a.map((r) => -r);
    // Halves {1} and {2}: what is best on one (mean 1.5) has −1.5 on the other, rank 1 of 2 → 1/3 ≤ 1/2, and lost.
    const found = overfitting([a, b], 2);
    expect(found).toMatchObject({ probability: 1, lossProbability: 1, halves: 2 });
    // Deviation of 1, 2, 1, 2: √(1/3).
    expect(found?.inSample).toBeCloseTo(1.5 / Math.sqrt(1 / 3), 12);
    expect(found?.outOfSample).toBeCloseTo(-1.5 / Math.sqrt(1 / 3), 12);
  });

  it('is 0 when one trial is best on every half', () => {
    const weak = noise(1, 9, 160);
    const strong = noise(2, 1, 160, 5);
    expect(overfitting([...weak, ...strong])?.probability).toBe(0);
  });

  it('is near one half or above for noise, and what was best promises nothing', () => {
    const found = Array.from({ length: 20 }, (_, seed) => overfitting(noise(seed, 20, 160), 8));
    const mean = found.reduce((sum, one) => sum + (one?.probability ?? 0), 0) / found.length;
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.75);
    for (const one of found) expect(one?.inSample).toBeGreaterThan(one?.outOfSample ?? Infinity);
  });

  it('takes 12,870 halves of 16 blocks, as the paper does', () => {
    expect(overfitting(noise(3, 2, 64))?.halves).toBe(12_870);
  });

  it('does not depend on the order of the trials or on scale', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, scale) => {
        const trials = noise(seed, 5, 32);
        const turned = [...trials].reverse().map((returns) => returns.map((r) => r * scale));
        const [one, other] = [overfitting(trials, 4), overfitting(turned, 4)];
        expect(other?.probability).toBe(one?.probability);
        expect(other?.outOfSample).toBeCloseTo(one?.outOfSample ?? Number.NaN, 6);
      }),
      { numRuns: 30 },
    );
  });

  it('is not there for one trial or few periods, and unequal lengths are refused', () => {
    expect(overfitting([[1, 2, 3, 4, 5, 6, 7, 8]])).toBeUndefined();
    expect(
      overfitting([
        [1, 2, 3],
        [3, 2, 1],
      ]),
    ).toBeUndefined();
    expect(() => overfitting([[1], [1, 2]])).toThrow('differ in length');
  });
});
