/**
 * The intervals of venues' bars and where each one's bars open. Days, weeks (from Monday) and months follow the calendar
 * of a time zone, UTC unless told otherwise; all others are counted from the epoch in that zone.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../market/timeframes.ts';

const WEEK_MS = 7 * DAY_MS;
/** The epoch was a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Lengths of the intervals that have one. */
const LENGTH_MS = {
  '1s': 1_000,
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '8h': 8 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '3d': 3 * DAY_MS,
  '1w': WEEK_MS,
} as const;

/** An interval by its usual name; `1M` is a calendar month. */
export type Interval = keyof typeof LENGTH_MS | '1M';

/** All intervals, shortest first. */
export const INTERVALS: readonly Interval[] = [
  ...(Object.keys(LENGTH_MS) as (keyof typeof LENGTH_MS)[]),
  '1M',
];

/** Whether a text names an interval. */
export function isInterval(text: string): text is Interval {
  return text === '1M' || Object.hasOwn(LENGTH_MS, text);
}

/** When the bar opened that contains `ms`; `shiftMs` is how far the time zone is ahead of UTC. */
export function openOf(interval: Interval, ms: number, shiftMs = 0): number {
  const localMs = ms + shiftMs;
  if (interval === '1M') return monthOf(localMs, 0) - shiftMs;
  const originMs = interval === '1w' ? FIRST_MONDAY_MS : 0;
  const lengthMs = LENGTH_MS[interval];
  return Math.floor((localMs - originMs) / lengthMs) * lengthMs + originMs - shiftMs;
}

/** When the bar opens that is `steps` after the one that opened at `openMs`; before it when negative. */
export function stepFrom(interval: Interval, openMs: number, steps: number, shiftMs = 0): number {
  return interval === '1M'
    ? monthOf(openMs + shiftMs, steps) - shiftMs
    : openMs + steps * LENGTH_MS[interval];
}

/** First moment of the month that is `months` after the one of a moment. */
function monthOf(ms: number, months: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
}
