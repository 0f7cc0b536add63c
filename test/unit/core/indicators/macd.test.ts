import { describe, expect, it } from '@jest/globals';
import { Macd } from '../../../../src/core/indicators/macd.ts';
import { barsOf } from '../../../builders/bars.ts';

describe('Macd', () => {
  it('seeds the fast average late, beside the slow one', () => {
    const macd = new Macd({ fast: 2, slow: 4, signal: 1 });
    // At the 4th bar: mean of the last 2 − mean of all 4, not an average that began with the first bar.
    const values = barsOf(100, 1, 2, 4).map((bar) => macd.update(bar));
    expect(values).toEqual([NaN, NaN, NaN, 3 - 26.75]);
  });

  it('begins with all outputs at once, with the signal', () => {
    const macd = new Macd({ fast: 2, slow: 3, signal: 3 });
    const shown = barsOf(5, 4, 6, 3, 7, 8).map((bar) => {
      macd.update(bar);
      return [macd.line, macd.signal, macd.histogram].map(Number.isFinite);
    });
    expect(shown.map((outputs) => outputs.join())).toEqual([
      ...Array.from({ length: 4 }, () => 'false,false,false'),
      'true,true,true',
      'true,true,true',
    ]);
    expect(macd.histogram).toBe(macd.line - macd.signal);
  });
});
