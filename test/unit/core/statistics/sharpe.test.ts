import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeEstimate,
  sharpeVariance,
  type SharpeEstimate,
} from '../../../../src/core/statistics/sharpe.ts';

/** Monthly returns of a fund, Bailey and López de Prado (2012): 24 months, Sharpe 0.458, skewness −2.448, kurtosis 10.164. */
const FUND: SharpeEstimate = {
  sharpe: 0.458,
  observations: 24,
  skewness: -2.448,
  kurtosis: 10.164,
};
const normal = (annual: number, periods: number): SharpeEstimate => ({
  sharpe: annual / Math.sqrt(periods),
  observations: 100,
  skewness: 0,
  kurtosis: 3,
});

const estimates = fc.record({
  sharpe: fc.double({ min: -1, max: 1, noNaN: true }),
  observations: fc.integer({ min: 3, max: 5000 }),
  skewness: fc.double({ min: -1, max: 1, noNaN: true }),
  kurtosis: fc.double({ min: 2.5, max: 20, noNaN: true }),
});

describe('the deflated Sharpe ratio', () => {
  it('reproduces the published example: 0.9004 for SR 2.5, T 1250, skewness −3, kurtosis 10 after 100 trials', () => {
    // Bailey and López de Prado (2014), p. 9 f.: daily returns, 250 a year; variance of the trials' annual ratios ½.
    const search = { trials: 100, variance: 0.5 / 250 };
    expect(expectedMaximumSharpe(search)).toBeCloseTo(0.1132, 4);
    const estimate = {
      sharpe: 2.5 / Math.sqrt(250),
      observations: 1250,
      skewness: -3,
      kurtosis: 10,
    };
    expect(deflatedSharpe(estimate, search)).toBeCloseTo(0.9004, 4);
  });

  it('reproduces the second one: after 46 trials the same strategy is at 0.95 still', () => {
    const search = { trials: 46, variance: 0.5 / 250 };
    const estimate = {
      sharpe: 2.5 / Math.sqrt(250),
      observations: 1250,
      skewness: -3,
      kurtosis: 10,
    };
    expect(deflatedSharpe(estimate, search)).toBeCloseTo(0.9505, 3);
  });

  it('after one trial is the probabilistic ratio', () => {
    const search = { trials: 1, variance: 1 };
    expect(deflatedSharpe(FUND, search)).toBe(probabilisticSharpe(FUND));
  });

  it('falls with every further trial', () => {
    fc.assert(
      fc.property(
        estimates,
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1000 }),
        (estimate, trials, more) => {
          const variance = 0.01;
          const few = deflatedSharpe(estimate, { trials, variance });
          expect(few).toBeGreaterThanOrEqual(0);
          expect(few).toBeLessThanOrEqual(1);
          expect(deflatedSharpe(estimate, { trials: trials + more, variance })).toBeLessThanOrEqual(
            few + 1e-12,
          );
        },
      ),
    );
  });
});

describe('the probabilistic Sharpe ratio', () => {
  it('reproduces the published fund: 0.982 taken for normal, 0.913 as it is', () => {
    expect(probabilisticSharpe({ ...FUND, skewness: 0, kurtosis: 3 })).toBeCloseTo(0.982, 3);
    expect(probabilisticSharpe(FUND)).toBeCloseTo(0.913, 3);
  });

  it('is one half at its own ratio and falls with the benchmark', () => {
    fc.assert(
      fc.property(estimates, fc.double({ min: 0, max: 2, noNaN: true }), (estimate, up) => {
        expect(probabilisticSharpe(estimate, estimate.sharpe)).toBeCloseTo(0.5, 12);
        expect(probabilisticSharpe(estimate, estimate.sharpe + up)).toBeLessThanOrEqual(
          0.5 + 1e-12,
        );
      }),
    );
  });
});

describe('the minimum track record', () => {
  it('reproduces the published years for SR 2 above 1: 2.73 of days, 2.83 of weeks, 3.24 of months', () => {
    // The paper's figure for independent normal returns, 95 %.
    for (const [periods, years] of [
      [252, 2.73],
      [52, 2.83],
      [12, 3.24],
    ] as const) {
      const needed = minimumTrackRecord(normal(2, periods), 1 / Math.sqrt(periods)) ?? 0;
      expect(needed / periods).toBeCloseTo(years, 2);
    }
  });

  it('is the length at which the probabilistic ratio is the confidence', () => {
    fc.assert(
      fc.property(estimates, (estimate) => {
        fc.pre(estimate.sharpe > 0.01);
        const observations = minimumTrackRecord(estimate) ?? Number.NaN;
        expect(probabilisticSharpe({ ...estimate, observations })).toBeCloseTo(0.95, 9);
      }),
    );
  });

  it('is not there for a ratio that is not above the benchmark', () => {
    expect(minimumTrackRecord({ ...FUND, sharpe: 0 })).toBeUndefined();
    expect(minimumTrackRecord(FUND, 0.5)).toBeUndefined();
  });
});

describe('an estimate', () => {
  it('comes from returns, by hand: 1, 2, 3, 6 has mean 3, squares 14, cubes 18, fourths 98', () => {
    // off the mean: −2 −1 0 3 → Σ² = 14, Σ³ = −8 − 1 + 27 = 18, Σ⁴ = 16 + 1 + 81 = 98
    const estimate = sharpeEstimate([1, 2, 3, 6]);
    expect(estimate?.sharpe).toBeCloseTo(3 / Math.sqrt(14 / 3), 12);
    expect(estimate?.skewness).toBeCloseTo(18 / 4 / (14 / 4) ** 1.5, 12);
    expect(estimate?.kurtosis).toBeCloseTo(98 / 4 / (14 / 4) ** 2, 12);
    expect(estimate?.observations).toBe(4);
  });

  it('is not there when nothing varies', () => {
    expect(sharpeEstimate([0.1, 0.1, 0.1])).toBeUndefined();
    expect(sharpeEstimate([0.1])).toBeUndefined();
    expect(sharpeVariance([1])).toBe(0);
    expect(sharpeVariance([1, 3])).toBeCloseTo(2, 12);
  });
});
