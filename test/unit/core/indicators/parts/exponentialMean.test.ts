import { describe, expect, it } from '@jest/globals';
import { ExponentialMean } from '../../../../../src/core/indicators/parts/exponentialMean.ts';

describe('ExponentialMean', () => {
  it('is seeded with the plain mean of its first samples, a zero among them', () => {
    const mean = ExponentialMean.standard(3);
    // [-1, 0, 1] has the mean 0; then 10 with weight 1/2, twice.
    expect([-1, 0, 1, 10, 10].map((x) => mean.push(x))).toEqual([NaN, NaN, 0, 5, 7.5]);
  });

  it("gives a new sample the weight 1/length in Wilder's form", () => {
    const mean = ExponentialMean.wilder(4);
    expect([4, 4, 4, 4, 8].map((x) => mean.push(x))).toEqual([NaN, NaN, NaN, 4, 5]);
  });

  it('takes back one sample, in the seed and after it', () => {
    const mean = ExponentialMean.standard(2);
    mean.push(1);
    mean.push(99);
    mean.takeBack();
    expect(mean.push(3)).toBe(2);
    mean.push(99);
    mean.takeBack();
    expect(mean.push(5)).toBe(4);
  });

  it('has nothing to take back before the first sample', () => {
    const mean = ExponentialMean.standard(1);
    mean.takeBack();
    expect(mean.push(6)).toBe(6);
  });
});
