import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalCdf, normalQuantile } from '../../../../src/core/statistics/normal.ts';

describe('the normal distribution', () => {
  it.each([
    // Published tables (Abramowitz and Stegun 26.1; tails as in R's pnorm).
    [0, 0.5],
    [1, 0.841_344_746_068_543],
    [1.96, 0.975_002_104_851_78],
    [-3, 1.349_898_031_630_09e-3],
    [-4.5, 3.397_673_124_730_06e-6],
    [-10, 7.619_853_024_160_53e-24],
  ])('is known at %d', (x, p) => {
    expect(normalCdf(x) / p).toBeCloseTo(1, 11);
  });

  it.each([
    [0.95, 1.644_853_626_951_47],
    [0.975, 1.959_963_984_540_05],
    [0.99, 2.326_347_874_040_84],
    [1e-10, -6.361_340_902_404_06],
  ])('has its quantile at %d', (p, x) => {
    expect(normalQuantile(p)).toBeCloseTo(x, 10);
  });

  it('is turned round by its quantile, on both sides alike', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 0.5, noNaN: true }), (p) => {
        const x = normalQuantile(p);
        expect(normalCdf(x) / p).toBeCloseTo(1, 9);
        expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('has ends', () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalCdf(-Infinity)).toBe(0);
    expect(normalCdf(Infinity)).toBe(1);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});
