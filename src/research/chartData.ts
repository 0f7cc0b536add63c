/** What a report's drawings are made from, thinned to what can be seen. */
import type { MarketSpan } from './backtest.ts';
import { heldValue, type MetricsInput } from './reportMetrics.ts';
import type { ChartData } from './reportSchema.ts';

/** Bars drawn of a market at most; longer runs are drawn in longer bars. */
const BARS_MAX = 800;
const SAMPLES_MAX = 1_024;

type DrawnBar = ChartData['markets'][number]['bars'][number];

export function chartData(input: MetricsInput, first: number): ChartData {
  const { samples, markets, firstTime } = input.run;
  const stride = Math.max(1, Math.ceil(samples.length / SAMPLES_MAX));
  const drawn = samples.filter((_each, at) => at % stride === 0 || at === samples.length - 1);
  return {
    equity: drawn.map(({ at, equity, holding }) => [
      at,
      rounded(equity),
      rounded(heldValue(holding, first, input)),
    ]),
    markets: markets.map((span) => ({ symbol: span.symbol, bars: barsOf(span, firstTime) })),
  };
}

function barsOf({ columns, rows }: MarketSpan, firstTime: number): DrawnBar[] {
  let start = 0;
  while (start < rows && (columns.openTime[start] ?? 0) < firstTime) start += 1;
  const together = Math.max(1, Math.ceil((rows - start) / BARS_MAX));
  const bars: DrawnBar[] = [];
  for (let row = start; row < rows; row += together) {
    const end = Math.min(rows, row + together);
    const [low, high] = [columns.low.subarray(row, end), columns.high.subarray(row, end)];
    bars.push([
      columns.openTime[row] ?? 0,
      columns.open[row] ?? 0,
      high.reduce((a, b) => Math.max(a, b), -Infinity),
      low.reduce((a, b) => Math.min(a, b), Infinity),
      columns.close[end - 1] ?? 0,
    ]);
  }
  return bars;
}

/** Cents are seen by nobody in a drawing, and fill a file. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}
