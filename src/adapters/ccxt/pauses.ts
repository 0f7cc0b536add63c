import { headerOf, numberOf } from './values.ts';

const TOO_MANY_REQUESTS = 429;
/** Binance: the address is banned because it went on after 429. */
const BANNED = 418;

/**
 * Whether an answer asks us to be silent for a while.
 * @returns undefined when it does not; `retryAfterMs` undefined when it does not say how long.
 */
export function pauseAskedFor(
  status: number,
  headers: unknown,
): { readonly retryAfterMs: number | undefined } | undefined {
  if (status !== TOO_MANY_REQUESTS && status !== BANNED) return undefined;
  const seconds = numberOf(headerOf(headers, 'retry-after'));
  return { retryAfterMs: seconds !== undefined && seconds > 0 ? seconds * 1_000 : undefined };
}
