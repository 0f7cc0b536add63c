/** Histories from the store. */
import { describeBars } from '../adapters/history/candleFile.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import { timeframeMs, type Timeframe } from '../core/domain/time.ts';
import type { CandleStore, SeriesName } from '../ports/candleStore.ts';
import {
  historyOf,
  type DataChoice,
  type MarketHistory,
  type NamedBars,
  type Traded,
} from './backtestHistory.ts';

/** Bars of the longest length before the beginning, so that strategies are warm at it. */
const WARM_UP_BARS = 2_000;

/**
 * The stored bars of a market: of its strategies' own length, or of the longest that theirs can be made of.
 * @throws Error `DATA_MISSING` saying what is stored; `DATA_CORRUPT` naming the file.
 */
export function storedHistory(
  store: CandleStore,
  symbol: MarketSymbol,
  specs: readonly Traded[],
  choice: DataChoice,
): MarketHistory {
  const { exchange = '', detail: wanted } = choice;
  const series = store
    .list()
    .filter((each) => each.exchange === exchange && each.symbol === symbol)
    .map(({ timeframe }) => timeframe);
  const lengths = specs
    .filter((spec) => spec.symbol === symbol)
    .map(({ timeframe }) => timeframeMs(timeframe));
  const isFit = (timeframe: Timeframe): boolean =>
    lengths.every((length) => length % timeframeMs(timeframe) === 0);
  const [main] = series.filter(isFit).sort((a, b) => timeframeMs(b) - timeframeMs(a));
  if (main === undefined || (wanted !== undefined && !series.includes(wanted))) {
    const have = series.length === 0 ? 'nothing' : series.join(', ');
    throw new Error(
      `DATA_MISSING: of ${exchange} ${symbol} ${have} is stored; plimsoll data download or import brings more`,
    );
  }
  const read = (timeframe: Timeframe): NamedBars =>
    readSeries(store, { exchange, symbol, timeframe }, choice, Math.max(...lengths));
  const detail = wanted === undefined || wanted === main ? undefined : read(wanted);
  return historyOf(symbol, read(main), detail);
}

function readSeries(
  store: CandleStore,
  series: SeriesName,
  { span }: DataChoice,
  longestMs: number,
): NamedBars {
  const { exchange, symbol, timeframe } = series;
  const from = span.from === undefined ? {} : { from: span.from - WARM_UP_BARS * longestMs };
  const columns = store.read(series, { ...span, ...from });
  const name = `${exchange} ${symbol} ${timeframe}`;
  if (columns.openTime.length < 2)
    throw new Error(`DATA_MISSING: nothing is stored of ${name} in that time`);
  return { ...describeBars(columns, timeframe), name };
}
