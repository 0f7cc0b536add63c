/** Higher timeframes from lower ones. */
import { slice } from '../domain/barColumns.ts';
import { emptyColumns, type BarColumns } from '../domain/market.ts';
import { timeframeMs, type Timeframe } from '../domain/time.ts';

/**
 * Aggregates columns to a longer bar length on the epoch grid (a 1h bar starts on the full hour, UTC). Empty intervals stay
 * absent. The last bar is kept even when its interval is not full: the caller knows where its data ends.
 * @param lengthMs length of the bars wanted; a multiple of the length of the bars given.
 */
export function aggregateColumns(columns: BarColumns, lengthMs: number): BarColumns {
  const rows = columns.openTime.length;
  const out = emptyColumns(rows);
  let at = -1;
  let current = Number.NaN;
  for (let i = 0; i < rows; i += 1) {
    const openTime = columns.openTime[i] ?? 0;
    const start = openTime - (openTime % lengthMs);
    if (start === current) extend(out, at, columns, i);
    else {
      at += 1;
      current = start;
      out.openTime[at] = start;
      begin(out, at, columns, i);
    }
  }
  return slice(out, 0, at + 1);
}

/**
 * Longer bars; one whose beginning or end lies outside of the bars given would be a part, and is left out.
 * @throws Error `DATA_INVALID` when the one length is no multiple of the other.
 */
export function wholeAggregates(bars: BarColumns, from: Timeframe, to: Timeframe): BarColumns {
  const [short, long] = [timeframeMs(from), timeframeMs(to)];
  if (long <= short || long % short !== 0)
    throw new Error(`DATA_INVALID: ${from} bars do not make ${to} bars`);
  const longer = aggregateColumns(bars, long);
  const [first = 0, last = 0] = [bars.openTime[0], bars.openTime.at(-1)];
  const start = first % long === 0 ? 0 : 1;
  const end = longer.openTime.length - ((last + short) % long === 0 ? 0 : 1);
  return slice(longer, start, Math.max(start, end));
}

function begin(out: BarColumns, at: number, from: BarColumns, i: number): void {
  out.open[at] = from.open[i] ?? Number.NaN;
  out.high[at] = from.high[i] ?? Number.NaN;
  out.low[at] = from.low[i] ?? Number.NaN;
  out.close[at] = from.close[i] ?? Number.NaN;
  out.volume[at] = from.volume[i] ?? 0;
}

function extend(out: BarColumns, at: number, from: BarColumns, i: number): void {
  out.high[at] = Math.max(out.high[at] ?? Number.NaN, from.high[i] ?? Number.NaN);
  out.low[at] = Math.min(out.low[at] ?? Number.NaN, from.low[i] ?? Number.NaN);
  out.close[at] = from.close[i] ?? Number.NaN;
  out.volume[at] = (out.volume[at] ?? 0) + (from.volume[i] ?? 0);
}
