import type { MarketSymbol } from './ids.ts';
import type { Millis, Timeframe } from './time.ts';

/** One bar. `openTime` is the bar's first millisecond; volume in base. Prices are floats: they feed indicators, never money. */
export interface Bar {
  readonly openTime: Millis;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A series of bars is named by its market and its bar length. */
export interface SeriesKey {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
}

/** Bars of one series as columns, ascending by time. All arrays have the same length. What a backtest runs over. */
export interface BarColumns {
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Columns of `rows` zeros. */
export function emptyColumns(rows: number): BarColumns {
  return {
    openTime: new Float64Array(rows),
    open: new Float64Array(rows),
    high: new Float64Array(rows),
    low: new Float64Array(rows),
    close: new Float64Array(rows),
    volume: new Float64Array(rows),
  };
}
