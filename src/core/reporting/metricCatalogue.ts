/** What every figure of a report means: its words, its formula, and where it comes from. Shown as tooltips and in the docs. */

/** How a figure is shown. `money` is in quote; `seconds` as a time span. */
export type MetricUnit = 'percent' | 'ratio' | 'money' | 'count' | 'seconds';

export interface MetricEntry {
  readonly title: string;
  readonly unit: MetricUnit;
  /** With r: daily returns of the account; n: how many; p: profits of trades. */
  readonly formula: string;
  /** Absent: plain arithmetic. */
  readonly source?: string;
}

const daily = (formula: string): string => `${formula}; r daily, √365 a year, risk-free rate 0`;

/** By name in `metrics{}`, in the order in which they are shown. */
export const METRICS = {
  return: {
    title: 'Return on the budgets',
    unit: 'percent',
    formula: '(Σ pnl of trades + value − cost of what is held) ÷ Σ budgets',
  },
  buy_and_hold: {
    title: 'Buy and hold with the budgets',
    unit: 'percent',
    formula: 'Σ budget × (last close ÷ first close − 1) ÷ Σ budgets, fees left out',
  },
  return_on_account: {
    title: 'Return on the account',
    unit: 'percent',
    formula: 'profit ÷ opening balance',
  },
  buy_and_hold_on_account: {
    title: 'Buy and hold on the account',
    unit: 'percent',
    formula: 'what the budgets would have made, ÷ opening balance',
  },
  cagr: {
    title: 'Growth a year (CAGR)',
    unit: 'percent',
    formula: 'Π(1 + r)^(365 ÷ n) − 1',
  },
  volatility: {
    title: 'Volatility a year',
    unit: 'percent',
    formula: 'sample deviation (n − 1) of r × √365',
  },
  sharpe: {
    title: 'Sharpe ratio',
    unit: 'ratio',
    formula: daily('mean(r) ÷ deviation(r) × √365'),
    source: 'Sharpe, The Sharpe Ratio, 1994',
  },
  geometric_sharpe: {
    title: 'Geometric Sharpe ratio',
    unit: 'ratio',
    formula: 'CAGR ÷ volatility a year',
  },
  sortino: {
    title: 'Sortino ratio',
    unit: 'ratio',
    formula: daily('mean(r) ÷ √(Σ min(0, r)² ÷ n) × √365'),
    source: 'Sortino and Price, Performance Measurement in a Downside Risk Framework, 1994',
  },
  calmar: {
    title: 'Calmar ratio',
    unit: 'ratio',
    formula: 'CAGR ÷ deepest fall of the daily equity',
    source: 'Young, Calmar Ratio, 1991; here over the whole run',
  },
  omega: {
    title: 'Omega ratio',
    unit: 'ratio',
    formula: 'Σ max(0, r) ÷ Σ max(0, −r)',
    source: 'Keating and Shadwick, A Universal Performance Measure, 2002',
  },
  max_drawdown: {
    title: 'Maximum drawdown',
    unit: 'percent',
    formula: 'deepest 1 − equity ÷ highest equity before, over the marks of all bars',
  },
  longest_drawdown_s: {
    title: 'Longest time below a peak',
    unit: 'seconds',
    formula: 'from the last mark at a peak to the last one below it',
  },
  ulcer_index: {
    title: 'Ulcer index',
    unit: 'percent',
    formula: '√(mean of squared depths below the last peak), daily',
    source: 'Martin and McCann, The Investor’s Guide to Fidelity Funds, 1989',
  },
  value_at_risk: {
    title: 'Value at risk, 95 %, a day',
    unit: 'percent',
    formula: '−(5 % quantile of r), at least 0; quantiles between neighbours (type 7)',
    source: 'Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996',
  },
  conditional_value_at_risk: {
    title: 'Expected shortfall, 95 %, a day',
    unit: 'percent',
    formula: 'mean loss of the days at or beyond the value at risk',
  },
  tail_ratio: {
    title: 'Tail ratio',
    unit: 'ratio',
    formula: '95 % quantile of r ÷ |5 % quantile of r|',
  },
  alpha: {
    title: 'Alpha a year',
    unit: 'percent',
    formula: '(mean(r) − beta × mean(benchmark)) × 365; the benchmark is holding',
    source: 'Jensen, The Performance of Mutual Funds, 1968',
  },
  beta: {
    title: 'Beta',
    unit: 'ratio',
    formula: 'covariance(r, benchmark) ÷ variance(benchmark)',
  },
  correlation: {
    title: 'Correlation with holding',
    unit: 'ratio',
    formula: 'covariance(r, benchmark) ÷ (deviation(r) × deviation(benchmark))',
  },
  up_capture: {
    title: 'Capture of rises',
    unit: 'percent',
    formula: 'mean(r) ÷ mean(benchmark), over the days on which the benchmark rose',
  },
  down_capture: {
    title: 'Capture of falls',
    unit: 'percent',
    formula: 'mean(r) ÷ mean(benchmark), over the days on which the benchmark fell',
  },
  trades: { title: 'Closed trades', unit: 'count', formula: 'sell orders that traded' },
  win_rate: { title: 'Win rate', unit: 'percent', formula: 'trades with p > 0 ÷ trades' },
  win_rate_low: {
    title: 'Win rate, low end',
    unit: 'percent',
    formula: 'Wilson’s score interval at 95 %',
    source: 'Wilson, Probable Inference, 1927',
  },
  win_rate_high: {
    title: 'Win rate, high end',
    unit: 'percent',
    formula: 'Wilson’s score interval at 95 %',
    source: 'Wilson, Probable Inference, 1927',
  },
  profit_factor: { title: 'Profit factor', unit: 'ratio', formula: 'Σ wins ÷ Σ losses' },
  expectancy: { title: 'Average trade', unit: 'money', formula: 'mean(p)' },
  best_trade: { title: 'Best trade', unit: 'money', formula: 'max(p)' },
  worst_trade: { title: 'Worst trade', unit: 'money', formula: 'min(p)' },
  average_win: { title: 'Average win', unit: 'money', formula: 'mean of p > 0' },
  average_loss: { title: 'Average loss', unit: 'money', formula: 'mean of −p where p < 0' },
  sqn: {
    title: 'System quality number',
    unit: 'ratio',
    formula: 'mean(p) ÷ deviation(p) × √(trades, at most 100)',
    source: 'Tharp, The Definitive Guide to Position Sizing, 2008',
  },
  kelly: {
    title: 'Kelly fraction',
    unit: 'percent',
    formula: 'win rate − loss rate × average loss ÷ average win',
    source: 'Kelly, A New Interpretation of Information Rate, 1956',
  },
  losing_streak: {
    title: 'Longest losing streak',
    unit: 'count',
    formula: 'trades with p < 0 one after another',
  },
  mean_duration_s: {
    title: 'Average time in a trade',
    unit: 'seconds',
    formula: 'mean of exit − entry; the entry is the first buy since nothing was held',
  },
  shortest_duration_s: { title: 'Shortest trade', unit: 'seconds', formula: 'min(exit − entry)' },
  longest_duration_s: { title: 'Longest trade', unit: 'seconds', formula: 'max(exit − entry)' },
  exposure: {
    title: 'Exposure',
    unit: 'percent',
    formula: 'mean of value held ÷ equity, over all bars',
  },
  turnover: {
    title: 'Turnover',
    unit: 'ratio',
    formula: 'money bought and sold for ÷ mean daily equity',
  },
  orders: { title: 'Orders', unit: 'count', formula: 'all that were decided' },
  orders_filled: { title: 'Orders that traded', unit: 'count', formula: 'with a fill' },
  fills: { title: 'Fills', unit: 'count', formula: 'executions' },
  fees: { title: 'Fees', unit: 'money', formula: 'of all fills, in quote' },
  realised: { title: 'Profit of closed trades', unit: 'money', formula: 'Σ p, at average cost' },
  unrealised: {
    title: 'Profit of what is held',
    unit: 'money',
    formula: 'value at the last close − cost',
  },
  budget: { title: 'Budgets', unit: 'money', formula: 'Σ budgets of the strategies' },
  initial_equity: { title: 'Initial equity', unit: 'money', formula: 'opening balance' },
  final_equity: {
    title: 'Final equity',
    unit: 'money',
    formula: 'initial equity + realised + unrealised, exactly',
  },
  bars: { title: 'Bars', unit: 'count', formula: 'moments at which bars ended' },
  ambiguous_bars: {
    title: 'Bars that leave open what came first',
    unit: 'count',
    formula: 'where that mattered; see docs/fills.md',
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof METRICS;
