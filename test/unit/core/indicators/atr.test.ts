import { describe, expect, it } from '@jest/globals';
import { Atr } from '../../../../src/core/indicators/atr.ts';
import { barAt } from '../../../builders/bars.ts';

describe('Atr', () => {
  it('leaves the first bar out, counts gaps, then smooths with 1/length', () => {
    const atr = new Atr(2);
    // True ranges: none, 3 (gap from 10 to 13), 2, then 8.
    expect(atr.update(barAt(0, 10, { high: 20, low: 1 }))).toBeNaN();
    expect(atr.update(barAt(1, 13))).toBeNaN();
    expect(atr.update(barAt(2, 12, { high: 14, low: 12 }))).toBe(2.5);
    expect(atr.update(barAt(3, 20, { high: 20, low: 12 }))).toBe((2.5 + 8) / 2);
  });
});
