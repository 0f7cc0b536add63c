/** Waits between attempts: doubling from a base to a ceiling. No jitter: one account dials one exchange. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** For connections. Exchanges count dials: Binance bans an address after 300 in 5 minutes. */
export const RECONNECT: Backoff = { baseMs: 500, maxMs: 30_000 };

/** @param attempt 1 for the wait before the first repetition. */
export function backoffMs({ baseMs, maxMs }: Backoff, attempt: number): number {
  // 2^30 × any base is past every ceiling; larger exponents would only overflow.
  const exponent = Math.min(Math.max(attempt, 1) - 1, 30);
  return Math.min(baseMs * 2 ** exponent, maxMs);
}
