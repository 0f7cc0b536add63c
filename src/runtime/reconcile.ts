/**
 * Our books against the exchange's: fills we may have missed, orders that are no longer what we think, balances.
 * The same calls serve at boot and while running; each may be repeated at any time.
 */
import { toText } from '../core/domain/decimal.ts';
import type { Balance, Fill } from '../core/domain/fill.ts';
import type { IntentId, MarketSymbol } from '../core/domain/ids.ts';
import type { OrderRecord, OrderReport, OrderState } from '../core/domain/order.ts';
import { strangerKey, type Stranger } from '../core/domain/stranger.ts';
import { driftIn } from '../core/engine/halts.ts';
import { isForeignFill } from '../core/engine/strangers.ts';
import { hasFillGap } from '../core/orders/lifecycle.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { Listing, UnreadableRow } from '../ports/listing.ts';
import type { Logger } from '../ports/logger.ts';
import { comparable, mayLackFills } from './doubt.ts';
import { lookupRef } from './orderRef.ts';
import type { Session } from './session.ts';
import { UnreadableRows } from './unreadableRows.ts';

/** Market time by which pages of own trades overlap what is known already. */
export const FILLS_OVERLAP_MS = 5 * 60_000;

/** Answers that nobody knows an order which the exchange had taken, the places that must say so, and the time they must span. */
const ABSENCES_NEEDED = 3;
const PLACES_NEEDED = 2;
const ABSENT_MS = 60_000;

/** Market time for which a trade that cannot be read is asked for again; one of a live order for as long as that lives. */
const UNREADABLE_KEPT_MS = 24 * 3_600_000;

/** Orders that are asked after when a fill of nobody we know turns up. */
const GIVEN_UP_MAX = 20;

/** Balances must read the same twice in a row. */
const STEADY_ATTEMPTS_MAX = 5;

export interface ReconcilerDeps {
  readonly session: Session;
  readonly gateway: Pick<
    ExchangeGateway,
    'openOrders' | 'lookup' | 'fills' | 'balances' | 'timing'
  >;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly symbols: readonly MarketSymbol[];
  /** Market time of the newest fill on record at boot. */
  readonly lastFillAt: number;
}

