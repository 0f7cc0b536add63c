/** One listed market as the public sees it: its tape of prints, its bars, its last price. */
import type { Instrument } from '../engine/types.ts';
import type { Bar } from './candleSeries.ts';
import type { Book, Level } from '../engine/book.ts';
import type { CandleBook } from './candleBook.ts';
import { TRUE_STAMPS, type Stamps } from './stampTypes.ts';

/** Public prints kept per market; older ones are forgotten. */
const TAPE_MAX = 20_000;

/** Decimals of the prices and volumes of a tape; a recording may be finer than the grid users trade on. */
export interface TapeGrid {
  readonly priceDecimals: number;
  readonly volumeDecimals: number;
}

/** A print on the public tape. */
export interface PublicTrade {
  readonly id: number;
  /** In units of 10^-priceDecimals of the quote asset, as the tape's grid says. */
  readonly ticks: number;
  /** In units of 10^-volumeDecimals of the base asset. */
  readonly volume: number;
  readonly isTakerBuy: boolean;
  readonly timeMs: number;
}

/**
 * Who trades besides users. `no-trades`: the book goes on moving, and nobody takes. `still`: the book stands as well. What a
 * recording holds of such a time is passed over.
 */
export type Flow = 'normal' | 'no-trades' | 'still';

export class Market {
  flow: Flow = 'normal';
  stamps: Stamps = TRUE_STAMPS;
  readonly book: Book;
  readonly grid: TapeGrid;
  readonly candles: CandleBook;
  /** Id of the last print; a recording's own ids where it has them. */
  lastTradeId = 0;
  #ring: PublicTrade[] = [];

  constructor(book: Book, grid: TapeGrid, candles: CandleBook) {
    this.book = book;
    this.grid = grid;
    this.candles = candles;
  }

  /** As its filters are now. */
  get instrument(): Instrument {
    return this.book.instrument;
  }

  /** Best bid and best ask; undefined for an empty side. */
  touch(): { bid: Level | undefined; ask: Level | undefined } {
    return { bid: this.book.bids.best(), ask: this.book.asks.best() };
  }

  /** Last price in units of the tape. */
  get lastTicks(): number {
    return this.candles.lastTicks;
  }

  /** Last price on the grid that users trade on, rounded down. */
  get lastOrderTicks(): number {
    const finer = this.grid.priceDecimals - this.instrument.priceDecimals;
    return Math.floor(this.lastTicks / 10 ** finer);
  }

  /** Adds a print. A volume of 0 moves the price of the bars but is not a trade. */
  record(trade: PublicTrade): void {
    this.candles.print(trade);
    if (trade.volume === 0) return;
    this.lastTradeId = trade.id;
    this.#ring.push(trade);
    if (this.#ring.length >= 2 * TAPE_MAX) this.#ring = this.#ring.slice(-TAPE_MAX);
  }

  /** The prints still kept, oldest first. Do not change. */
  tape(): readonly PublicTrade[] {
    return this.#ring;
  }

  /** Statistics over the last 24 hours of market time, in ticks and volume units. */
  day(): Bar {
    const forming = this.candles.forming;
    const fromMs = forming.openMs - 1439 * 60_000;
    const bars = this.candles.minutes;
    let day = forming;
    let openMs = Math.max(fromMs, bars.length > 0 ? bars.firstMs : forming.openMs);
    const merged: Bar[] = [];
    for (; openMs < bars.nextMs; openMs += 60_000) {
      const bar = bars.at(openMs);
      if (bar !== undefined && bar.prints > 0) merged.push(bar);
    }
    if (forming.prints > 0 || merged.length === 0) merged.push(forming);
    for (const [index, bar] of merged.entries()) day = index === 0 ? { ...bar } : addInto(day, bar);
    return day;
  }
}

function addInto(day: Bar, bar: Bar): Bar {
  day.high = Math.max(day.high, bar.high);
  day.low = Math.min(day.low, bar.low);
  day.close = bar.close;
  day.volume += bar.volume;
  day.quoteVolume += bar.quoteVolume;
  day.prints += bar.prints;
  return day;
}
