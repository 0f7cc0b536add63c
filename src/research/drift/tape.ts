/** The bars that a recorded run had, as its engine completed them, over restarts. */
import type { EngineEvent, QuoteEvent, TradeEvent } from '../../core/domain/events.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Bar, BarColumns, SeriesKey } from '../../core/domain/market.ts';
import type { Millis, Timeframe } from '../../core/domain/time.ts';
import {
  acceptCandle,
  acceptHistory,
  createSeries,
  type Series,
} from '../../core/market/series.ts';
import type { PriceRange, Span } from './types.ts';

export interface TapedSeries {
  readonly key: SeriesKey;
  readonly lengthMs: number;
  /** Ascending. */
  readonly bars: readonly Bar[];
}

interface Track {
  readonly series: Series;
  readonly bars: Bar[];
}

export class Tape {
  readonly #tracks = new Map<string, Track>();
  readonly #lengths: ReadonlyMap<string, number>;
  /** Prices of trades and quotes, by market and the opening time of the bar they are in. */
  readonly #ranges = new Map<string, PriceRange>();

  /** @param lengths of the finest bars of each market. */
  constructor(lengths: ReadonlyMap<string, number>) {
    this.#lengths = lengths;
  }

  /** Of the trades and quotes within a bar; undefined when there were none. */
  range(symbol: MarketSymbol, openTime: Millis): PriceRange | undefined {
    return this.#ranges.get(`${symbol} ${openTime}`);
  }

  take(event: EngineEvent): void {
    if (event.kind === 'trade') this.#see(event, event.price, event.price);
    else if (event.kind === 'quote') this.#see(event, event.bid, event.ask);
    else if (event.kind === 'candle') {
      const { series, bars } = this.#trackOf(event.symbol, event.timeframe);
      const bar = acceptCandle(series, event);
      if (bar) bars.push(plain(bar));
    } else if (event.kind === 'history') {
      const { series, bars } = this.#trackOf(event.symbol, event.timeframe);
      acceptHistory(series, event.bars, (bar) => bars.push(plain(bar)));
    }
  }

  series(): TapedSeries[] {
    return [...this.#tracks.values()].map(({ series, bars }) => ({
      key: series.key,
      lengthMs: series.lengthMs,
      bars,
    }));
  }

  #see({ symbol, at }: TradeEvent | QuoteEvent, low: number, high: number): void {
    if (!(low > 0 && high < Infinity)) return;
    const name = `${symbol} ${barOf(at, this.#lengths.get(symbol) ?? 1)}`;
    const known = this.#ranges.get(name);
    this.#ranges.set(name, {
      low: Math.min(low, known?.low ?? low),
      high: Math.max(high, known?.high ?? high),
    });
  }

  #trackOf(symbol: MarketSymbol, timeframe: Timeframe): Track {
    const name = `${symbol} ${timeframe}`;
    const known = this.#tracks.get(name);
    if (known) return known;
    const made = { series: createSeries({ symbol, timeframe }), bars: [] };
    this.#tracks.set(name, made);
    return made;
  }
}

function plain({ openTime, open, high, low, close, volume }: Bar): Bar {
  return { openTime, open, high, low, close, volume };
}

/** The finest series of each market. */
export function finestOf(series: readonly TapedSeries[]): ReadonlyMap<MarketSymbol, TapedSeries> {
  const finest = new Map<MarketSymbol, TapedSeries>();
  for (const each of series) {
    const known = finest.get(each.key.symbol);
    if (!known || each.lengthMs < known.lengthMs) finest.set(each.key.symbol, each);
  }
  return finest;
}

/** Opening time of the bar of this length in which a moment is. */
export function barOf(at: Millis, lengthMs: number): Millis {
  return Math.floor(at / lengthMs) * lengthMs;
}

/** Bars of the finest series of each market, by their opening times. */
export class BarBook {
  readonly #finest: ReadonlyMap<MarketSymbol, TapedSeries>;
  readonly #bars = new Map<MarketSymbol, Map<Millis, Bar>>();

  constructor(series: readonly TapedSeries[]) {
    this.#finest = finestOf(series);
    for (const [symbol, { bars }] of this.#finest)
      this.#bars.set(symbol, new Map(bars.map((bar) => [bar.openTime, bar])));
  }

  at(symbol: MarketSymbol, openTime: Millis): Bar | undefined {
    return this.#bars.get(symbol)?.get(openTime);
  }

  /** Bars that open from then until before then. */
  count(from: Millis, to: Millis): number {
    let count = 0;
    for (const bars of this.#bars.values())
      for (const openTime of bars.keys()) if (openTime >= from && openTime < to) count += 1;
    return count;
  }

  /** The last moment up to `toMs` at which bars of all lengths end and of every market there is one. */
  lastClose(toMs: Millis): Millis {
    const all = [...this.#finest.values()];
    const ends = all.map(({ bars, lengthMs }) => (bars.at(-1)?.openTime ?? 0) + lengthMs);
    const longest = Math.max(...all.map(({ lengthMs }) => lengthMs));
    return barOf(Math.min(toMs, ...ends), longest);
  }

  /** Opening times at which the other book has a bar with other numbers, or at which only one of them has one; ascending. */
  unlike(other: BarBook, symbol: MarketSymbol, { from, to }: Span): Millis[] {
    // Bars of other lengths have no numbers in common.
    if (this.#lengthOf(symbol) !== other.#lengthOf(symbol)) return [];
    const [mine, theirs] = [this.#bars.get(symbol), other.#bars.get(symbol)];
    const times = new Set([...(mine?.keys() ?? []), ...(theirs?.keys() ?? [])]);
    return [...times]
      .filter((at) => at >= from && at <= to && !isSameBar(mine?.get(at), theirs?.get(at)))
      .sort((a, b) => a - b);
  }

  #lengthOf(symbol: MarketSymbol): number | undefined {
    return this.#finest.get(symbol)?.lengthMs;
  }
}

function isSameBar(a: Bar | undefined, b: Bar | undefined): boolean {
  if (!a || !b) return false;
  const isSamePrices = a.open === b.open && a.high === b.high && a.low === b.low;
  return isSamePrices && a.close === b.close && a.volume === b.volume;
}

/** Columns row by row. */
export function barsIn(columns: BarColumns): Bar[] {
  const cell = (name: keyof BarColumns, row: number): number => columns[name][row] ?? Number.NaN;
  return Array.from(columns.openTime, (openTime, row) => ({
    openTime,
    open: cell('open', row),
    high: cell('high', row),
    low: cell('low', row),
    close: cell('close', row),
    volume: cell('volume', row),
  }));
}
