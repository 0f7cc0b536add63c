/**
 * Orders whose outcome is not known are looked up until the exchange says what they are; they are never sent again.
 * Absence is only proof after quiescence: the request can no longer arrive, and several answers from several places agree.
 */
import { isTerminal } from '../core/orders/transitions.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { Logger } from '../ports/logger.ts';
import type { ExchangeClock } from './exchangeClock.ts';
import { lookupRef } from './orderRef.ts';
import type { Session } from './session.ts';

/** Waits before each look-up; the last one repeats. */
const LOOKUP_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;
/** Answers "not known" needed, all after quiescence and this far apart, before an order counts as not placed. */
const ABSENCES_NEEDED = 3;
const ABSENT_EVERY_MS = 1_000;
/** Places that must have said so: one alone may lag or forget. */
const PLACES_NEEDED = 2;
/** Orders being looked up at most; more than this is an outage. The others are taken up as these are settled. */
const LOOKUPS_MAX = 1_000;

export interface ResolverDeps {
  readonly session: Session;
  readonly gateway: Pick<ExchangeGateway, 'lookup' | 'timing'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly exchangeClock: Pick<ExchangeClock, 'quiescenceMs'>;
  /** Asks for the cancel again: unlike a placement it may be repeated. */
  readonly recancel: (order: OrderRecord) => void;
}

interface Lookup {
  readonly order: OrderRecord;
  readonly startedMs: number;
  attempt: number;
  absences: number;
  readonly absentFrom: Set<string>;
  stop: () => void;
}

export class Resolver {
  readonly #deps: ResolverDeps;
  readonly #lookups = new Map<string, Lookup>();

  constructor(deps: ResolverDeps) {
    this.#deps = deps;
  }

  /** Orders being looked up. */
  get pending(): number {
    return this.#lookups.size;
  }

  /** Age of the oldest look-up in milliseconds; 0 when there is none. */
  get oldestMs(): number {
    const now = this.#deps.clock.monotonicMs();
    let oldest = 0;
    for (const lookup of this.#open()) oldest = Math.max(oldest, now - lookup.startedMs);
    return oldest;
  }

  /** Orders that have been looked up for longer than `ms`, and for how long. */
  olderThan(ms: number): { readonly order: OrderRecord; readonly ageMs: number }[] {
    const now = this.#deps.clock.monotonicMs();
    return this.#open()
      .map(({ order, startedMs }) => ({ order, ageMs: now - startedMs }))
      .filter(({ ageMs }) => ageMs > ms);
  }

  /** Starts looking the order up, unless that is under way or nothing about it is open. */
  watch(order: OrderRecord): void {
    const id = order.intent.intentId;
    if (settled(order) || this.#lookups.has(id) || this.#lookups.size >= LOOKUPS_MAX) return;
    const lookup: Lookup = {
      order,
      startedMs: this.#deps.clock.monotonicMs(),
      attempt: 0,
      absences: 0,
      absentFrom: new Set(),
      stop: () => undefined,
    };
    this.#lookups.set(id, lookup);
    this.#schedule(lookup);
  }

  /** Looks up every pending order once, now. */
  async sweep(): Promise<void> {
    await Promise.all([...this.#lookups.values()].map((lookup) => this.#ask(lookup)));
  }

  close(): void {
    for (const lookup of this.#lookups.values()) lookup.stop();
    this.#lookups.clear();
  }

  /** Look-ups of orders that something is open about still: of others a stream has told meanwhile, and their next one sees that. */
  #open(): Lookup[] {
    return [...this.#lookups.values()].filter(({ order }) => !settled(order));
  }

  #schedule(lookup: Lookup): void {
    lookup.stop = this.#deps.clock.after(this.#delayMs(lookup), () => {
      void this.#ask(lookup).then(() => {
        if (this.#lookups.has(lookup.order.intent.intentId)) this.#schedule(lookup);
      });
    });
  }

  /** Further and further apart, but at the moment from which on an absence counts, and then as often as absences must be heard. */
  #delayMs(lookup: Lookup): number {
    const { clock, exchangeClock } = this.#deps;
    const last = LOOKUP_DELAYS_MS.length - 1;
    const patienceMs = LOOKUP_DELAYS_MS[Math.min(lookup.attempt, last)] ?? 15_000;
    lookup.attempt += 1;
    if (lookup.absences > 0) return ABSENT_EVERY_MS;
    const countsInMs = lookup.startedMs + exchangeClock.quiescenceMs - clock.monotonicMs();
    return countsInMs > 0 ? Math.min(patienceMs, countsInMs) : patienceMs;
  }

  async #ask(lookup: Lookup): Promise<void> {
    const { order } = lookup;
    if (settled(order)) {
      this.#done(lookup);
      return;
    }
    const outcome = await this.#deps.gateway.lookup(lookupRef(order, this.#deps.session));
    if (!this.#lookups.has(order.intent.intentId)) return;
    if (outcome.kind === 'found') this.#found(lookup, outcome.report);
    else if (outcome.kind === 'absent') this.#absent(lookup, outcome.places);
    else
      this.#deps.logger.warn(
        { intentId: order.intent.intentId, error: outcome.message },
        'order look-up failed',
      );
  }

  #found(lookup: Lookup, report: Parameters<Session['report']>[0]): void {
    const { session, recancel } = this.#deps;
    session.report(report);
    if (settled(lookup.order)) this.#done(lookup);
    else if (lookup.order.cancelRequested && report.status === 'open') recancel(lookup.order);
  }

  #absent(lookup: Lookup, places: readonly string[]): void {
    const { clock, exchangeClock, session } = this.#deps;
    const { order, absentFrom } = lookup;
    if (clock.monotonicMs() - lookup.startedMs < exchangeClock.quiescenceMs) return;
    lookup.absences += 1;
    for (const place of places) absentFrom.add(place);
    if (lookup.absences < ABSENCES_NEEDED || absentFrom.size < PLACES_NEEDED) return;
    if (!mayBeAbsent(order)) return;
    const words = `not found ${String(lookup.absences)} times (${[...absentFrom].join(', ')})`;
    const isPlaced = this.#isPartnerThere(order) || this.#isForgotten(order);
    session.outcome(order, isPlaced ? 'forgotten' : 'notPlaced', words);
    this.#done(lookup);
  }

  /** Both legs of a pair come with one request: where one is, the other was. */
  #isPartnerThere({ intent: { pairId } }: OrderRecord): boolean {
    if (pairId === undefined) return false;
    return this.#deps.session.find({ intentId: pairId })?.exchangeOrderId !== undefined;
  }

  /** It is older than what the exchange remembers: that nobody knows it proves nothing. An operator's look ends what is quarantined. */
  #isForgotten({ state, intent }: OrderRecord): boolean {
    const { gateway, session } = this.#deps;
    const ageMs = session.state.now - intent.createdAt;
    return state === 'UNKNOWN' && ageMs > (gateway.timing.historyMs ?? Infinity);
  }

  #done(lookup: Lookup): void {
    lookup.stop();
    this.#lookups.delete(lookup.order.intent.intentId);
  }
}

/** Nothing is open about the order's outcome: neither its placement nor a cancel of it. */
function settled(order: OrderRecord): boolean {
  return (
    isTerminal(order.state) ||
    (order.state !== 'UNKNOWN' && order.state !== 'SENDING' && !order.cancelRequested)
  );
}

/** One that is known to have been there is not proved absent by absence, even when a cancel of it is unanswered. */
function mayBeAbsent({ state, filled }: OrderRecord): boolean {
  return state === 'UNKNOWN' || (state === 'QUARANTINED' && filled.isZero());
}
