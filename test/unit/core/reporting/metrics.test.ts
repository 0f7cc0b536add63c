import { describe, expect, it } from '@jest/globals';
import {
  againstBenchmark,
  cagr,
  calmar,
  conditionalValueAtRisk,
  curveOf,
  geometricSharpe,
  maxDrawdown,
  omega,
  quantile,
  sharpe,
  sortino,
  tailRatio,
  totalReturn,
  ulcerIndex,
  valueAtRisk,
  volatility,
} from '../../../../src/core/reporting/metrics.ts';

/** Monthly returns of a worked example: −1 %, 2 %, 3 %, −2 %, by hand below. */
const R = [-0.01, 0.02, 0.03, -0.02];

describe('metrics of returns', () => {
  it('compound', () => {
    // 0.99 × 1.02 × 1.03 × 0.98 = 1.01929212
    expect(totalReturn(R)).toBeCloseTo(0.019_292_12, 9);
    expect(cagr(R, 12)).toBeCloseTo(1.019_292_12 ** 3 - 1, 6);
    expect(cagr([-1, 0.5], 365)).toBe(-1);
    expect(curveOf([0.5, -0.5])).toEqual([1, 1.5, 0.75]);
  });

  it('vary: mean 0.5 %, squares 2.25 + 2.25 + 6.25 + 6.25 = 17 ÷ 3, all × 10⁻⁴', () => {
    const deviation = Math.sqrt(17e-4 / 3);
    expect(volatility(R, 12)).toBeCloseTo(deviation * Math.sqrt(12), 12);
    expect(sharpe(R, 12)).toBeCloseTo((0.005 / deviation) * Math.sqrt(12), 12);
    expect(sharpe(R, 12, 0.005)).toBeCloseTo(0, 12);
    expect(geometricSharpe(R, 12)).toBeCloseTo(
      (1.019_292_12 ** 3 - 1) / (deviation * Math.sqrt(12)),
      6,
    );
  });

  it('fall short of a target: squares 1 + 4 = 5 ÷ 4, × 10⁻⁴', () => {
    expect(sortino(R, 12)).toBeCloseTo((0.005 / Math.sqrt(5e-4 / 4)) * Math.sqrt(12), 12);
    expect(omega(R)).toBeCloseTo(0.05 / 0.03, 12);
    expect(omega(R, 0.01)).toBeCloseTo(0.03 / 0.05, 12);
  });

  it('reproduce the Sortino ratio of a published example: 17, 15, 23, −5, 12, 9, 13, −4 % give 4.417', () => {
    // Rollinger and Hoffman, "Sortino: A 'Sharper' Ratio", Red Rock Capital: annual returns, target 0.
    const published = [0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04];
    expect(sortino(published, 1)).toBeCloseTo(4.417, 3);
  });

  it('have tails', () => {
    const values = Array.from({ length: 101 }, (_, n) => (n - 50) / 100);
    expect(quantile(values, 0.05)).toBeCloseTo(-0.45, 12);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(valueAtRisk(values)).toBeCloseTo(0.45, 12);
    // The mean of −0.50 … −0.45.
    expect(conditionalValueAtRisk(values)).toBeCloseTo(0.475, 12);
    expect(tailRatio(values)).toBeCloseTo(1, 12);
    expect(valueAtRisk([0.1, 0.2])).toBe(0);
  });

  it('fall from their peak', () => {
    expect(maxDrawdown([100, 120, 90, 130, 117])).toEqual({
      depth: 0.25,
      peak: 1,
      trough: 2,
      recovered: 3,
    });
    expect(maxDrawdown([100, 50, 60])).toMatchObject({ depth: 0.5, recovered: undefined });
    expect(maxDrawdown([1, 2, 3])).toBeUndefined();
    // Depths 0, 0, 25 %, 0, 10 %.
    expect(ulcerIndex([100, 120, 90, 130, 117])).toBeCloseTo(Math.sqrt((0.0625 + 0.01) / 5), 12);
    expect(calmar([0.5, -0.5], 2)).toBeCloseTo(-0.25 / 0.5, 12);
  });

  it('stand beside a benchmark', () => {
    const benchmark = [-0.02, 0.04, 0.06, -0.04];
    const half = againstBenchmark(R, benchmark, 12);
    expect(half?.beta).toBeCloseTo(0.5, 12);
    expect(half?.alpha).toBeCloseTo(0, 12);
    expect(half?.correlation).toBeCloseTo(1, 12);
    expect([half?.upCapture, half?.downCapture]).toEqual([0.5, 0.5]);
    const steady = againstBenchmark([0.01, 0.01, 0.01, 0.01], benchmark, 12);
    expect(steady?.beta).toBeCloseTo(0, 12);
    expect(steady?.alpha).toBeCloseTo(0.12, 12);
    expect(steady?.correlation).toBeUndefined();
  });

  it('say nothing where there is nothing to say', () => {
    expect([
      cagr([], 365),
      volatility([0.1], 365),
      sharpe([0.1, 0.1], 365),
      sortino([0.1, 0.2], 365),
    ]).toEqual(Array.from({ length: 4 }, () => undefined));
    expect([omega([0.1]), calmar([0.1, 0.1], 1), quantile([], 0.5), ulcerIndex([])]).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
    expect(againstBenchmark([0.1], [0.1], 1)).toBeUndefined();
    expect(againstBenchmark([0.1, 0.2], [0.1, 0.1], 1)).toBeUndefined();
  });
});
