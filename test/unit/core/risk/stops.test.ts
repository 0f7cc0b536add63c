import { describe, expect, it } from '@jest/globals';
import { stopPriceOf, targetPriceOf } from '../../../../src/core/risk/stops.ts';

describe('the prices at which a position is sold', () => {
  it('lie the fraction under and above the average price', () => {
    expect(stopPriceOf(200, 0.25)).toBe(150);
    expect(targetPriceOf(200, 0.25)).toBe(250);
  });

  it('carry no float noise: a tenth above 100 is 110', () => {
    expect(targetPriceOf(100, 0.1)).toBe(110);
    expect(stopPriceOf(0.3, 0.1)).toBe(0.27);
  });

  it('are out of reach of any price while nothing is held', () => {
    expect(stopPriceOf(Number.NaN, 0.25)).toBe(0);
    expect(targetPriceOf(Number.NaN, 0.25)).toBe(Number.POSITIVE_INFINITY);
  });
});
