import type { Balance, Fill } from '../../core/domain/fill.ts';
import type { ExchangeOrderId, MarketSymbol } from '../../core/domain/ids.ts';
import type { OrderReport } from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { KeyPermissions, LookupOutcome, OrderRef } from '../../ports/exchangeGateway.ts';
import type { Listing, UnreadableRow } from '../../ports/listing.ts';
import { withDeadline } from './deadline.ts';
import { answerOf, describe, gatewayFailed } from './errors.ts';
import { FillPages } from './fillPages.ts';
import { findOrder, isAbout, orderRows } from './orderRows.ts';
import type { Lookup } from './quirks/orderRules.ts';
import type { ExchangeQuirks, FillPaging } from './quirks/quirks.ts';
import { toWireId } from './quirks/wireIds.ts';
import { balancesOf, reportOf } from './reports.ts';
import type { ReportContext } from './reports.ts';
import type { Session } from './session.ts';
import { fillsByTime, type TimePages } from './timeFills.ts';
import type { CcxtExchange, CcxtParams } from './types.ts';

const DEADLINE_MS = 15_000;
/** Orders looked through in the history of a symbol, the newest ones: an order that is looked up is seconds old. */
const HISTORY_ROWS = 100;
/** Own trades searched for an order of which nobody said when it was made. */
const TRADES_WITHOUT_SINCE_MS = 3_600_000;
/** Orders behind own trades that neither a list nor the books name: one or two while it lags, many where others trade as well. */
const STRANGE_ORDERS_MAX = 100;

/** Everything asked of the account that changes nothing. */
export class Queries {
  readonly #session: Session;
  readonly #quirks: ExchangeQuirks;
  readonly #fills: (symbol: MarketSymbol, since: Millis) => Promise<Listing<Fill>>;
  readonly #onClockRefused: () => void;
  readonly #isListed = (market: string): boolean => this.#session.listed.includes(market);

  /** @param onClockRefused the exchange refused our timestamp: measure before the next request. */
  constructor(session: Session, quirks: ExchangeQuirks, onClockRefused: () => void) {
    this.#session = session;
    this.#quirks = quirks;
    this.#onClockRefused = onClockRefused;
    this.#fills = this.#fillReader();
  }

