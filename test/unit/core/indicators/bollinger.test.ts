import { describe, expect, it } from '@jest/globals';
import { Bollinger } from '../../../../src/core/indicators/bollinger.ts';
import { barsOf } from '../../../builders/bars.ts';

describe('Bollinger', () => {
  it('lays its bands around the mean by population deviations', () => {
    const bands = new Bollinger(4, 2);
    for (const bar of barsOf(2, 4, 4, 6)) bands.update(bar);
    const sd = Math.sqrt(2);
    expect([bands.middle, bands.upper, bands.lower]).toEqual([4, 4 + 2 * sd, 4 - 2 * sd]);
    expect(bands.percentB).toBeCloseTo((6 - (4 - 2 * sd)) / (4 * sd), 12);
    expect(bands.bandwidth).toBeCloseTo(sd, 12);
  });

  it('places the close in the middle of bands that have no width', () => {
    const bands = new Bollinger(3, 2);
    for (const bar of barsOf(0.1, 0.1, 0.1)) bands.update(bar);
    expect([bands.percentB, bands.bandwidth]).toEqual([0.5, 0]);
  });
});
