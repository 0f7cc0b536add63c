import { describe, expect, it } from '@jest/globals';
import {
  emaSeed,
  statisticsSeed,
  weightAt,
  wilderSeed,
  Z_SEED_BARS,
  Z_WEIGHT,
} from '../../../../src/core/signals/seeding.ts';

describe('weightAt', () => {
  it('is 0 before the first sample, then 1/k through the seed, then its own', () => {
    const seed = emaSeed(3, 4);
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((bar) => weightAt(bar, seed))).toEqual([
      0,
      0,
      1,
      1 / 2,
      1 / 3,
      1 / 4,
      2 / 5,
      2 / 5,
    ]);
  });

  it("knows Wilder's smoothing", () => {
    expect(weightAt(100, wilderSeed(2, 14))).toBe(1 / 14);
  });

  it('counts the raw values of statistics from the bar after the first one', () => {
    const seed = statisticsSeed(26);
    expect([weightAt(26, seed), weightAt(27, seed), weightAt(28, seed)]).toEqual([0, 1, 1 / 2]);
  });

  it('passes from the plain mean to the exponential one without a step up', () => {
    const seed = statisticsSeed(1);
    const last = weightAt(seed.from + Z_SEED_BARS - 1, seed);
    expect(last).toBeGreaterThanOrEqual(Z_WEIGHT);
    expect(last).toBeCloseTo(Z_WEIGHT, 4);
    expect(weightAt(seed.from + Z_SEED_BARS, seed)).toBe(Z_WEIGHT);
  });
});
