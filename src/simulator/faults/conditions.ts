/**
 * Global faults: what is the matter with the exchange as a whole. Venues read them at every request and answer each in
 * their own words. Halts, filters and delistings are the engine's own state and are not here.
 */

/** What an account's key may do now. */
export type KeyState = 'ok' | 'revoked' | 'read-only';

/** Everybody, as a name in a ban: all clients come from one address. */
export const EVERYBODY = '*';

export class Conditions {
  /** How far the exchange's wall clock is ahead of the real one; already in `VenueOptions.wallNowMs`. */
  clockSkewMs = 0;
  /** Every request is refused: the exchange is being worked on. */
  maintenance = false;
  /** Request weight per minute (or requests per window) from which on requests are refused; undefined: not enforced. */
  weightLimitPerMinute: number | undefined;
  /** New orders of an account in ten seconds from which on further ones are refused; undefined: not enforced. */
  orderLimitPer10s: number | undefined;
  readonly #keys = new Map<string, KeyState>();
  readonly #bans = new Map<string, number>();
  readonly #visibleAtMs = new Map<number, number>();
  readonly #monotonicMs: () => number;

  /** @param monotonicMs clock of the read-after-write lag. */
  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** What the key of an account may do now. */
  keyOf(accountId: string): KeyState {
    return this.#keys.get(accountId) ?? 'ok';
  }

  setKey(accountId: string, state: KeyState): void {
    if (state === 'ok') this.#keys.delete(accountId);
    else this.#keys.set(accountId, state);
  }

  /** Wall time (the exchange's clock) until which an account is banned, its own ban or everybody's; 0 when it is not. */
  bannedUntilMs(accountId: string | undefined): number {
    const own = accountId === undefined ? 0 : (this.#bans.get(accountId) ?? 0);
    return Math.max(own, this.#bans.get(EVERYBODY) ?? 0);
  }

  /** Bans an account, or everybody as `*`; 0 lifts it. */
  ban(accountId: string, untilMs: number): void {
    if (untilMs === 0) this.#bans.delete(accountId);
    else this.#bans.set(accountId, untilMs);
  }

  /** Whether questions (order, open orders, lists, trades) show an order yet. The account's balances always do. */
  isVisible(orderId: number): boolean {
    const atMs = this.#visibleAtMs.get(orderId);
    if (atMs === undefined) return true;
    if (this.#monotonicMs() < atMs) return false;
    this.#visibleAtMs.delete(orderId);
    return true;
  }

  /** Hides an order from questions for `lagMs`. */
  hide(orderId: number, lagMs: number): void {
    if (lagMs > 0) this.#visibleAtMs.set(orderId, this.#monotonicMs() + lagMs);
  }
}
