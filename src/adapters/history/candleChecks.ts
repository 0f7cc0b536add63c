/** What is wrong with a series of bars, and what is only worth saying: bar length, grid, gaps, jumps, digits. */
import type { BarColumns } from '../../core/domain/market.ts';
import {
  formatUtc,
  type Millis,
  type Timeframe,
  TIMEFRAMES,
  timeframeOf,
} from '../../core/domain/time.ts';

/** A bar whose close is far from the one before. */
export interface Jump {
  readonly at: Millis;
  /** Close over the close before. */
  readonly factor: number;
}

/** Rows looked at for the bar length: the smallest distance between neighbours, for gaps are common. */
const ROWS_SAMPLED = 1_000;
/** So many neighbours in a row at one distance longer than the bar length are bars of another length, not gaps. */
const OTHER_LENGTH_ROWS = 50;
/** Close over both neighbours' above which (or below its inverse) a bar cannot be true. */
const BROKEN_FACTOR = 10;
/** Change of the close from bar to bar that is listed. */
const JUMP_SHARE = 0.25;
/** A float has about 16 digits; numbers with more than this came out of arithmetic, and end where a price would. */
const DIGITS_MAX = 15;

/** What stands at a row: its line in the file. */
export type LineOf = (row: number) => number;

/** @throws Error naming the line when the distances fit no bar length we know. */
export function timeframeIn({ openTime }: BarColumns, lineOf: LineOf): Timeframe {
  let smallest = Infinity;
  for (let row = 1; row < Math.min(openTime.length, ROWS_SAMPLED); row += 1)
    smallest = Math.min(smallest, (openTime[row] ?? 0) - (openTime[row - 1] ?? 0));
  const timeframe = timeframeOf(smallest);
  if (timeframe) return timeframe;
  const known = Object.keys(TIMEFRAMES).join(', ');
  throw new Error(
    `line ${String(lineOf(0))}: the rows are ${String(smallest / 1_000)} s apart, on none of the known timeframes ${known}`,
  );
}

/** @throws Error naming the first row that is off the grid, or from which on bars have another length. */
export function checkGrid({ openTime }: BarColumns, timeframe: Timeframe, lineOf: LineOf): void {
  const lengthMs = TIMEFRAMES[timeframe];
  let [last, lastDistance, alike] = [Number.NaN, 0, 0];
  for (const [row, at] of openTime.entries()) {
    const off = at % lengthMs;
    if (off !== 0)
      throw new Error(
        `line ${String(lineOf(row))}: ${formatUtc(at)} is ${String(off / 1_000)} s off the grid of ${timeframe} bars`,
      );
    const distance = at - last;
    alike = distance > lengthMs && distance === lastDistance ? alike + 1 : 0;
    if (alike === OTHER_LENGTH_ROWS)
      throw new Error(
        `line ${String(lineOf(row - alike))}: from here on the rows are ${String(distance / 1_000)} s apart, before they were ${timeframe} bars; use one file for each`,
      );
    [last, lastDistance] = [at, distance];
  }
}

/** @throws Error naming a bar that stands alone by a factor of ten or more. */
export function checkSpikes({ close, openTime }: BarColumns, lineOf: LineOf): void {
  for (let row = 1; row + 1 < close.length; row += 1) {
    const [before = 1, at = 1, after = 1] = close.subarray(row - 1, row + 2);
    const [up, down] = [at / before, at / after];
    const isAlone =
      (up > BROKEN_FACTOR && down > BROKEN_FACTOR) ||
      (up < 1 / BROKEN_FACTOR && down < 1 / BROKEN_FACTOR);
    if (isAlone)
      throw new Error(
        `line ${String(lineOf(row))}: ${formatUtc(openTime[row] ?? 0)} closes at ${String(at)} between ${String(before)} and ${String(after)}: a broken row; correct it or take it out`,
      );
  }
}

export function jumpsIn({ openTime, close }: BarColumns): Jump[] {
  const jumps: Jump[] = [];
  for (let row = 1; row < close.length; row += 1) {
    const factor = (close[row] ?? 1) / (close[row - 1] ?? 1);
    if (Math.abs(factor - 1) > JUMP_SHARE) jumps.push({ at: openTime[row] ?? 0, factor });
  }
  return jumps;
}

/** Decimal places of the finest price in the whole file, whatever way the numbers were written. */
export function priceDecimalsIn({ open, high, low, close }: BarColumns): number {
  let decimals = 0;
  for (const prices of [open, high, low, close]) {
    for (const price of prices) {
      const units = price * 10 ** decimals;
      // Most prices have no more digits than those before them; only the others are written out.
      if (units !== Math.round(units)) decimals = Math.max(decimals, decimalsOf(price));
    }
  }
  return decimals;
}

/** Decimal places of a float's shortest text: 7 for 0.0000081. */
function decimalsOf(value: number): number {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const significant = digits.replace('.', '');
  if (significant.length > DIGITS_MAX) return decimalsOf(Number(value.toPrecision(DIGITS_MAX - 5)));
  return Math.max(0, significant.length - 1 - Number(exponent));
}
