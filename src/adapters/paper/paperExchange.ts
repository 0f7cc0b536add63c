/**
 * An exchange with play money, in process: orders wait in core/matching and are filled by the prices that the composition
 * shows it. Everything is synchronous and deterministic; paperGateway.ts wraps it in the port's promises.
 *
 * Prices: completed bars of ONE series per market, or trades and quotes, not both, and always before the engine gets the same event:
 * a fill belongs to the price that caused it, a decision to the moment after it. A bar is gone through moment by moment
 * (`beginBar`, then `nextMoment` and `happen` in turn, then `endBar`), so that what its fills lead to takes part in the rest of it.
 *
 * Restart: the journal is the account. Give the ledger's totals as `balances` and the journal's unfinished orders as `orders`:
 * those that the exchange had accepted wait again, with the same ids and their remaining amounts, and lock their funds. An order
 * that was not recorded as accepted is not here: it is looked up, found absent and never sent again. An execution that was not
 * journalled before a crash did not happen. Trade ids do not depend on the run.
 *
 * Until a sink is connected, prices are ignored, so that no execution is lost.
 */
import { toText, ZERO } from '../../core/domain/decimal.ts';
import type { CandleEvent, QuoteEvent, TradeEvent } from '../../core/domain/events.ts';
import type { Balance, Fill } from '../../core/domain/fill.ts';
import type { ClientOrderId, MarketSymbol } from '../../core/domain/ids.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import type {
  ApprovedOrder,
  OrderRecord,
  OrderReport,
  ReportedStatus,
} from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { Moment, Watch } from '../../core/matching/barWalk.ts';
import type { FeeAsset } from '../../core/matching/fees.ts';
import { Matcher } from '../../core/matching/matcher.ts';
import type { FillModel } from '../../core/matching/model.ts';
import type { EndReason, Execution, MatchOwner } from '../../core/matching/waiting.ts';
import type {
  CancelOutcome,
  GatewaySink,
  LookupOutcome,
  OrderPair,
  OrderRef,
  PairOutcome,
  PlaceOutcome,
} from '../../ports/exchangeGateway.ts';
import { PaperAccount, type PaperBalance } from './paperAccount.ts';
import { refusalOf, type PaperRefusal } from './paperFilters.ts';
import { PaperFunds } from './paperFunds.ts';
import { PaperHistory } from './paperHistory.ts';
import {
  isAccepted,
  paperFill,
  paperOrder,
  reportOf,
  restoredOrder,
  type PaperOrder,
} from './paperOrder.ts';

export interface PaperOptions {
  /** Play money to begin with, or the ledger's totals after a restart. */
  readonly balances: readonly PaperBalance[];
  /** Unfinished orders of the journal; empty or absent for a new account. */
  readonly orders?: readonly OrderRecord[];
  /** Markets known from the start; others come by `list`. */
  readonly instruments?: readonly Instrument[];
  readonly fillModel: FillModel;
  /** Markets whose volumes nobody knows: nothing is capped there. Absent: none. */
  readonly uncapped?: ReadonlySet<MarketSymbol>;
  /** Which asset pays fees; absent: the received one. */
  readonly feeIn?: FeeAsset;
  /** Market time from the decision to an order's arrival, milliseconds; absent: 0. What is placed within a bar arrives at once. */
  readonly latencyMs?: number;
}

interface Market {
  readonly instrument: Instrument;
  readonly matcher: Matcher<PaperOrder>;
  readonly funds: PaperFunds;
}

const DUPLICATE = 'duplicate client order id';

