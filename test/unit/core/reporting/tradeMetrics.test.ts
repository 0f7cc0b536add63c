import { describe, expect, it } from '@jest/globals';
import { tradeMetrics, wilson } from '../../../../src/core/reporting/tradeMetrics.ts';

describe('metrics of trades', () => {
  it('count, weigh and rate them', () => {
    const found = tradeMetrics([10, -5, 20, -5, -10, 10]);
    expect(found).toMatchObject({
      ...{ trades: 6, winRate: 0.5, profitFactor: 2, best: 20, worst: -10, losingStreak: 2 },
    });
    expect(found.expectancy).toBeCloseTo(20 / 6, 12);
    expect(found.averageWin).toBeCloseTo(40 / 3, 12);
    expect(found.averageLoss).toBeCloseTo(20 / 3, 12);
    // 0.5 − 0.5 ÷ 2.
    expect(found.kelly).toBeCloseTo(0.25, 12);
    // Squares around 10/3: 44.4, 69.4, 277.8, 69.4, 177.8, 44.4 = 683.3; ÷ 5; root 11.69.
    expect(found.sqn).toBeCloseTo((20 / 6 / Math.sqrt(683.3333333 / 5)) * Math.sqrt(6), 6);
  });

  it('count at most a hundred trades in the system quality number', () => {
    const many = Array.from({ length: 400 }, (_, n) => (n % 2 === 0 ? 3 : -1));
    const { sqn, expectancy } = tradeMetrics(many);
    expect(sqn).toBeCloseTo(((expectancy ?? 0) / Math.sqrt((4 * 400) / 399)) * 10, 6);
  });

  it('give the interval of a rate: 81 of 263 lies in 0.2553 to 0.3662', () => {
    // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
    const [low, high] = wilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it('say nothing of no trades, and no profit factor where nothing was lost', () => {
    expect(tradeMetrics([])).toMatchObject({ trades: 0, losingStreak: 0 });
    expect(tradeMetrics([]).winRate).toBeUndefined();
    expect(tradeMetrics([1, 2]).profitFactor).toBeUndefined();
  });
});
