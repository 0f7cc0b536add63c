/** Requests per minute of wall time and account: OKX's answer to too many is code 50011. */
import type { Conditions } from '../../faults/conditions.ts';
import { tooManyRequests } from './errors.ts';

const MINUTE_MS = 60_000;

/** Counts requests and refuses those beyond what the conditions allow. */
export class RequestLimits {
  readonly #conditions: Conditions;
  readonly #wallNowMs: () => number;
  #minute = 0;
  readonly #counts = new Map<string, number>();

  constructor(conditions: Conditions, wallNowMs: () => number) {
    this.#conditions = conditions;
    this.#wallNowMs = wallNowMs;
  }

  /** Counts a request; undefined is the address of somebody without a known key. @throws OkxError 50011. */
  count(accountId: string | undefined): void {
    const nowMs = this.#wallNowMs();
    if (this.#conditions.bannedUntilMs(accountId) > nowMs) throw tooManyRequests();
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const key = accountId ?? '';
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const limit = this.#conditions.weightLimitPerMinute;
    if (limit !== undefined && count > limit) throw tooManyRequests();
  }
}
