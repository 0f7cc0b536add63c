/** One market's way through its data: bars in order, the longer ones that they complete, and where data is missing. */
import type { CandleEvent } from '../core/domain/events.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { BarColumns } from '../core/domain/market.ts';
import { type Millis, type Timeframe, timeframeMs } from '../core/domain/time.ts';
import type { MarketState } from '../core/engine/state.ts';
import { aggregateColumns } from '../core/market/aggregate.ts';

/** Bars of one length. */
export interface BarSeries {
  readonly columns: BarColumns;
  readonly timeframe: Timeframe;
}

export interface BacktestData extends BarSeries {
  readonly symbol: MarketSymbol;
  /**
   * Bars that strategies decide by, where they are not to be made of `columns`: those are then only a finer look at the same market,
   * for fills and guards, and may begin later.
   */
  readonly decide?: BarSeries;
}

/** The way through one market's bars. Its event is one object, overwritten by every bar. */
export class MarketWalk {
  readonly symbol: MarketSymbol;
  readonly columns: BarColumns;
  readonly rows: number;
  /** Milliseconds missing before a bar, by its open time: the holes that were gone over. */
  readonly holes = new Map<Millis, number>();
  readonly #lengthMs: number;
  readonly #bar: CandleEvent;
  readonly #longer: readonly SeriesBars[];
  /** The data's own bars are bars that strategies decide by. */
  readonly #decidesByOwn: boolean;
  #row = -1;

  /** @param toMs bars that open at or after it are left out. */
  constructor(market: MarketState, data: BacktestData, toMs: Millis) {
    const { symbol, columns, timeframe, decide } = data;
    this.symbol = symbol;
    this.columns = columns;
    this.rows = rowsBefore(columns, toMs);
    this.#lengthMs = timeframeMs(timeframe);
    this.#bar = blankEvent(symbol, timeframe);
    const wanted = [...market.series.keys()].sort((a, b) => timeframeMs(a) - timeframeMs(b));
    this.#decidesByOwn = !decide && wanted.includes(timeframe);
    this.#longer = wanted
      .filter((each) => decide !== undefined || each !== timeframe)
      .map((each) => new SeriesBars(symbol, decide ?? data, each));
  }

  /** When the next bar is over; infinite behind the last one. */
  get due(): Millis {
    const next = this.#row + 1;
    return next < this.rows ? (this.columns.openTime[next] ?? 0) + this.#lengthMs : Infinity;
  }

  /** The number of the bar that was loaded last; −1 before the first. */
  get row(): number {
    return this.#row;
  }

  /** The bar that was loaded last. */
  get bar(): CandleEvent {
    return this.#bar;
  }

  /** The close of that bar; NaN before the first. */
  get close(): number {
    return this.#row < 0 ? Number.NaN : this.#bar.close;
  }

  /** Goes on to the next bar. */
  load(): CandleEvent {
    const bar = this.#bar;
    const ended = bar.at;
    this.#row += 1;
    loadEvent(bar, this.columns, this.#row, this.#lengthMs);
    if (bar.openTime > ended && this.#row > 0) this.holes.set(bar.openTime, bar.openTime - ended);
    return bar;
  }

  /** Bars that strategies decide by that were over before the one loaded last began, and could not be complete before. */
  overdue(each: (bar: CandleEvent) => void): void {
    for (const bars of this.#longer) bars.until(this.#bar.openTime, each);
  }

  /** Those that are complete with the one loaded last. */
  completed(each: (bar: CandleEvent) => void): void {
    if (this.#decidesByOwn) each(this.#bar);
    for (const bars of this.#longer) bars.until(this.#bar.at, each);
  }

  /** What comes after the last bar when nothing moves any more. */
  after(): CandleEvent {
    const { at, close } = this.#bar;
    this.#row += 1;
    return { ...this.#bar, openTime: at, open: close, high: close, low: close };
  }
}

/** Bars that strategies decide by, each when it is over. A part of one at either end of the data is none. */
class SeriesBars {
  readonly #columns: BarColumns;
  readonly #lengthMs: number;
  readonly #event: CandleEvent;
  readonly #startsAt: Millis;
  #next = 0;

  constructor(symbol: MarketSymbol, { columns, timeframe: given }: BarSeries, wanted: Timeframe) {
    this.#lengthMs = timeframeMs(wanted);
    this.#columns = given === wanted ? columns : aggregateColumns(columns, this.#lengthMs);
    this.#event = blankEvent(symbol, wanted);
    this.#startsAt = columns.openTime[0] ?? 0;
  }

  /** Those that end at a moment or before it and were not given out yet. */
  until(moment: Millis, each: (bar: CandleEvent) => void): void {
    for (;;) {
      const start = this.#columns.openTime[this.#next] ?? Infinity;
      if (start + this.#lengthMs > moment) return;
      loadEvent(this.#event, this.#columns, this.#next, this.#lengthMs);
      this.#next += 1;
      if (start >= this.#startsAt) each(this.#event);
    }
  }
}

function blankEvent(symbol: MarketSymbol, timeframe: Timeframe): CandleEvent {
  return {
    kind: 'candle',
    at: 0,
    symbol,
    timeframe,
    openTime: 0,
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
    closed: true,
    told: true,
  };
}

function loadEvent(event: CandleEvent, columns: BarColumns, row: number, lengthMs: number): void {
  const openTime = columns.openTime[row] ?? 0;
  event.openTime = openTime;
  event.at = openTime + lengthMs;
  event.open = columns.open[row] ?? 0;
  event.high = columns.high[row] ?? 0;
  event.low = columns.low[row] ?? 0;
  event.close = columns.close[row] ?? 0;
  event.volume = columns.volume[row] ?? 0;
}

function rowsBefore({ openTime }: BarColumns, toMs: Millis): number {
  let rows = openTime.length;
  while (rows > 0 && (openTime[rows - 1] ?? 0) >= toMs) rows -= 1;
  return rows;
}
