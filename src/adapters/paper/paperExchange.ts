/**
 * An exchange with play money, in process: orders wait in core/matching and are filled by the prices that the composition
 * shows it. Everything is synchronous and deterministic; paperGateway.ts wraps it in the port's promises.
 *
 * Prices: show it completed bars of ONE series per market (`onCandle`), or trades and quotes, not both, and always before the
 * engine gets the same event: a fill belongs to the price that caused it, a decision to the moment after it.
 *
 * Restart: the journal is the account. Give the ledger's totals as `balances` and the journal's unfinished orders as `orders`:
 * those that the exchange had accepted wait again, with the same ids and their remaining amounts, and lock their funds. An order
 * that was not recorded as accepted is not here: it is looked up, found absent and never sent again. An execution that was not
 * journalled before a crash did not happen. Trade ids do not depend on the run.
 *
 * Until a sink is connected, prices are ignored, so that no execution is lost.
 */
import { divide, toText, ZERO, type Decimal } from '../../core/domain/decimal.ts';
import type { CandleEvent, QuoteEvent, TradeEvent } from '../../core/domain/events.ts';
import type { Balance, Fill } from '../../core/domain/fill.ts';
import type { ClientOrderId, MarketSymbol } from '../../core/domain/ids.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import type {
  ApprovedOrder,
  OrderRecord,
  OrderReport,
  OrderState,
  ReportedStatus,
} from '../../core/domain/order.ts';
import type { Millis } from '../../core/domain/time.ts';
import { feeOf, type FeeAsset } from '../../core/matching/fees.ts';
import {
  Matcher,
  type EndReason,
  type Execution,
  type FillModel,
  type MatchOwner,
} from '../../core/matching/matcher.ts';
import type {
  CancelOutcome,
  GatewaySink,
  LookupOutcome,
  OrderRef,
  PlaceOutcome,
} from '../../ports/exchangeGateway.ts';
import { PaperAccount, type PaperBalance } from './paperAccount.ts';
import { filterRefusal } from './paperFilters.ts';
import { PaperHistory } from './paperHistory.ts';
import { paperOrder, paperTradeId, reportOf, type PaperOrder } from './paperOrder.ts';

export interface PaperOptions {
  /** Play money to begin with, or the ledger's totals after a restart. */
  readonly balances: readonly PaperBalance[];
  /** Unfinished orders of the journal; empty or absent for a new account. */
  readonly orders?: readonly OrderRecord[];
  /** Markets known from the start; others come by `list`. */
  readonly instruments?: readonly Instrument[];
  readonly fillModel: FillModel;
  /** Which asset pays fees; absent: the received one. */
  readonly feeIn?: FeeAsset;
}

interface Market {
  readonly instrument: Instrument;
  readonly matcher: Matcher<PaperOrder>;
}

/** States of an order that the exchange had accepted and not ended. */
const ACCEPTED: ReadonlySet<OrderState> = new Set([
  'ACKED',
  'PARTIAL',
  'CANCELLING',
  'QUARANTINED',
]);

export class PaperExchange {
  readonly #account: PaperAccount;
  readonly #model: FillModel;
  readonly #feeIn: FeeAsset;
  readonly #markets = new Map<MarketSymbol, Market>();
  readonly #open = new Map<ClientOrderId, PaperOrder>();
  readonly #history = new PaperHistory();
  /** Accepted orders of the run before, until their market is listed. */
  #unlisted: readonly OrderRecord[];
  #sink: GatewaySink | undefined;
  /** Latest market time seen. */
  #now: Millis = 0;
  /** The order being placed: its executions go into the reply instead of the sink. */
  #placing: { readonly order: PaperOrder; readonly fills: Fill[]; wouldTake: boolean } | undefined;

  constructor(options: PaperOptions) {
    this.#account = new PaperAccount(options.balances);
    this.#model = options.fillModel;
    this.#feeIn = options.feeIn ?? 'received';
    this.#unlisted = (options.orders ?? []).filter(isAccepted);
    for (const instrument of options.instruments ?? []) this.list(instrument);
  }

