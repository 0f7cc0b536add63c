/**
 * What clients may ask for in a while: request weight per minute and address, new orders per ten seconds and day and
 * account. All clients of a loopback server come from one address. Source: Binance spot API documentation, "Limits".
 */
import { EVERYBODY } from '../../faults/conditions.ts';
import type { Conditions } from '../../faults/conditions.ts';
import { DAY_MS, MINUTE_MS } from '../../market/timeframes.ts';
import { banned, tooManyOrders, tooMuchWeight } from './errors.ts';
import type { JsonObject } from '../shared/json.ts';

/** Weight per minute that the venue announces; enforced only as the conditions say. */
const WEIGHT_ANNOUNCED = 6_000;
const ORDER_WINDOWS = [
  { header: '10s', interval: 'SECOND', intervalNum: 10, lengthMs: 10_000, limit: 100 },
  { header: '1d', interval: 'DAY', intervalNum: 1, lengthMs: DAY_MS, limit: 200_000 },
] as const;
/** So many requests after the first 429 of a minute lead to a ban. */
const PATIENCE = 10;
const FIRST_BAN_MS = 2 * MINUTE_MS;
const LONGEST_BAN_MS = 3 * DAY_MS;

/** Counts within windows aligned to the clock. */
class Counter {
  readonly #lengthMs: number;
  #window = -1;
  #count = 0;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Adds to the window of a moment and returns its sum. */
  add(count: number, nowMs: number): number {
    const window = Math.floor(nowMs / this.#lengthMs);
    if (window !== this.#window) this.#count = 0;
    this.#window = window;
    this.#count += count;
    return this.#count;
  }

  /** Whole seconds until the window ends, at least one. */
  secondsLeft(nowMs: number): number {
    return Math.ceil((this.#lengthMs - (nowMs % this.#lengthMs)) / 1_000);
  }
}

/** Counts what clients ask for, and refuses what is too much. */
export class Limits {
  readonly #wallNowMs: () => number;
  readonly #conditions: Conditions;
  readonly #weight = new Counter(MINUTE_MS);
  readonly #refusals = new Counter(MINUTE_MS);
  readonly #orders = new Map<string, readonly Counter[]>();
  #bans = 0;

  constructor(options: { wallNowMs: () => number; conditions: Conditions }) {
    this.#wallNowMs = options.wallNowMs;
    this.#conditions = options.conditions;
  }

  /** Counts a request. @returns the weight used in this minute, as the headers tell it. */
  count(weight: number): Record<string, string> {
    const used = String(this.#weight.add(weight, this.#wallNowMs()));
    return { 'x-mbx-used-weight': used, 'x-mbx-used-weight-1m': used };
  }

  /**
   * Call after {@link count}, before anything is done.
   * @param accountId of the key that was sent, if it is known.
   * @throws BinanceError −1003 with status 429 or 418 and how long to wait.
   */
  check(accountId: string | undefined): void {
    const nowMs = this.#wallNowMs();
    this.#refuseBanned(accountId, nowMs);
    const limit = this.#conditions.weightLimitPerMinute;
    if (limit === undefined || this.#weight.add(0, nowMs) <= limit) return;
    if (this.#refusals.add(1, nowMs) > PATIENCE) {
      const lengthMs = Math.min(FIRST_BAN_MS * 2 ** this.#bans, LONGEST_BAN_MS);
      this.#bans += 1;
      this.#conditions.ban(EVERYBODY, nowMs + lengthMs);
      this.#refuseBanned(accountId, nowMs);
    }
    throw tooMuchWeight(limit, this.#weight.secondsLeft(nowMs));
  }

  /**
   * Counts new orders of an account.
   * @throws BinanceError −1015, with the orders counted all the same.
   */
  countOrders(accountId: string, count: number): void {
    const nowMs = this.#wallNowMs();
    for (const [index, counter] of this.#countersOf(accountId).entries()) {
      const used = counter.add(count, nowMs);
      const limit = index === 0 ? this.#conditions.orderLimitPer10s : undefined;
      if (limit !== undefined && used > limit) throw tooManyOrders(limit, '10 SECOND');
    }
  }

  /** The headers of a reply to a new order. */
  orderHeaders(accountId: string): Record<string, string> {
    const counters = this.#countersOf(accountId);
    const nowMs = this.#wallNowMs();
    return Object.fromEntries(
      ORDER_WINDOWS.map(({ header }, index) => [
        `x-mbx-order-count-${header}`,
        String(counters[index]?.add(0, nowMs) ?? 0),
      ]),
    );
  }

  /** `GET /api/v3/rateLimit/order`. */
  orderUsage(accountId: string): JsonObject[] {
    const counters = this.#countersOf(accountId);
    const nowMs = this.#wallNowMs();
    return ORDER_WINDOWS.map((window, index) => ({
      ...orderLimit(window, this.#conditions),
      count: counters[index]?.add(0, nowMs) ?? 0,
    }));
  }

  /** `rateLimits` of `GET /api/v3/exchangeInfo`. */
  announced(): JsonObject[] {
    return [
      {
        rateLimitType: 'REQUEST_WEIGHT',
        interval: 'MINUTE',
        intervalNum: 1,
        limit: this.#conditions.weightLimitPerMinute ?? WEIGHT_ANNOUNCED,
      },
      ...ORDER_WINDOWS.map((window) => orderLimit(window, this.#conditions)),
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
    ];
  }

  #refuseBanned(accountId: string | undefined, nowMs: number): void {
    const untilMs = this.#conditions.bannedUntilMs(accountId);
    if (untilMs > nowMs) throw banned(untilMs, Math.ceil((untilMs - nowMs) / 1_000));
  }

  #countersOf(accountId: string): readonly Counter[] {
    const known = this.#orders.get(accountId);
    if (known !== undefined) return known;
    const fresh = ORDER_WINDOWS.map(({ lengthMs }) => new Counter(lengthMs));
    this.#orders.set(accountId, fresh);
    return fresh;
  }
}

function orderLimit(window: (typeof ORDER_WINDOWS)[number], conditions: Conditions): JsonObject {
  const { interval, intervalNum, limit } = window;
  const isFirst = window === ORDER_WINDOWS[0];
  return {
    rateLimitType: 'ORDERS',
    interval,
    intervalNum,
    limit: isFirst ? (conditions.orderLimitPer10s ?? limit) : limit,
  };
}
