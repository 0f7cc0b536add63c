/** What a list of runs says of each, and how two of them differ. */
import { METRICS, type MetricName } from '../core/reporting/metricCatalogue.ts';
import type { BacktestReport } from './reportSchema.ts';

/** Fractions as fractions; null where nothing can be said. */
export interface RunSummary {
  readonly strategies: readonly string[];
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly return: number;
  readonly buy_and_hold: number;
  readonly max_drawdown: number;
  readonly sharpe: number | null;
  readonly trades: number;
  readonly final_equity: string;
  readonly interrupted: boolean;
}

export function summaryOf({
  strategies,
  markets,
  metrics,
  from,
  to,
  interrupted,
}: BacktestReport): RunSummary {
  const { buy_and_hold, max_drawdown, sharpe, trades, final_equity } = metrics;
  return {
    strategies: strategies.map(({ strategy }) => strategy),
    symbols: markets.map(({ symbol }) => symbol),
    ...{ from, to, return: metrics.return, buy_and_hold, max_drawdown, sharpe },
    ...{ trades, final_equity, interrupted },
  };
}

/** One figure of two runs; `difference` is the second less the first, null where one of them has none. */
export interface ComparedMetric {
  readonly name: MetricName;
  readonly a: number | string | null;
  readonly b: number | string | null;
  readonly difference: number | null;
}

export interface RunComparison {
  readonly metrics: readonly ComparedMetric[];
  /** What was not the same to begin with, and so may be why. */
  readonly settings: readonly { readonly what: string; readonly a: string; readonly b: string }[];
  /** Whether both did the same to the last fill. */
  readonly same_fills: boolean;
}

export function compareRuns(a: BacktestReport, b: BacktestReport): RunComparison {
  const names = Object.keys(METRICS) as MetricName[];
  return {
    metrics: names.map((name) => compared(name, a.metrics[name], b.metrics[name])),
    settings: Object.entries(SETTINGS)
      .map(([what, textOf]) => ({ what, a: textOf(a), b: textOf(b) }))
      .filter((setting) => setting.a !== setting.b),
    same_fills: JSON.stringify(a.fills) === JSON.stringify(b.fills),
  };
}

function compared(
  name: MetricName,
  a: number | string | null,
  b: number | string | null,
): ComparedMetric {
  const difference = a === null || b === null ? null : Number(b) - Number(a);
  return { name, a, b, difference };
}

const SETTINGS: Readonly<Record<string, (report: BacktestReport) => string>> = {
  strategies: ({ strategies }) =>
    strategies.map((each) => `${each.strategy} on ${each.symbol} ${each.timeframe}`).join(', '),
  budgets: ({ strategies }) => strategies.map(({ budget }) => budget).join(', '),
  data: ({ markets }) =>
    markets.map(({ data, detail }) => (detail ? `${data} + ${detail.data}` : data)).join(', '),
  from: ({ from }) => from,
  to: ({ to }) => to,
  'opening balance': ({ metrics }) => metrics.initial_equity,
  slippage: ({ fill_settings: { slippage } }) => String(slippage),
  touch: ({ fill_settings: { touch } }) => touch,
  'share of volume': ({ fill_settings: { max_share } }) => String(max_share),
  'latency, ms': ({ fill_settings: { latency_ms } }) => String(latency_ms),
};
