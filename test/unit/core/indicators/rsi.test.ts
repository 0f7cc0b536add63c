import { describe, expect, it } from '@jest/globals';
import { Rsi } from '../../../../src/core/indicators/rsi.ts';
import { barsOf } from '../../../builders/bars.ts';

function last(length: number, ...closes: number[]): number {
  const rsi = new Rsi(length);
  return barsOf(...closes).reduce((_, bar) => rsi.update(bar), NaN);
}

describe('Rsi', () => {
  it("reproduces Wilder's worked example, unrounded", () => {
    // The series of the field's tutorials (StockCharts, "RSI calculation"): 70.53 at its first value, 66.32 at the next.
    const closes = [
      44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826,
      45.8931, 46.0328, 45.614, 46.282, 46.282,
    ];
    expect(last(14, ...closes)).toBeCloseTo(70.5328, 3);
    expect(last(14, ...closes, 46.0028)).toBeCloseTo(66.3186, 3);
  });

  it('is 100 when the market only rises, 0 when it only falls, 50 when it stands still', () => {
    expect(last(3, 1, 2, 3, 4)).toBe(100);
    expect(last(3, 4, 3, 2, 1)).toBe(0);
    expect(last(3, 4, 4, 4, 4)).toBe(50);
  });
});
