/** Bar intervals the simulated exchange serves. All are multiples of a minute and aligned to UTC midnight. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const TIMEFRAME_MS = {
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
  '1d': DAY_MS,
} as const;

export type Timeframe = keyof typeof TIMEFRAME_MS;

export const TIMEFRAMES = Object.keys(TIMEFRAME_MS) as readonly Timeframe[];

/** Start of the interval that contains `ms`. */
export function floorTo(ms: number, intervalMs: number): number {
  return Math.floor(ms / intervalMs) * intervalMs;
}

/** The first full minute after a moment. */
export function nextMinute(nowMs: number): number {
  return (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
}
