import type { Bar } from '../domain/market.ts';

/** Bars that can be looked back on: the longest look-back of a formula (56) rounded up. */
export const RECENT_BARS = 64;
const CAPACITY = 1024;

/**
 * The newest bars of a series as columns in the order of time: the newest at `end − 1`, at least RECENT_BARS of them
 * before it once that many were given. Columns are written straight on; when they are full the newest bars move to the
 * front, once in a thousand bars, so that a reader never meets a seam.
 */
export class RecentBars {
  readonly open = new Float64Array(CAPACITY);
  readonly high = new Float64Array(CAPACITY);
  readonly low = new Float64Array(CAPACITY);
  readonly close = new Float64Array(CAPACITY);
  readonly volume = new Float64Array(CAPACITY);
  #end = 0;

  get end(): number {
    return this.#end;
  }

  push(bar: Bar): void {
    if (this.#end === CAPACITY) this.#slide();
    const at = this.#end;
    this.open[at] = bar.open;
    this.high[at] = bar.high;
    this.low[at] = bar.low;
    this.close[at] = bar.close;
    this.volume[at] = bar.volume;
    this.#end = at + 1;
  }

  clear(): void {
    this.#end = 0;
  }

  #slide(): void {
    for (const column of [this.open, this.high, this.low, this.close, this.volume]) {
      column.copyWithin(0, CAPACITY - RECENT_BARS);
    }
    this.#end = RECENT_BARS;
  }
}
