/** The exchange's words on our orders: reports, fills and outcomes of sending, into records, ledger and strategies. */
import type { FillEvent, OrderReportEvent, OutcomeEvent } from '../domain/events.ts';
import type { Fill } from '../domain/fill.ts';
import type { OrderRecord, OrderReport } from '../domain/order.ts';
import { toText } from '../domain/decimal.ts';
import { accountOf, applyFill as bookFill } from '../ledger/ledger.ts';
import { applyFill, applyOutcome, applyReport, type LifecycleResult } from '../orders/lifecycle.ts';
import { isTerminal } from '../orders/transitions.ts';
import { stopPriceOf } from '../risk/stops.ts';
import { advanceStop } from './stopping.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/** Foreign orders and fills remembered, so that each is noted once; beyond that many they are noted again. */
const FOREIGN_MAX = 1_000;

/** What the exchange, or the executor on its behalf, says about an order of ours. */
export function onOrderNews(
  state: EngineState,
  event: OrderReportEvent | FillEvent | OutcomeEvent,
): void {
  if (event.kind === 'report') onReport(state, event);
  else if (event.kind === 'fill') onFill(state, event);
  else onOutcome(state, event);
}

function onReport(state: EngineState, event: OrderReportEvent): void {
  const { report } = event;
  const record = state.orders.byReport(report);
  if (!record) {
    noteForeignOrder(state, report);
    return;
  }
  const wasOpen = !isTerminal(record.state);
  const result = applyReport(record, report);
  state.orders.link(record);
  settle(state, record, result, wasOpen);
}

function onOutcome(state: EngineState, event: OutcomeEvent): void {
  const record = state.orders.get(event.intentId);
  if (!record) return;
  const wasOpen = !isTerminal(record.state);
  settle(state, record, applyOutcome(record, event), wasOpen);
}

/** Each trade id is passed once: the caller asks the journal first. */
function onFill(state: EngineState, event: FillEvent): void {
  const { fill } = event;
  const record = state.orders.byFill(fill);
  const market = state.markets.get(fill.symbol);
  if (!record || !market) {
    noteForeignFill(state, fill);
    return;
  }
  const wasOpen = !isTerminal(record.state);
  const result = applyFill(record, fill);
  state.orders.link(record);
  book(state, record, fill);
  // Before the strategy reacts: what was filled is a position now and must not count as an open order besides.
  if (isTerminal(record.state)) state.book.release(record.intent.intentId);
  else reserve(state, record);
  const runtime = state.strategies.get(record.intent.strategyId);
  if (runtime) {
    refreshStop(runtime);
    if (!runtime.stopping) runtime.strategy.onFill(record, fill, runtime.context);
    state.out.keep(runtime);
  }
  settle(state, record, result, wasOpen);
}

function book(state: EngineState, record: OrderRecord, fill: Fill): void {
  const { intentId, strategyId, symbol } = record.intent;
  const attributed = { fill, strategyId, intentId };
  const market = state.markets.get(symbol);
  if (!market) return;
  const { position } = bookFill(state.ledger, attributed, market.instrument);
  state.book.setPosition(position);
  const { base, quote } = market.instrument;
  state.out.booked(attributed, position);
  for (const asset of [base, quote, fill.feeAsset]) {
    state.out.balance(accountOf(state.ledger, asset));
  }
}

/** The stop price follows the average entry price. */
export function refreshStop(runtime: StrategyRuntime): void {
  const { stopLoss } = runtime.spec;
  const price = stopLoss === undefined ? 0 : stopPriceOf(runtime.holding.averagePrice, stopLoss);
  runtime.stopPrice = price > 0 ? price : 0;
}

function settle(
  state: EngineState,
  record: OrderRecord,
  result: LifecycleResult,
  wasOpen: boolean,
): void {
  publish(state, record, result);
  const isOpen = !isTerminal(record.state);
  if (isOpen && result.touched) reserve(state, record);
  if (wasOpen && !isOpen) close(state, record);
  else if (!wasOpen && isOpen) reopen(state, record);
}

function publish({ out, now }: EngineState, record: OrderRecord, result: LifecycleResult): void {
  const { intentId, strategyId, symbol } = record.intent;
  if (result.touched) out.touch(record);
  if (result.change) out.transition(record, result.change, now);
  if (result.note) {
    const { code, inputs } = result.note;
    out.note({ at: now, code, strategyId, symbol, intentId, inputs });
  }
  if (result.gap) out.command({ kind: 'fetchFills', intentId, symbol });
}

function reserve(state: EngineState, record: OrderRecord): void {
  const market = state.markets.get(record.intent.symbol);
  if (market) state.book.reserve(record, market.instrument);
}

function close(state: EngineState, record: OrderRecord): void {
  state.book.release(record.intent.intentId);
  state.orders.retire(record);
  const runtime = state.strategies.get(record.intent.strategyId);
  if (!runtime) return;
  const at = runtime.openOrders.indexOf(record);
  if (at >= 0) runtime.openOrders.splice(at, 1);
  state.out.keep(runtime);
  if (!runtime.stopping) runtime.strategy.onOrderClosed(record, runtime.context);
  // A refused exit waits for the next bar: asking again at once would only be refused again.
  else if (record.state !== 'REJECTED') advanceStop(state, runtime);
}

/** A late truth: the order was thought not placed and is live after all. It counts as exposure again. */
function reopen(state: EngineState, record: OrderRecord): void {
  const runtime = state.strategies.get(record.intent.strategyId);
  if (runtime && !runtime.openOrders.includes(record)) runtime.openOrders.push(record);
}

function noteForeignOrder(state: EngineState, report: OrderReport): void {
  const { exchangeOrderId, clientOrderId, symbol } = report;
  if (!isNewForeign(state, `order ${symbol} ${exchangeOrderId}`)) return;
  const inputs = { exchangeOrderId, clientOrderId, symbol };
  state.out.note({ at: state.now, code: 'FOREIGN_ORDER', symbol, inputs });
}

/** A fill may be ahead of the news that its order was placed; it comes again when the order is known, so it is not judged yet. */
function noteForeignFill(state: EngineState, fill: Fill): void {
  const { tradeId, symbol, side, amount } = fill;
  const open = state.markets.get(symbol)?.strategies.flatMap((runtime) => runtime.openOrders) ?? [];
  if (open.some((order) => order.exchangeOrderId === undefined)) return;
  if (!isNewForeign(state, `fill ${symbol} ${tradeId}`)) return;
  const inputs = { tradeId, symbol, side, amount: toText(amount) };
  state.out.note({ at: state.now, code: 'FOREIGN_FILL', symbol, inputs });
}

/** True the first time this is asked of something that is not ours. */
function isNewForeign({ foreign }: EngineState, name: string): boolean {
  if (foreign.has(name)) return false;
  if (foreign.size >= FOREIGN_MAX) foreign.clear();
  foreign.add(name);
  return true;
}