  /** Opens a market, and takes up its orders of the run before. A market that is listed already keeps its rules. */
  list(instrument: Instrument): void {
    if (this.#markets.has(instrument.symbol)) return;
    const matcher = new Matcher(instrument, this.#model, this.#ownerOf(instrument));
    this.#markets.set(instrument.symbol, { instrument, matcher });
    for (const record of this.#unlisted) {
      if (record.intent.symbol === instrument.symbol) this.#restore(record, instrument, matcher);
    }
    this.#unlisted = this.#unlisted.filter(({ intent }) => intent.symbol !== instrument.symbol);
  }

  /** Executions and ends are reported here from now on, synchronously, within the price's call. */
  connect(sink: GatewaySink | undefined): void {
    this.#sink = sink;
  }

  onCandle(event: CandleEvent): void {
    if (this.#open.size === 0 || !event.closed || this.#sink === undefined) return;
    this.#advance(event.at);
    this.#markets.get(event.symbol)?.matcher.onBar(event, event.at);
  }

  onTrade(event: TradeEvent): void {
    if (this.#open.size === 0 || this.#sink === undefined) return;
    this.#advance(event.at);
    this.#markets.get(event.symbol)?.matcher.onTrade(event.price, event.amount, event.at);
  }

  onQuote(event: QuoteEvent): void {
    if (this.#sink === undefined) return;
    this.#advance(event.at);
    this.#markets.get(event.symbol)?.matcher.onQuote(event);
  }

  /** Accepts or rejects. What a fresh quote fills at once is in the reply's report. */
  place(approved: ApprovedOrder): PlaceOutcome {
    const market = this.#markets.get(approved.symbol);
    if (market === undefined) {
      return rejected('SYMBOL_UNKNOWN', `no market ${approved.symbol} here`);
    }
    if (this.#find(approved.clientOrderId) !== undefined) {
      return { kind: 'unknown', message: `duplicate client order id ${approved.clientOrderId}` };
    }
    const refusal = filterRefusal(approved, market.instrument);
    if (refusal !== undefined) return rejected(refusal.code, refusal.message);
    const order = paperOrder(approved, {
      lockAsset: approved.side === 'buy' ? market.instrument.quote : market.instrument.base,
      filled: ZERO,
      placedAt: Math.max(approved.createdAt, this.#now),
    });
    const needed = this.#lockOf(order, market.instrument);
    const free = this.#account.free(order.lockAsset);
    if (needed.gt(free)) {
      const message = `needs ${toText(needed)} ${order.lockAsset}, ${toText(free)} is free`;
      return rejected('INSUFFICIENT_FUNDS', message);
    }
    return this.#accept(order, needed, market.matcher);
  }

  cancel(ref: OrderRef): CancelOutcome {
    const order = this.#open.get(ref.clientOrderId);
    const market = order && this.#markets.get(order.symbol);
    if (order === undefined || market === undefined) {
      const known = this.#history.order(ref.clientOrderId);
      return { kind: 'notFound', message: known ? `order is ${known.status}` : 'unknown order' };
    }
    market.matcher.remove(order);
    this.#end(order, 'canceled', this.#now);
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

  #ownerOf(instrument: Instrument): MatchOwner<PaperOrder> {
    return {
      affordable: (order, price, amount) => this.#affordable({ order, price, amount }, instrument),
      executed: (execution) => this.#executed(execution, instrument),
      ended: (order, reason, at) => this.#ended(order, reason, at),
    };
  }

  #restore(record: OrderRecord, instrument: Instrument, matcher: Matcher<PaperOrder>): void {
    const { intent, filled, updatedAt } = record;
    const order = paperOrder(intent, {
      lockAsset: intent.side === 'buy' ? instrument.quote : instrument.base,
      filled,
      placedAt: updatedAt,
    });
    this.#advance(updatedAt);
    this.#open.set(order.clientOrderId, order);
    this.#relock(order, this.#lockOf(order, instrument));
    matcher.restore(order, !filled.isZero());
  }

  #accept(order: PaperOrder, needed: Decimal, matcher: Matcher<PaperOrder>): PlaceOutcome {
    const placing = { order, fills: [], wouldTake: false };
    this.#open.set(order.clientOrderId, order);
    this.#relock(order, needed);
    this.#placing = placing;
    try {
      matcher.add(order);
    } finally {
      this.#placing = undefined;
    }
    return placing.wouldTake
      ? rejected('POST_ONLY_WOULD_TAKE', 'the order would take liquidity at once')
      : { kind: 'acked', report: reportOf(order, placing.fills) };
  }

  #executed(execution: Execution<PaperOrder>, instrument: Instrument): void {
    const { order, price, amount, liquidity, at } = execution;
    const { side } = order;
    const fee = feeOf({ side, price, amount, liquidity }, instrument, this.#feeIn);
    const notional = price.times(amount);
    const { base, quote } = instrument;
    this.#account.receive(side === 'buy' ? base : quote, side === 'buy' ? amount : notional);
    this.#account.pay(side === 'buy' ? quote : base, side === 'buy' ? notional : amount);
    this.#account.pay(fee.asset, fee.amount);
    const fill: Fill = {
      tradeId: paperTradeId(order),
      symbol: order.symbol,
      exchangeOrderId: order.exchangeOrderId,
      clientOrderId: order.clientOrderId,
      side,
      price,
      amount,
      fee: fee.amount,
      feeAsset: fee.asset,
      liquidity,
      at,
    };
    this.#history.addFill(fill);
    order.updatedAt = at;
    if (order.remaining.isZero()) this.#end(order, 'closed', at);
    else this.#relock(order, this.#lockOf(order, instrument));
    this.#emit(order, [fill]);
  }

  #ended(order: PaperOrder, reason: EndReason, at: Millis): void {
    const { amount, remaining } = order;
    const isRefusal = this.#placing?.order === order && reason === 'wouldTake';
    this.#end(order, amount.eq(remaining) && isRefusal ? 'rejected' : 'expired', at);
    if (isRefusal && this.#placing !== undefined) this.#placing.wouldTake = true;
    else this.#emit(order, []);
  }

  #end(order: PaperOrder, status: ReportedStatus, at: Millis): void {
    order.status = status;
    order.updatedAt = Math.max(order.updatedAt, at);
    this.#relock(order, ZERO);
    this.#open.delete(order.clientOrderId);
    this.#history.addOrder(order);
  }

  #emit(order: PaperOrder, fills: readonly Fill[]): void {
    if (this.#placing?.order === order) this.#placing.fills.push(...fills);
    else this.#sink?.report(reportOf(order, fills));
  }

  /** What an open order keeps locked: what it sells, or what it may still pay. */
  #lockOf(order: PaperOrder, instrument: Instrument): Decimal {
    if (order.side === 'sell') return order.remaining;
    const notional = (order.price ?? order.referencePrice).times(order.remaining);
    return this.#withFee(notional, instrument);
  }

  /** What a buy pays for a notional: more where the fee comes on top in quote. */
  #withFee(notional: Decimal, instrument: Instrument): Decimal {
    return this.#feeIn === 'quote' ? notional.plus(notional.times(instrument.takerFee)) : notional;
  }

  /** A market buy may turn out dearer than what it locked: it gets what the free balance pays for. */
  #affordable(
    wish: { readonly order: PaperOrder; readonly price: Decimal; readonly amount: Decimal },
    instrument: Instrument,
  ): Decimal {
    const { order, price, amount } = wish;
    if (order.side === 'sell') return amount;
    const unitCost = this.#withFee(price, instrument);
    const available = this.#account.available(order.lockAsset, order.locked);
    if (unitCost.times(amount).lte(available)) return amount;
    const lots = divide(available, unitCost.times(instrument.lotSize), 0, 'down');
    return lots.times(instrument.lotSize);
  }

  #relock(order: PaperOrder, locked: Decimal): void {
    this.#account.relock(order.lockAsset, order.locked, locked);
    order.locked = locked;
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

function isAccepted(record: OrderRecord): boolean {
  return (
    ACCEPTED.has(record.state) &&
    record.exchangeOrderId !== undefined &&
    record.terminalReport === undefined &&
    record.filled.lt(record.intent.amount)
  );
}

function rejected(code: string, message: string): PlaceOutcome {
  return { kind: 'rejected', code, message };
}
