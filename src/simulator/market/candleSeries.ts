/** A gapless ring of bars of one interval, as columns of numbers. Prices are ticks, volumes integers of the tape's volume unit. */

/** One bar. Market time of its opening, ticks, volume units; `quoteVolume` in ticks × volume units. */
export interface Bar {
  openMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quoteVolume: number;
  /** Number of prints; 0 marks a flat bar without trades. */
  prints: number;
  takerBuyVolume: number;
  takerBuyQuoteVolume: number;
}

const COLUMNS = 9;
/** Bars a fresh ring has room for; it grows up to its capacity. */
const ROOM_AT_FIRST = 64;

export class CandleSeries {
  readonly intervalMs: number;
  readonly capacity: number;
  #rows: Float64Array;
  /** Bars there is room for now. */
  #room: number;
  /** Where in the ring the oldest bar is. */
  #head = 0;
  #firstMs = 0;
  #count = 0;

  constructor(intervalMs: number, capacity: number) {
    this.intervalMs = intervalMs;
    this.capacity = capacity;
    this.#room = Math.min(capacity, ROOM_AT_FIRST);
    this.#rows = new Float64Array(this.#room * COLUMNS);
  }

  get length(): number {
    return this.#count;
  }

  /** Opening time of the oldest bar kept; meaningless while empty. */
  get firstMs(): number {
    return this.#firstMs;
  }

  /** Opening time that the next bar must have; 0 while empty. */
  get nextMs(): number {
    return this.#count === 0 ? 0 : this.#firstMs + this.#count * this.intervalMs;
  }

  /**
   * Appends the next bar; the oldest falls out when the ring is full.
   * @throws Error when it is not the next one.
   */
  push(bar: Bar): void {
    if (this.#count === 0) this.#firstMs = bar.openMs;
    else if (bar.openMs !== this.nextMs) {
      throw new Error(
        `bar of ${String(bar.openMs)} does not follow, expected ${String(this.nextMs)}`,
      );
    }
    if (this.#count === this.capacity) {
      this.#firstMs += this.intervalMs;
      this.#head = (this.#head + 1) % this.#room;
    } else {
      if (this.#count === this.#room) this.#grow();
      this.#count += 1;
    }
    const at = this.#offsetOf(bar.openMs);
    const rows = this.#rows;
    rows[at] = bar.open;
    rows[at + 1] = bar.high;
    rows[at + 2] = bar.low;
    rows[at + 3] = bar.close;
    rows[at + 4] = bar.volume;
    rows[at + 5] = bar.quoteVolume;
    rows[at + 6] = bar.prints;
    rows[at + 7] = bar.takerBuyVolume;
    rows[at + 8] = bar.takerBuyQuoteVolume;
  }

  /** The bar that opens at `openMs`; undefined when it is not kept. */
  at(openMs: number): Bar | undefined {
    if (this.#count === 0 || openMs < this.#firstMs || openMs >= this.nextMs) return undefined;
    const at = this.#offsetOf(openMs);
    const cell = (column: number): number => this.#rows[at + column] ?? 0;
    return {
      openMs,
      open: cell(0),
      high: cell(1),
      low: cell(2),
      close: cell(3),
      volume: cell(4),
      quoteVolume: cell(5),
      prints: cell(6),
      takerBuyVolume: cell(7),
      takerBuyQuoteVolume: cell(8),
    };
  }

  clear(): void {
    this.#count = 0;
    this.#head = 0;
  }

  #grow(): void {
    const rows = this.#rows;
    const split = this.#head * COLUMNS;
    this.#room = Math.min(this.capacity, this.#room * 2);
    this.#rows = new Float64Array(this.#room * COLUMNS);
    this.#rows.set(rows.subarray(split));
    this.#rows.set(rows.subarray(0, split), rows.length - split);
    this.#head = 0;
  }

  #offsetOf(openMs: number): number {
    const index = (openMs - this.#firstMs) / this.intervalMs;
    return ((this.#head + Math.floor(index)) % this.#room) * COLUMNS;
  }
}

/** A bar without trades at a price. */
export function flatBar(openMs: number, ticks: number): Bar {
  return {
    openMs,
    open: ticks,
    high: ticks,
    low: ticks,
    close: ticks,
    volume: 0,
    quoteVolume: 0,
    prints: 0,
    takerBuyVolume: 0,
    takerBuyQuoteVolume: 0,
  };
}

/** A public print as the bars see it. */
export interface Print {
  readonly ticks: number;
  /** In the tape's volume unit; 0 moves the price without trading. */
  readonly volume: number;
  readonly isTakerBuy: boolean;
}

/** Adds a print to the bar it belongs to. */
export function addPrint(bar: Bar, print: Print): void {
  const quote = print.ticks * print.volume;
  if (bar.prints === 0) bar.open = bar.high = bar.low = print.ticks;
  bar.high = Math.max(bar.high, print.ticks);
  bar.low = Math.min(bar.low, print.ticks);
  bar.close = print.ticks;
  bar.volume += print.volume;
  bar.quoteVolume += quote;
  bar.prints += 1;
  if (!print.isTakerBuy) return;
  bar.takerBuyVolume += print.volume;
  bar.takerBuyQuoteVolume += quote;
}

/** Joins a later bar onto an earlier one. Flat bars only matter where nothing traded at all. */
export function joinBars(earlier: Bar, later: Bar): Bar {
  if (later.prints === 0) return earlier;
  if (earlier.prints === 0) return { ...later, openMs: earlier.openMs };
  return {
    openMs: earlier.openMs,
    open: earlier.open,
    high: Math.max(earlier.high, later.high),
    low: Math.min(earlier.low, later.low),
    close: later.close,
    volume: earlier.volume + later.volume,
    quoteVolume: earlier.quoteVolume + later.quoteVolume,
    prints: earlier.prints + later.prints,
    takerBuyVolume: earlier.takerBuyVolume + later.takerBuyVolume,
    takerBuyQuoteVolume: earlier.takerBuyQuoteVolume + later.takerBuyQuoteVolume,
  };
}
