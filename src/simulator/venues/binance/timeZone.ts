/** Time zones of Binance's bars and statistics. */
import { HOUR_MS, MINUTE_MS } from '../../market/timeframes.ts';
import { invalidParameter } from './errors.ts';

const TIME_ZONE = /^([+-]?)(\d{1,2})(?::([0-5]\d))?$/;
const ZONE_MIN_MS = -12 * HOUR_MS;
const ZONE_MAX_MS = 14 * HOUR_MS;

/**
 * How far a time zone is ahead of UTC: `8`, `-3:30`, `05:45`.
 * @throws BinanceError −1130 for what is none between −12:00 and +14:00.
 */
export function readTimeZone(text: string | undefined): number {
  if (text === undefined) return 0;
  const match = TIME_ZONE.exec(text);
  const aheadMs = Number(match?.[2]) * HOUR_MS + Number(match?.[3] ?? 0) * MINUTE_MS;
  const shiftMs = match?.[1] === '-' ? -aheadMs : aheadMs;
  if (!(shiftMs >= ZONE_MIN_MS && shiftMs <= ZONE_MAX_MS)) throw invalidParameter('timeZone');
  return shiftMs;
}
