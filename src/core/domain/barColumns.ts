/** Work on columns of bars: parts of them, two series put into one, and what is missing in between. */
import { emptyColumns, type Bar, type BarColumns } from './market.ts';
import type { Millis } from './time.ts';

const COLUMNS = ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const;
const NUMBERS = ['open', 'high', 'low', 'close', 'volume'] as const;

export function rowsOf(bars: BarColumns): number {
  return bars.openTime.length;
}

/** Rows `start` to before `end`, on the same memory. */
export function slice(bars: BarColumns, start: number, end: number): BarColumns {
  return {
    openTime: bars.openTime.subarray(start, end),
    open: bars.open.subarray(start, end),
    high: bars.high.subarray(start, end),
    low: bars.low.subarray(start, end),
    close: bars.close.subarray(start, end),
    volume: bars.volume.subarray(start, end),
  };
}

/** Bars that open from one moment on and before another, of an ascending series, on the same memory. */
export function between(bars: BarColumns, from: Millis, to: Millis): BarColumns {
  return slice(bars, firstAt(bars.openTime, from), firstAt(bars.openTime, to));
}

/** The first row that opens at or after a moment. */
function firstAt(openTime: Float64Array, at: Millis): number {
  let [low, high] = [0, openTime.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((openTime[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Merged {
  readonly bars: BarColumns;
  /** Bars that were not there before. */
  readonly added: number;
  /** Bars that were there with the same numbers. */
  readonly known: number;
  /** Opening times of bars that were there with other numbers. */
  readonly differing: readonly Millis[];
}

/** Both series as one, ascending; where both have a bar, the stored one stays unless `replace`. */
export function merge(stored: BarColumns, added: BarColumns, replace: boolean): Merged {
  const bars = emptyColumns(rowsOf(stored) + rowsOf(added));
  const differing: Millis[] = [];
  let [old, next, row] = [0, 0, 0];
  for (; old < rowsOf(stored) || next < rowsOf(added); row += 1) {
    const [oldAt, nextAt] = [timeAt(stored, old), timeAt(added, next)];
    const isBoth = oldAt === nextAt;
    if (isBoth && !isSame(stored, old, added, next)) differing.push(oldAt);
    if (oldAt < nextAt || (isBoth && !replace)) copyRow(stored, old, bars, row);
    else copyRow(added, next, bars, row);
    old += oldAt <= nextAt ? 1 : 0;
    next += nextAt <= oldAt ? 1 : 0;
  }
  const inserted = row - rowsOf(stored);
  const known = rowsOf(added) - inserted - differing.length;
  return { bars: slice(bars, 0, row), added: inserted, known, differing };
}

/** Infinity behind the last row. */
function timeAt({ openTime }: BarColumns, row: number): Millis {
  return openTime[row] ?? Infinity;
}

function isSame(a: BarColumns, rowOfA: number, b: BarColumns, rowOfB: number): boolean {
  return NUMBERS.every((name) => a[name][rowOfA] === b[name][rowOfB]);
}

function copyRow(from: BarColumns, at: number, to: BarColumns, row: number): void {
  for (const name of COLUMNS) to[name][row] = from[name][at] ?? Number.NaN;
}

/** Bars as columns. */
export function columnsOf(bars: readonly Bar[]): BarColumns {
  const columns = emptyColumns(bars.length);
  for (const [row, bar] of bars.entries()) {
    for (const name of COLUMNS) columns[name][row] = bar[name];
  }
  return columns;
}

/** A run of missing bars. */
export interface Gap {
  /** Opening time of the first bar that is missing. */
  readonly from: Millis;
  readonly bars: number;
}

/** Between the first and the last of ascending opening times on a grid. */
export function gapsIn(openTime: Float64Array, lengthMs: number): Gap[] {
  const gaps: Gap[] = [];
  for (let row = 1; row < openTime.length; row += 1) {
    const from = (openTime[row - 1] ?? 0) + lengthMs;
    const bars = ((openTime[row] ?? 0) - from) / lengthMs;
    if (bars > 0) gaps.push({ from, bars });
  }
  return gaps;
}
