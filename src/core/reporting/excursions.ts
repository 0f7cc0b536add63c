/** The lowest low and the highest high of any run of bars, found in steps that do not grow with its length. */
import type { BarColumns } from '../domain/market.ts';

/** Bars, or blocks, that are put together in one block of the next level. */
const BLOCK = 64;

interface Level {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Infinities when there are no bars. */
export interface PriceRange {
  low: number;
  high: number;
}

export class RangeExtremes {
  readonly #levels: readonly Level[];

  constructor({ low, high }: Pick<BarColumns, 'low' | 'high'>) {
    const levels: Level[] = [{ low, high }];
    for (let top = levels[0]; top && top.low.length > BLOCK; top = levels.at(-1))
      levels.push(blocksOf(top));
    this.#levels = levels;
  }

  /** Of the bars `start` to before `end`. */
  of(start: number, end: number): PriceRange {
    const range = { low: Infinity, high: -Infinity };
    let [from, to] = [Math.max(0, start), end];
    for (const [depth, level] of this.#levels.entries()) {
      const isTop = depth === this.#levels.length - 1;
      while (from < to && (isTop || from % BLOCK !== 0)) take(range, level, from++);
      while (from < to && to % BLOCK !== 0) take(range, level, --to);
      if (from >= to) break;
      [from, to] = [from / BLOCK, to / BLOCK];
    }
    return range;
  }
}

function take(range: PriceRange, { low, high }: Level, at: number): void {
  range.low = Math.min(range.low, low[at] ?? Infinity);
  range.high = Math.max(range.high, high[at] ?? -Infinity);
}

function blocksOf({ low, high }: Level): Level {
  const count = Math.ceil(low.length / BLOCK);
  const blocks = { low: new Float64Array(count), high: new Float64Array(count) };
  for (let block = 0; block < count; block += 1) {
    const range = { low: Infinity, high: -Infinity };
    const end = Math.min(low.length, (block + 1) * BLOCK);
    for (let at = block * BLOCK; at < end; at += 1) take(range, { low, high }, at);
    blocks.low[block] = range.low;
    blocks.high[block] = range.high;
  }
  return blocks;
}
