import { describe, expect, it } from '@jest/globals';
import { compareRuns } from '../../../src/research/runSummary.ts';
import { REPORT } from '../../builders/backtestReport.ts';

describe('two runs beside each other', () => {
  it('name what was set otherwise, and the difference of every metric', () => {
    const other = {
      ...REPORT,
      fill_settings: { ...REPORT.fill_settings, slippage: 0.01 },
      metrics: { ...REPORT.metrics, final_equity: '10000.5', trades: 15, sharpe: 1.5 },
    };
    const { settings, metrics, same_fills: same } = compareRuns(REPORT, other);
    expect(settings).toEqual([{ what: 'slippage', a: '0.0005', b: '0.01' }]);
    expect(same).toBe(true);
    const by = new Map(metrics.map((metric) => [metric.name, metric]));
    expect(by.get('trades')).toEqual({ name: 'trades', a: 12, b: 15, difference: 3 });
    expect(by.get('final_equity')?.difference).toBeCloseTo(-511.8456, 9);
    // The first has none.
    expect(by.get('sharpe')).toMatchObject({ a: null, b: 1.5, difference: null });
  });

  it('say whether they did the same', () => {
    const order = { strategy: 'trend', symbol: 'BTC/USDT', order: 'i1', time: REPORT.from };
    const fill = { ...order, side: 'buy' as const, price: '1', amount: '1', fee: '0' };
    const more = { fee_asset: 'USDT', liquidity: 'taker', reason: 'X', certain: true };
    const fills = [{ ...fill, ...more }];
    expect(compareRuns({ ...REPORT, fills }, { ...REPORT, fills }).same_fills).toBe(true);
    expect(compareRuns({ ...REPORT, fills }, REPORT).same_fills).toBe(false);
  });
});