export class PaperExchange {
  readonly #account: PaperAccount;
  readonly #options: PaperOptions;
  readonly #markets = new Map<MarketSymbol, Market>();
  readonly #open = new Map<ClientOrderId, PaperOrder>();
  readonly #history = new PaperHistory();
  /** Accepted orders of the run before, until their market is listed. */
  #unlisted: readonly OrderRecord[];
  #sink: GatewaySink | undefined;
  /** Latest market time seen. */
  #now: Millis = 0;
  /** The market whose bar is gone through. */
  #within: Matcher<PaperOrder> | undefined;
  /** The order being placed: its executions go into the reply instead of the sink. */
  #placing: { readonly order: PaperOrder; readonly fills: Fill[]; wouldTake: boolean } | undefined;

  constructor(options: PaperOptions) {
    this.#account = new PaperAccount(options.balances);
    this.#options = options;
    this.#unlisted = (options.orders ?? []).filter(isAccepted);
    for (const instrument of options.instruments ?? []) this.list(instrument);
  }

  /** Opens a market, and takes up its orders of the run before. A market that is listed already keeps its rules. */
  list(instrument: Instrument): void {
    if (this.#markets.has(instrument.symbol)) return;
    const { fillModel, uncapped, feeIn = 'received' } = this.#options;
    const { maxShare: _none, ...free } = fillModel;
    const model = uncapped?.has(instrument.symbol) === true ? free : fillModel;
    const funds = new PaperFunds(this.#account, instrument, feeIn);
    const matcher = new Matcher(instrument, model, this.#ownerOf(funds));
    const market = { instrument, matcher, funds };
    this.#markets.set(instrument.symbol, market);
    const here = this.#unlisted.filter(({ intent }) => intent.symbol === instrument.symbol);
    this.#restore(here, market);
    this.#unlisted = this.#unlisted.filter(({ intent }) => intent.symbol !== instrument.symbol);
  }

  /** Executions and ends are reported here from now on, synchronously, within the price's call. */
  connect(sink: GatewaySink | undefined): void {
    this.#sink = sink;
  }

  /** Bars so far that left open what came first in them, where that mattered. */
  get ambiguousBars(): number {
    let bars = 0;
    for (const { matcher } of this.#markets.values()) bars += matcher.ambiguousBars;
    return bars;
  }

  /** True when a bar may fill something. */
  concerns({ symbol, low, high }: Pick<CandleEvent, 'symbol' | 'low' | 'high'>): boolean {
    if (this.#open.size === 0 || this.#sink === undefined) return false;
    return this.#markets.get(symbol)?.matcher.concerns({ low, high }) === true;
  }

  /** Begins a completed bar. Orders that are placed until `endBar` are placed within it. */
  beginBar(event: CandleEvent): void {
    this.#within = this.#markets.get(event.symbol)?.matcher;
    this.#within?.beginBar(event, event.at);
    this.#advance(event.openTime);
  }

  /** Goes on to what happens next in the bar; see {@link Matcher.nextMoment}. */
  nextMoment(watches: readonly Watch[]): Moment<PaperOrder> | undefined {
    return this.#within?.nextMoment(watches);
  }

  happen(): void {
    this.#within?.happen();
  }

  endBar({ at }: Pick<CandleEvent, 'at'>): void {
    this.#within?.endBar();
    this.#within = undefined;
    this.#advance(at);
  }

  onTrade(event: TradeEvent): void {
    if (this.#sink === undefined) return;
    this.#advance(event.at);
    this.#markets.get(event.symbol)?.matcher.onTrade(event);
  }

  onQuote(event: QuoteEvent): void {
    if (this.#sink === undefined) return;
    this.#advance(event.at);
    this.#markets.get(event.symbol)?.matcher.onQuote(event);
  }

  /** Accepts or rejects. What a fresh quote fills at once is in the reply's report. */
  place(approved: ApprovedOrder): PlaceOutcome {
    const market = this.#markets.get(approved.symbol);
    if (market === undefined) return rejected(unknownMarket(approved));
    const order = this.#orderOf(approved, market);
    return this.#refusalOf(order, [approved], market) ?? this.#accept(order, market);
  }

  /** Both legs or none; they lock what they sell once. */
  placePair({ stop, target }: OrderPair): PairOutcome {
    const market = this.#markets.get(stop.symbol);
    const same = (outcome: PlaceOutcome): PairOutcome => ({ stop: outcome, target: outcome });
    if (market === undefined) return same(rejected(unknownMarket(stop)));
    const [first, second] = [this.#orderOf(stop, market), this.#orderOf(target, market)];
    const refused = this.#refusalOf(first, [stop, target], market);
    if (refused !== undefined) return same(refused);
    first.partner = second;
    second.partner = first;
    return { stop: this.#accept(first, market), target: this.#accept(second, market) };
  }

  /** Cancels an order, and with it the other leg of its pair. */
  cancel(ref: OrderRef): CancelOutcome {
    const order = this.#open.get(ref.clientOrderId);
    const market = order && this.#markets.get(order.symbol);
    if (order === undefined || market === undefined) {
      const known = this.#history.order(ref.clientOrderId);
      return { kind: 'notFound', message: known ? `order is ${known.status}` : 'unknown order' };
    }
    market.matcher.remove(order);
    const partner = this.#endPartner(order, 'canceled', this.#now);
    this.#end(order, 'canceled', this.#now);
    if (partner) this.#emit(partner, []);
    return { kind: 'cancelled', report: reportOf(order, []) };
  }

  lookup(ref: OrderRef): LookupOutcome {
    const order = this.#find(ref.clientOrderId);
    return order === undefined
      ? { kind: 'absent', places: ['single', 'history'] }
      : { kind: 'found', report: reportOf(order, this.#fillsOf(order)) };
  }

  openOrders(symbols: readonly MarketSymbol[]): OrderReport[] {
    return [...this.#open.values()]
      .filter(({ symbol }) => symbols.includes(symbol))
      .map((order) => reportOf(order, []));
  }

  /** Executions of this run at or after `since`, ascending; those of earlier runs are in the journal. */
  fills(symbol: MarketSymbol, since: Millis): Fill[] {
    return this.#history.fills(symbol, since);
  }

  balances(): Balance[] {
    return this.#account.balances();
  }

  #ownerOf(funds: PaperFunds): MatchOwner<PaperOrder> {
    return {
      affordable: (order, price, amount) => funds.affordable(order, price, amount),
      // The other leg trades no more; that is said with the first fill.
      triggered: ({ partner, symbol }) => {
        if (partner) this.#markets.get(symbol)?.matcher.remove(partner);
      },
      executed: (execution) => this.#executed(execution, funds),
      ended: (order, reason, at) => this.#ended(order, reason, at),
    };
  }

  #restore(records: readonly OrderRecord[], market: Market): void {
    const restored = new Map(
      records.map((record) => [record.intent.intentId, restoredOrder(record, market.instrument)]),
    );
    for (const { intent, filled, updatedAt } of records) {
      const order = restored.get(intent.intentId);
      if (order === undefined) continue;
      order.partner = intent.pairId && restored.get(intent.pairId);
      this.#advance(updatedAt);
      this.#open.set(order.clientOrderId, order);
      market.funds.lock(order);
      market.matcher.restore(order, !filled.isZero());
    }
  }

  #orderOf(approved: ApprovedOrder, { instrument }: Market): PaperOrder {
    const decidedAt = Math.max(approved.createdAt, this.#now);
    const { latencyMs = 0 } = this.#options;
    return paperOrder(approved, instrument, this.#within ? decidedAt : decidedAt + latencyMs);
  }

  /** Why orders that come in one request are not taken; undefined when they are: `order` then has locked what they need. */
  #refusalOf(
    order: PaperOrder,
    [first, second]: readonly [ApprovedOrder, ApprovedOrder?],
    market: Market,
  ): PlaceOutcome | undefined {
    const known = [first, second].find((each) => each && this.#find(each.clientOrderId));
    if (known) return { kind: 'unknown', message: `${DUPLICATE} ${known.clientOrderId}` };
    const { instrument, funds, matcher } = market;
    const refusal = refusalOf(first, second, { instrument, price: matcher.price });
    if (refusal !== undefined) return rejected(refusal);
    const [needed, free] = [funds.needOf(order), this.#account.free(order.lockAsset)];
    if (needed.lte(free)) {
      funds.lock(order, needed);
      return undefined;
    }
    const message = `needs ${toText(needed)} ${order.lockAsset}, ${toText(free)} is free`;
    return rejected({ code: 'INSUFFICIENT_FUNDS', message });
  }

  #accept(order: PaperOrder, { matcher }: Market): PlaceOutcome {
    const placing = { order, fills: [], wouldTake: false };
    this.#open.set(order.clientOrderId, order);
    this.#placing = placing;
    try {
      matcher.add(order);
    } finally {
      this.#placing = undefined;
    }
    return placing.wouldTake
      ? rejected({
          code: 'POST_ONLY_WOULD_TAKE',
          message: 'the order would take liquidity at once',
        })
      : { kind: 'acked', report: reportOf(order, placing.fills) };
  }

  #executed(execution: Execution<PaperOrder>, funds: PaperFunds): void {
    const { order, at } = execution;
    const fill = paperFill(execution, funds.settle(execution));
    this.#history.addFill(fill);
    order.updatedAt = at;
    const partner = this.#endPartner(order, 'expired', at);
    if (order.remaining.isZero()) this.#end(order, 'closed', at);
    else funds.lock(order);
    // Said when both are as they will be: what hears it may act at once.
    this.#emit(order, [fill]);
    if (partner) this.#emit(partner, []);
  }

  #ended(order: PaperOrder, reason: EndReason, at: Millis): void {
    const { amount, remaining } = order;
    const isRefusal = this.#placing?.order === order && reason === 'wouldTake';
    const partner = this.#endPartner(order, 'expired', at);
    this.#end(order, amount.eq(remaining) && isRefusal ? 'rejected' : 'expired', at);
    if (isRefusal && this.#placing !== undefined) this.#placing.wouldTake = true;
    else this.#emit(order, []);
    if (partner) this.#emit(partner, []);
  }

  #end(order: PaperOrder, status: ReportedStatus, at: Millis): void {
    order.status = status;
    order.updatedAt = Math.max(order.updatedAt, at);
    this.#markets.get(order.symbol)?.funds.lock(order, ZERO);
    this.#open.delete(order.clientOrderId);
    this.#history.addOrder(order);
  }

  /** Ends the other leg of an order's pair, if there is one, and says nothing of it yet. */
  #endPartner(
    order: PaperOrder,
    status: 'canceled' | 'expired',
    at: Millis,
  ): PaperOrder | undefined {
    const { partner } = order;
    if (!partner) return undefined;
    order.partner = partner.partner = undefined;
    this.#markets.get(partner.symbol)?.matcher.remove(partner);
    this.#end(partner, status, at);
    return partner;
  }

  #emit(order: PaperOrder, fills: readonly Fill[]): void {
    if (this.#placing?.order === order) this.#placing.fills.push(...fills);
    else this.#sink?.report(reportOf(order, fills));
  }

  #find(id: ClientOrderId): PaperOrder | undefined {
    return this.#open.get(id) ?? this.#history.order(id);
  }

  #fillsOf(order: PaperOrder): Fill[] {
    return this.#history
      .fills(order.symbol, order.placedAt)
      .filter((fill) => fill.clientOrderId === order.clientOrderId);
  }

  #advance(at: Millis): void {
    if (at > this.#now) this.#now = at;
  }
}

function unknownMarket({ symbol }: ApprovedOrder): PaperRefusal {
  return { code: 'SYMBOL_UNKNOWN', message: `no market ${symbol} here` };
}

function rejected({ code, message }: PaperRefusal): PlaceOutcome {
  return { kind: 'rejected', code, message };
}
