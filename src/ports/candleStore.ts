import type { MarketSymbol } from '../core/domain/ids.ts';
import type { BarColumns } from '../core/domain/market.ts';
import type { Millis, Timeframe } from '../core/domain/time.ts';

/** A stored series is named by where it was recorded, its market and its bar length. */
export interface SeriesName {
  /** Exchange or source, lower case: `binance`. */
  readonly exchange: string;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
}

/** What is stored of a series, from its files' headers alone. */
export interface StoredSeries extends SeriesName {
  readonly bars: number;
  /** Opening time of the first bar and of the last. */
  readonly first: Millis;
  readonly last: Millis;
  readonly bytes: number;
}

export interface Span {
  /** Opening times, inclusive; absent: the beginning. */
  readonly from?: Millis;
  /** Opening times, exclusive; absent: the end. */
  readonly to?: Millis;
}

/** What a write did. Bars that stand there already with the same numbers are `known`. */
export interface StoreResult {
  readonly added: number;
  readonly known: number;
  /** Bars that stand there with other numbers: kept as they were, unless they were to be replaced. */
  readonly differing: readonly { readonly openTime: Millis; readonly replaced: boolean }[];
}

/** A file that is not what its header says. */
export interface StoreFinding {
  readonly file: string;
  readonly problem: string;
}

/** Candles on disk. Nothing is ever filled, guessed or dropped silently. */
export interface CandleStore {
  /** Every series, by exchange, market and bar length. @throws Error `DATA_CORRUPT` naming a file whose header cannot be read. */
  list(): StoredSeries[];
  /** Bars of a span, ascending; empty columns when there are none. @throws Error `DATA_CORRUPT` naming the file. */
  read(name: SeriesName, span?: Span): BarColumns;
  /**
   * Adds bars, ascending; each file of the series is replaced whole, so that a kill leaves the old one or the new one.
   * @throws Error `DATA_INVALID` for bars that do not ascend or are off their grid; `DATA_CORRUPT` for a file that is there.
   */
  write(name: SeriesName, bars: BarColumns, options?: { readonly replace: boolean }): StoreResult;
  /** Reads every file and its checksum. */
  verify(): StoreFinding[];
}
