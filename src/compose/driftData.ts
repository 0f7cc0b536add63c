/** Bars for the backtest of a recorded period from elsewhere than its recordings: a file, or the candle store. */
import { join } from 'node:path';
import { createCandleStore } from '../adapters/candles/candleStore.ts';
import { readCandleFile } from '../adapters/history/candleFile.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { BarColumns, SeriesKey } from '../core/domain/market.ts';
import { timeframeMs, type Timeframe } from '../core/domain/time.ts';
import { wholeAggregates } from '../core/market/aggregate.ts';
import { barsIn, type TapedSeries } from '../research/drift/tape.ts';

interface Source {
  readonly timeframe: Timeframe;
  readonly columns: BarColumns;
}

/** @throws Error `DATA_INVALID` when the file is not of the one market that was traded, or its bars are longer than the strategies'. */
export function barsOfFile(file: string): (wanted: readonly SeriesKey[]) => TapedSeries[] {
  return (wanted) => {
    const { market, ...source } = readCandleFile(file);
    const symbols = [...new Set(wanted.map(({ symbol }) => symbol))];
    const [symbol = ''] = symbols;
    if (symbols.length !== 1 || (market !== undefined && market !== symbol.replace('/', '')))
      throw new Error(
        `DATA_INVALID: ${file} holds ${market ?? 'one market'}, and ${symbols.join(', ')} were traded; put the bars of all of them into the store: plimsoll data import`,
      );
    return seriesFrom(source, wanted, file);
  };
}

/** @throws Error `DATA_MISSING` when a market is not stored. */
export function barsOfStore(
  dataDir: string,
  exchange: string,
): (wanted: readonly SeriesKey[]) => TapedSeries[] {
  const store = createCandleStore(join(dataDir, 'candles'));
  const finest = (symbol: MarketSymbol): Source => {
    const [best] = store
      .list()
      .filter((each) => each.exchange === exchange && each.symbol === symbol)
      .sort((a, b) => timeframeMs(a.timeframe) - timeframeMs(b.timeframe));
    if (!best) throw new Error(`DATA_MISSING: ${exchange} ${symbol} is not in the store`);
    return { timeframe: best.timeframe, columns: store.read(best) };
  };
  return (wanted) =>
    [...new Set(wanted.map(({ symbol }) => symbol))].flatMap((symbol) =>
      seriesFrom(
        finest(symbol),
        wanted.filter((key) => key.symbol === symbol),
        `${exchange} ${symbol}`,
      ),
    );
}

/** The series itself, and those of the strategies made of it. */
function seriesFrom(
  { timeframe, columns }: Source,
  wanted: readonly SeriesKey[],
  name: string,
): TapedSeries[] {
  const lengthMs = timeframeMs(timeframe);
  const tooShort = wanted.find((key) => timeframeMs(key.timeframe) % lengthMs !== 0);
  if (tooShort)
    throw new Error(
      `DATA_INVALID: ${name} has ${timeframe} bars, which do not make ${tooShort.timeframe} bars`,
    );
  const [first] = wanted;
  if (!first) return [];
  const longer = wanted.filter((key) => key.timeframe !== timeframe);
  return [
    { key: { symbol: first.symbol, timeframe }, lengthMs, bars: barsIn(columns) },
    ...longer.map((key) => ({
      key,
      lengthMs: timeframeMs(key.timeframe),
      bars: barsIn(wholeAggregates(columns, timeframe, key.timeframe)),
    })),
  ];
}