export class Reconciler {
  readonly #deps: ReconcilerDeps;
  readonly #unreadable: UnreadableRows;
  readonly #fetching = new Map<MarketSymbol, Promise<void>>();
  /** Market time up to which own fills are known to be complete. */
  readonly #fetchedTo = new Map<MarketSymbol, number>();
  /** Orders that the last call of `checkInFlight` saw. */
  #inFlight: ReadonlySet<IntentId> = new Set();
  /** Orders that should stand and that nobody knows: since when (monotonic), and how often that was said. */
  #absent = new Map<IntentId, { readonly sinceMs: number; times: number }>();
  #lastDrift = '';
  #standingDrift = '';
  /** Monotonic time at which the last complete round ended; undefined before the first. */
  lastRoundMs: number | undefined;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
    this.#unreadable = new UnreadableRows(deps.session, deps.logger);
  }

  /** Everything, in the order orders, fills, balances. @throws Error `GATEWAY_FAILED` when the exchange does not answer. */
  async round(): Promise<void> {
    // Orders first: trades do not carry our ids, and an order that is not known yet could not claim its fills.
    await this.catchUp();
    await this.checkBalances();
    this.lastRoundMs = this.#deps.clock.monotonicMs();
  }

  /** Own executions of a symbol since the last known one, with overlap; one fetch at a time per symbol. */
  async fetchFills(symbol: MarketSymbol): Promise<void> {
    const running = this.#fetching.get(symbol);
    if (running) {
      await running;
      return;
    }
    const fetch = this.#fetchFills(symbol).finally(() => this.#fetching.delete(symbol));
    this.#fetching.set(symbol, fetch);
    await fetch;
  }

  /** Open orders, strangers among them, then one by one those of ours that are not listed. */
  async checkOrders(): Promise<void> {
    const { session, gateway, symbols } = this.#deps;
    const mine = session.liveOrders().filter(isAtExchange);
    const strangers = [...session.state.strangers.values()];
    const { rows, unreadable } = await gateway.openOrders(symbols);
    for (const report of rows) session.report(report);
    this.#forgetStrangers(strangers, { rows, unreadable });
    this.#unreadable.meet('orders', unreadable);
    const listed = new Set(rows.map((report) => report.clientOrderId));
    const missing = mine.filter(({ intent }) => !listed.has(intent.clientOrderId));
    const ids = new Set(missing.map(({ intent }) => intent.intentId));
    for (const id of this.#absent.keys()) if (!ids.has(id)) this.#absent.delete(id);
    for (const order of missing) await this.#ask(order);
  }

  /** Of strangers that were known before the list was asked for, those that it does not name have ended. */
  #forgetStrangers(
    strangers: readonly Stranger[],
    { rows, unreadable }: Listing<OrderReport>,
  ): void {
    const { session, symbols } = this.#deps;
    const listed = new Set(rows.map((row) => strangerKey(row.symbol, row.exchangeOrderId)));
    for (const symbol of symbols) {
      // What cannot be read may be about one of them.
      if (unreadable.some((row) => row.symbol === symbol)) continue;
      const exchangeOrderIds = strangers
        .filter(
          (one) => one.symbol === symbol && !listed.has(strangerKey(symbol, one.exchangeOrderId)),
        )
        .map(({ exchangeOrderId }) => exchangeOrderId);
      if (exchangeOrderIds.length > 0)
        session.dispatch({ kind: 'unlisted', at: session.state.now, symbol, exchangeOrderIds });
    }
  }

  /** Orders, then their fills. */
  async catchUp(): Promise<void> {
    await this.checkOrders();
    await this.#fetchAllFills();
  }

  /** Asks after each order that should have moved on since the last call: one that is being cancelled, or ends without its fills. */
  async checkInFlight(): Promise<void> {
    const orders = this.#deps.session.liveOrders().filter(isInFlight);
    const waiting = orders.filter(({ intent }) => this.#inFlight.has(intent.intentId));
    this.#inFlight = new Set(orders.map(({ intent }) => intent.intentId));
    for (const order of waiting) {
      await this.#ask(order);
      if (hasFillGap(order)) await this.fetchFills(order.intent.symbol);
    }
  }

  /**
   * Compares balances; a difference counts only when it is the same twice, because fills travel while we ask. One that stands
   * goes to the engine, which halts the markets it touches, and so does its end. What an order of unknown outcome may have moved is
   * not judged.
   */
  async checkBalances(): Promise<void> {
    const { session, gateway } = this.#deps;
    const { balances, unjudged } = comparable(session, await gateway.balances());
    // Books that cannot be written are behind: what they lack waits, and would count as missing.
    if (session.standstill !== '') return;
    const drift = driftWords(session, balances);
    const repeated = drift === this.#lastDrift || drift === '';
    this.#lastDrift = drift;
    if (!repeated) await this.#fetchAllFills();
    else if (drift !== this.#standingDrift) {
      this.#standingDrift = drift;
      session.dispatch({ kind: 'balance', at: session.state.now, balances, unjudged });
    }
  }

  /**
   * The exchange's balances, read twice while nothing was on its way: a difference that is new must stand for as long as the exchange
   * may yet show a fill that explains it. The ledger's where an order of unknown outcome may have moved them.
   * @throws Error `BALANCES_MOVING` when they differ from the ledger in another way each time, or the books cannot be written,
   * `GATEWAY_FAILED`.
   */
  async steadyBalances(): Promise<readonly Balance[]> {
    let earlier: string | undefined;
    for (let attempt = 0; attempt < STEADY_ATTEMPTS_MAX; attempt += 1) {
      await this.catchUp();
      const { session, gateway } = this.#deps;
      const { balances } = comparable(session, await gateway.balances());
      if (session.standstill !== '')
        throw new Error('BALANCES_MOVING: the books cannot be written just now; try again');
      const drift = driftWords(session, balances);
      if (drift === earlier) return balances;
      earlier = drift;
      if (drift !== '' && drift !== this.#standingDrift) await this.#letFillsShow();
    }
    throw new Error('BALANCES_MOVING: orders fill while balances are read; try again');
  }

  #letFillsShow(): Promise<void> {
    const { clock, gateway } = this.#deps;
    return new Promise((resolve) => clock.after(gateway.timing.readLagMs, resolve));
  }

  /** These balances have just been adopted: that nothing differs any more need not wait for the next round. */
  adopted(balances: readonly Balance[]): void {
    if (driftWords(this.#deps.session, balances) !== '') return;
    this.#lastDrift = '';
    this.#standingDrift = '';
  }

  /** A difference was seen that may yet be a fill on its way. */
  get suspicious(): boolean {
    return this.#lastDrift !== this.#standingDrift;
  }

  /** Rows of its lists that could not be read when they were answered last. */
  get unreadable(): readonly UnreadableRow[] {
    return this.#unreadable.standing;
  }

  /** The drift now standing, in words; empty when the books agree. */
  get drift(): string {
    return this.#standingDrift;
  }

  /**
   * From the last complete fetch, with overlap; the first time from the last fill on record or the oldest live order, whichever
   * is earlier; and from an order's creation while fills of it are known to be missing.
   */
  async #fetchFills(symbol: MarketSymbol): Promise<void> {
    const { session, gateway, lastFillAt } = this.#deps;
    const startedAt = session.state.now;
    const orders = session.liveOrders().filter(({ intent }) => intent.symbol === symbol);
    const fetchedTo = this.#fetchedTo.get(symbol);
    const wanting = fetchedTo === undefined ? orders : orders.filter(mayLackFills);
    const base = fetchedTo ?? (lastFillAt > 0 ? lastFillAt : Infinity);
    const since = Math.max(0, base - FILLS_OVERLAP_MS);
    const from = wanting.reduce((at, { intent }) => Math.min(at, intent.createdAt), since);
    // Without any order of ours there is nothing to ask for, least of all the account's whole past; from now on there may be.
    if (from === Infinity) {
      if (startedAt > 0) this.#fetchedTo.set(symbol, startedAt);
      return;
    }
    const { rows, unreadable } = await gateway.fills(symbol, from);
    await this.#book(symbol, rows);
    this.#unreadable.meet(`trades ${symbol}`, unreadable);
    // Asked for again from there on, until it can be read.
    const kept = Math.max(from + FILLS_OVERLAP_MS, startedAt - UNREADABLE_KEPT_MS);
    this.#fetchedTo.set(symbol, unreadable.length === 0 ? startedAt : kept);
  }

  /** Fills of nobody we know may be of an order that we were told does not exist: those are asked after once more. */
  async #book(symbol: MarketSymbol, fills: readonly Fill[]): Promise<void> {
    const { session } = this.#deps;
    const isForeign = (fill: Fill): boolean => isForeignFill(session.state, fill);
    const before = fills.filter(isForeign).length;
    for (const fill of fills) session.fill(fill);
    const foreign = fills.filter(isForeign);
    if (foreign.length <= before) return;
    for (const order of session.state.orders.unseen(symbol).slice(-GIVEN_UP_MAX))
      await this.#ask(order);
    for (const fill of foreign) session.fill(fill);
  }

  async #fetchAllFills(): Promise<void> {
    for (const symbol of this.#deps.symbols) await this.fetchFills(symbol);
  }

  async #ask(order: OrderRecord): Promise<void> {
    const { session, gateway } = this.#deps;
    const outcome = await gateway.lookup(lookupRef(order, session));
    if (outcome.kind === 'absent') this.#missed(order, outcome.places);
    if (outcome.kind !== 'found') return;
    this.#absent.delete(order.intent.intentId);
    session.report(outcome.report);
  }

  /** An order that was there and that nobody knows, time and again, is for the operator to look at: it may have ended in any way. */
  #missed(order: OrderRecord, places: readonly string[]): void {
    if (places.length < PLACES_NEEDED || !mayBeForgotten(order)) return;
    const { clock, session } = this.#deps;
    const { intentId } = order.intent;
    const now = clock.monotonicMs();
    const absent = this.#absent.get(intentId) ?? { sinceMs: now, times: 0 };
    absent.times += 1;
    this.#absent.set(intentId, absent);
    if (absent.times < ABSENCES_NEEDED || now - absent.sinceMs < ABSENT_MS) return;
    this.#absent.delete(intentId);
    const words = `not found ${String(absent.times)} times (${places.join(', ')})`;
    session.outcome(order, 'forgotten', words);
  }
}

/** What has traded is kept by every exchange. */
function mayBeForgotten({ state, filled, reportedFilled }: OrderRecord): boolean {
  return (
    (state === 'ACKED' || state === 'CANCELLING') && filled.isZero() && reportedFilled.isZero()
  );
}

/** In words; empty when the books agree. */
function driftWords({ state }: Session, balances: readonly Balance[]): string {
  return driftIn(state, balances)
    .map(({ asset, difference }) => `${asset} ${toText(difference)}`)
    .join(', ');
}

const AT_EXCHANGE: ReadonlySet<OrderState> = new Set([
  'ACKED',
  'PARTIAL',
  'CANCELLING',
  'QUARANTINED',
]);

function isAtExchange(order: OrderRecord): boolean {
  return AT_EXCHANGE.has(order.state);
}

/** Something should come of it within a moment. */
function isInFlight(order: OrderRecord): boolean {
  const { state, intent } = order;
  if (state === 'CANCELLING' || hasFillGap(order)) return true;
  return intent.type === 'market' && isAtExchange(order);
}
