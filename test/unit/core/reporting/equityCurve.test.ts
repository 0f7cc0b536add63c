import { describe, expect, it } from '@jest/globals';
import { EquityCurve } from '../../../../src/core/reporting/equityCurve.ts';

const DAY = 86_400_000;

function curveOf(marks: readonly (readonly [day: number, equity: number])[]): EquityCurve {
  const curve = new EquityCurve();
  for (const [day, equity] of marks) curve.mark(day * DAY, equity);
  return curve;
}

describe('an equity curve', () => {
  it('measures drawdown from the highest mark before it', () => {
    const curve = curveOf([
      [0, 100],
      [0.2, 120],
      [0.4, 90],
      [0.6, 130],
      [0.8, 117],
    ]);
    expect(curve.maxDrawdown).toBeCloseTo(0.25, 12);
    expect(curve.totalReturn).toBeCloseTo(0.17, 12);
  });

  it('annualises the mean over the deviation of daily changes by √365', () => {
    const curve = curveOf([
      [0, 100],
      [1, 110],
      [2, 110],
      [3, 121],
    ]);
    // Ends of days: 100, 100 | 110, 110, 121; by definition over the changes 0, 10 %, 0, 10 %.
    const changes = [0, 0.1, 0, 0.1];
    const mean = 0.05;
    const deviation = Math.sqrt(changes.reduce((sum, it) => sum + (it - mean) ** 2, 0) / 3);
    expect(curve.sharpe).toBeCloseTo((mean / deviation) * Math.sqrt(365), 9);
  });

  it('has no Sharpe ratio without variation or with a single day', () => {
    expect(curveOf([[0, 100]]).sharpe).toBeUndefined();
    expect(
      curveOf([
        [0, 100],
        [1, 100],
        [2, 100],
      ]).sharpe,
    ).toBeUndefined();
  });

  it('is empty before the first mark', () => {
    const curve = new EquityCurve();
    expect([curve.totalReturn, curve.maxDrawdown, curve.sharpe]).toEqual([0, 0, undefined]);
  });
});
