/** A backtest's report with something of everything in it. */
import { performanceOf } from '../../src/core/reporting/performance.ts';
import type { BacktestReport } from '../../src/research/reportSchema.ts';

const DAY = '2024-01-01T00:00:00.000Z';

export const REPORT: BacktestReport = {
  schema_version: 3,
  strategies: [
    {
      ...{ strategy: 'trend', kind: 'trend', symbol: 'BTC/USDT', timeframe: '1h' },
      ...{ budget: '1000', return: 0.0512, realised: '-121.2', unrealised: '-5', fees: '1.2' },
      ...{ orders: 30, fills: 25, trades: 12, win_rate: 0.25 },
      open_position: { amount: '0.5', cost: '50', value: '45', dust: null },
    },
  ],
  markets: [
    {
      ...{ symbol: 'BTC/USDT', data: 'x.csv', timeframe: '1h', detail: null, buy_and_hold: -0.02 },
      ...{ realised: '-121.2', unrealised: '-5', fees: '1.2', trades: 12 },
      data_notes: {
        gaps: [
          { from: '2024-01-02T00:00:00.000Z', bars: 2 },
          { from: '2024-01-03T00:00:00.000Z', bars: 7 },
        ],
        jumps: [{ at: '2024-01-04T00:00:00.000Z', factor: 0.5 }],
        zero_volume_bars: 3,
        conversions: ['the newest row came first; turned round'],
        assumed: ['the price step is guessed'],
      },
    },
  ],
  from: DAY,
  to: '2024-02-01T00:00:00.000Z',
  interrupted: false,
  cost_basis: 'average',
  fill_settings: { slippage: 0.0005, touch: 'through', max_share: 0.1, latency_ms: 0 },
  orders: [
    {
      ...{ id: 'i1', strategy: 'trend', symbol: 'BTC/USDT', time: DAY, side: 'buy' },
      ended: '2024-01-02T00:00:00.000Z',
      ...{ type: 'limit', price: '100', amount: '1', filled: '0', state: 'CANCELLED' },
      ...{ reason: 'TREND_ENTRY', tag: 'a,"b"' },
    },
  ],
  fills: [],
  equity: [
    { time: DAY, equity: 10_000, holding: 10_000 },
    { time: '2024-01-16T00:00:00.000Z', equity: 9_000, holding: 9_990 },
    { time: '2024-02-01T00:00:00.000Z', equity: 10_512.35, holding: 9_980 },
  ],
  months: [{ month: '2024-01', return: 0.0512 }],
  exits: [{ reason: 'TREND_EXIT_STOP', trades: 12, pnl: '-121.2' }],
  trades: Array.from({ length: 12 }, (_, index) => ({
    ...{ strategy: 'trend', symbol: 'BTC/USDT' },
    ...{ entry_time: DAY, exit_time: '2024-01-02T00:00:00.000Z', duration_s: 86_400 },
    side: 'buy',
    ...{ entry_price: '100', exit_price: '90', amount: String(index + 1), fees: '0.1' },
    ...{ pnl: '-10.1', return: -0.1, mae: 0.12, mfe: 0.01 },
    ...{ entry_reason: 'TREND_ENTRY', exit_reason: 'TREND_EXIT_STOP', tag: '', certain: true },
  })),
  metrics: {
    return: 0.0512,
    return_on_account: 0.00512,
    buy_and_hold_on_account: -0.002,
    ...{ orders: 30, orders_filled: 24, fills: 25 },
    budget: '1000',
    realised: '-121.2',
    unrealised: '-5',
    max_drawdown: 0.1,
    max_drawdown_span: {
      ...{ peak: DAY, trough: '2024-01-16T00:00:00.000Z' },
      ...{ recovered: null, length_s: 31 * 86_400 },
    },
    longest_drawdown_s: 31 * 86_400,
    ...performanceOf({ returns: [], benchmark: [], profits: [1, -1, -1, -1] }),
    ...{ mean_duration_s: 86_400, shortest_duration_s: 86_400, longest_duration_s: 86_400 },
    ...{ trades: 12, exposure: 0.5, turnover: 3 },
    fees: '1.2',
    buy_and_hold: -0.02,
    initial_equity: '10000',
    final_equity: '10512.3456',
    bars: 744,
    ambiguous_bars: 0,
    bounds: { low: '10512.3456', high: '10512.3456' },
  },
  random: null,
  decisions: { TREND_ENTRY: 12, TREND_HOLD: 600 },
  chart: {
    equity: [
      [Date.parse(DAY), 10_000, 10_000],
      [Date.parse('2024-02-01T00:00:00Z'), 10_512.35, 9_980],
    ],
    markets: [{ symbol: 'BTC/USDT', bars: [[Date.parse(DAY), 100, 110, 90, 105]] }],
  },
};
