import { describe, expect, it } from '@jest/globals';
import { Vwap } from '../../../../src/core/indicators/vwap.ts';
import { barAt, flatBars } from '../../../builders/bars.ts';

describe('Vwap', () => {
  it('weighs typical prices by volume over its window only', () => {
    const vwap = new Vwap(2);
    vwap.update(barAt(0, 1000, { volume: 9 }));
    vwap.update(barAt(1, 10, { volume: 1 }));
    expect(vwap.update(barAt(2, 20, { high: 30, low: 10, volume: 3 }))).toBe(17.5);
  });

  it('is the last typical price where nothing was traded', () => {
    const vwap = new Vwap(2);
    for (const bar of flatBars(3, 7, 0)) vwap.update(bar);
    expect(vwap.update(barAt(3, 9, { volume: 0 }))).toBe(9);
  });
});
