import { describe, expect, it } from '@jest/globals';
import { EquityCurve } from '../../../../src/core/reporting/equityCurve.ts';
import { sharpe } from '../../../../src/core/reporting/metrics.ts';

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

  it('says when the deepest fall was, and how long the equity was below a peak at most', () => {
    const curve = curveOf([
      [0, 100],
      [1, 120],
      [2, 120],
      [3, 90],
      [4, 119],
      [5, 120],
      [6, 130],
      [7, 120],
      [8, 121],
      [9, 122],
      [10, 123],
      [11, 124],
    ]);
    // From the last mark at the peak (day 2) to the first one there again (day 5).
    expect(curve.deepest).toEqual({ peak: 2 * DAY, trough: 3 * DAY, recovered: 5 * DAY });
    // From day 6 on, still below.
    expect(curve.longestDrawdownMs).toBe(5 * DAY);
    expect(
      curveOf([
        [0, 1],
        [1, 2],
      ]).deepest,
    ).toBeUndefined();
    expect(
      curveOf([
        [0, 2],
        [1, 1],
      ]).deepest?.recovered,
    ).toBeUndefined();
  });

  it('changes from one day\u2019s end to the next, without a first change that is none', () => {
    const curve = curveOf([
      [1, 100],
      [2, 101],
      [3, 103],
      [4, 102],
    ]);
    expect(curve.dayEnds.map(({ value }) => value)).toEqual([100, 101, 103, 102]);
    // By hand: changes 1/100, 2/101, −1/103; mean 0.0066977, deviation 0.0150294; their quotient × √365.
    expect(sharpe(curve.dailyReturns, 365)).toBeCloseTo(8.514, 3);
    expect(
      sharpe(
        curveOf([
          [1, 100],
          [2, 110],
        ]).dailyReturns,
        365,
      ),
    ).toBeUndefined();
  });

  it('counts a bar that closes at midnight to the day that ends there', () => {
    const hourly = curveOf([
      [0.5, 90],
      [1, 100],
      [1.5, 95],
      [2, 110],
      [2.25, 121],
    ]);
    expect(hourly.dailyReturns.map((change) => Number(change.toFixed(9)))).toEqual([0.1, 0.1]);
  });

  it('is empty before the first mark', () => {
    const curve = new EquityCurve();
    expect([curve.totalReturn, curve.maxDrawdown, curve.dayEnds]).toEqual([0, 0, []]);
  });
});