  /**
   * Every place that may know the order is asked until one does, own trades last; only when all of them say no is it absent.
   */
  async lookup(ref: OrderRef): Promise<LookupOutcome> {
    const others = new Set<ExchangeOrderId>();
    const { lookups } = this.#quirks.rules;
    try {
      for (const place of lookups) {
        const report = await this.#lookIn(place, ref, others);
        if (report !== undefined) return { kind: 'found', report };
      }
      const places = lookups.map(({ endpoint }) => endpoint);
      // An order behind a trade is known by the exchange's id only, and must be asked for by that.
      if (!lookups.some(({ answers }) => answers === 'one')) return { kind: 'absent', places };
      const report = await this.#behindTrades(ref, others);
      if (report !== undefined) return { kind: 'found', report };
      return { kind: 'absent', places: [...places, 'own trades'] };
    } catch (error) {
      return { kind: 'failed', message: describe(error, this.#session.secrets) };
    }
  }

  async openOrders(symbols: readonly MarketSymbol[]): Promise<Listing<OrderReport>> {
    const rows: OrderReport[] = [];
    const unreadable: UnreadableRow[] = [];
    for (const symbol of symbols) {
      const answer = await this.#ask(`open orders of ${symbol}`, (exchange) =>
        exchange.fetchOpenOrders(symbol),
      );
      const listing = orderRows(answer, this.#context(symbol));
      rows.push(...listing.rows);
      unreadable.push(...listing.unreadable);
    }
    return { rows, unreadable };
  }

  fills(symbol: MarketSymbol, since: Millis): Promise<Listing<Fill>> {
    return this.#fills(symbol, since);
  }

  async balances(): Promise<readonly Balance[]> {
    const answer = await this.#ask('balances', (exchange) => exchange.fetchBalance());
    try {
      return balancesOf(answer);
    } catch (error) {
      throw gatewayFailed('balances', error);
    }
  }

  async permissions(): Promise<KeyPermissions> {
    const known = await this.#ask('key permissions', (exchange) =>
      this.#quirks.permissions(exchange),
    );
    return known ?? { trading: 'unknown', withdrawals: 'unknown', transfers: 'unknown' };
  }

  #fillReader(): (symbol: MarketSymbol, since: Millis) => Promise<Listing<Fill>> {
    const { fillPages, readFees } = this.#quirks;
    const reading = { readFees, isListed: this.#isListed };
    const { size } = fillPages;
    const page = (
      symbol: MarketSymbol,
      since: Millis | undefined,
      params: CcxtParams,
    ): Promise<unknown> =>
      this.#ask(`own trades of ${symbol}`, (exchange) =>
        exchange.fetchMyTrades(symbol, since, size, params),
      );
    if (fillPages.kind === 'byTime') {
      return (symbol, since) =>
        fillsByTime(
          { symbol, since },
          {
            size,
            reading,
            ...windowOf(fillPages, this.#session.options.clock.wallMs() + this.#session.offsetMs),
            fetch: ({ from, to }) =>
              page(
                symbol,
                Math.max(0, from - (fillPages.leadMs ?? 0)),
                to === undefined ? {} : { until: to },
              ),
          },
        );
    }
    const pages = new FillPages(
      fillPages,
      (symbol, params) => page(symbol, undefined, params),
      reading,
    );
    return (symbol, since) => pages.since(symbol, since);
  }

  /** @returns undefined when the exchange does not know the order there. */
  async #lookIn(
    place: Lookup,
    ref: OrderRef,
    others: Set<ExchangeOrderId>,
  ): Promise<OrderReport | undefined> {
    const params = lookupParams(place, this.#wireId(ref));
    if (place.answers === 'one') return this.#single(place, ref, params);
    const answer = await this.#ask(`${place.endpoint} of ${ref.symbol}`, (exchange) =>
      exchange[place.method](ref.symbol, undefined, HISTORY_ROWS, params),
    );
    const listing = orderRows(answer, this.#context(ref.symbol));
    for (const { exchangeOrderId } of listing.rows) others.add(exchangeOrderId);
    return findOrder(listing, ref, this.#quirks.rules);
  }

  /**
   * Trades carry the exchange's order ids only: those that no list has named (it may lag) are asked for one by one.
   * @param others orders that are known to be others than this one
   */
  async #behindTrades(
    ref: OrderRef,
    others: ReadonlySet<ExchangeOrderId>,
  ): Promise<OrderReport | undefined> {
    const since = ref.since ?? this.#session.options.clock.wallMs() - TRADES_WITHOUT_SINCE_MS;
    const { rows, unreadable } = await this.#fills(ref.symbol, since);
    const nameless = unreadable.find(({ exchangeOrderId: id }) => id === undefined);
    if (nameless !== undefined)
      throw new Error(`own trade ${nameless.name} cannot be read: ${nameless.problem}`);
    const strange = new Set(
      [...rows, ...unreadable].flatMap(({ exchangeOrderId: id }) => id ?? []),
    );
    for (const id of strange) if (others.has(id) || ref.isOther?.(id) === true) strange.delete(id);
    if (strange.size > STRANGE_ORDERS_MAX)
      throw gatewayFailed('own trades', new Error(`${strange.size} orders are in no list`));
    for (const id of strange) {
      const answer = await this.#ask('an order behind own trades', (exchange) =>
        exchange.fetchOrder(id, ref.symbol, {}),
      );
      const listing = orderRows([answer], this.#context(ref.symbol));
      const report = findOrder(listing, ref, this.#quirks.rules);
      if (report !== undefined) return report;
    }
    return undefined;
  }

  #wireId({ clientOrderId }: OrderRef): string {
    return toWireId(this.#quirks.rules.clientId.form, clientOrderId);
  }

  async #single(
    place: Lookup & { readonly answers: 'one' },
    ref: OrderRef,
    params: CcxtParams,
  ): Promise<OrderReport | undefined> {
    let answer: unknown;
    // ccxt's kucoin wants some id even where it asks by ours alone.
    const id = ref.exchangeOrderId ?? this.#wireId(ref);
    try {
      answer = await this.#request((exchange) => exchange[place.method](id, ref.symbol, params));
    } catch (error) {
      const said = answerOf(error);
      if (said !== undefined && this.#quirks.orders.isOrderUnknown(said)) return undefined;
      throw error;
    }
    const report = reportOf(answer, this.#context(ref.symbol));
    if (report === undefined || !isAbout(report, ref))
      throw new Error(`asked for ${ref.clientOrderId}, the answer is about something else`);
    return report;
  }

  #context(symbol: MarketSymbol): ReportContext {
    const idForm = this.#quirks.rules.clientId.form;
    const receivedAt = this.#session.options.clock.wallMs();
    const { readFees } = this.#quirks;
    return { symbol, idForm, receivedAt, isListed: this.#isListed, readFees };
  }

  async #ask<Answer>(
    what: string,
    question: (exchange: CcxtExchange) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await this.#request(question);
    } catch (error) {
      throw gatewayFailed(what, error, this.#session.secrets);
    }
  }

  async #request<Answer>(question: (exchange: CcxtExchange) => Promise<Answer>): Promise<Answer> {
    const { exchange } = await this.#session.lane('queries');
    try {
      return await withDeadline(this.#session.options.clock, DEADLINE_MS, question(exchange));
    } catch (error) {
      const said = answerOf(error);
      if (said !== undefined && this.#quirks.orders.isClockRefused(said)) this.#onClockRefused();
      throw error;
    }
  }
}

function windowOf(
  { windowMs }: Extract<FillPaging, { readonly kind: 'byTime' }>,
  now: Millis,
): Pick<TimePages, 'window'> {
  return windowMs === undefined ? {} : { window: { ms: windowMs, now } };
}

function lookupParams({ params }: Lookup, id: string): CcxtParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, value === '{id}' ? id : value]),
  );
}
