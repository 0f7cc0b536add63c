/** Time as data: milliseconds since the epoch, UTC. The core never reads a clock; time arrives on events. */

/** Milliseconds since 1970-01-01T00:00:00Z. Market time unless a name says wall. */
export type Millis = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Bar lengths we know, with their length in milliseconds. Weeks and months are left out: their grids are not uniform. */
export const TIMEFRAMES = {
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
} as const;

export type Timeframe = keyof typeof TIMEFRAMES;

export function isTimeframe(text: string): text is Timeframe {
  return Object.hasOwn(TIMEFRAMES, text);
}

export function timeframeMs(timeframe: Timeframe): number {
  return TIMEFRAMES[timeframe];
}

const LENGTH = /^\s*(\d{1,6})\s*(m|min|h|d)\s*$/iu;
const UNIT_MS: Readonly<Record<string, number>> = {
  m: MINUTE_MS,
  min: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

/** The bar length nearest to one that there is not, by ratio: `7m` is nearer to `5m` than to `15m`. Undefined for what is no length. */
export function nearestTimeframe(text: string): Timeframe | undefined {
  const [, count = '', unit = ''] = LENGTH.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit.toLowerCase()] ?? 0);
  if (!(ms > 0)) return undefined;
  const distance = (name: Timeframe): number => Math.abs(Math.log(TIMEFRAMES[name] / ms));
  return Object.keys(TIMEFRAMES)
    .filter(isTimeframe)
    .reduce((best, name) => (distance(name) < distance(best) ? name : best));
}

/** The timeframe of exactly this many milliseconds, or undefined. */
export function timeframeOf(ms: number): Timeframe | undefined {
  for (const [name, length] of Object.entries(TIMEFRAMES)) {
    if (length === ms && isTimeframe(name)) return name;
  }
  return undefined;
}

const DAYS_TO_EPOCH = 719_468;
const DAYS_PER_ERA = 146_097;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/**
 * RFC 3339 UTC text with milliseconds, as `toISOString` prints it, for years 0–9999.
 * Civil-from-days after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
export function formatUtc(ms: Millis): string {
  const days = Math.floor(ms / DAY_MS);
  const ofDay = ms - days * DAY_MS;
  const z = days + DAYS_TO_EPOCH;
  const era = Math.floor(z / DAYS_PER_ERA);
  const doe = z - era * DAYS_PER_ERA;
  const yoe = Math.floor(
    (doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365,
  );
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  const hours = Math.floor(ofDay / HOUR_MS);
  const minutes = Math.floor((ofDay % HOUR_MS) / MINUTE_MS);
  const seconds = Math.floor((ofDay % MINUTE_MS) / SECOND_MS);
  const millis = Math.floor(ofDay % SECOND_MS);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(millis, 3)}Z`;
}
