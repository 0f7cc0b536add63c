/** The exchange's words on our orders: reports, fills and outcomes of sending, into records, ledger and strategies. */
import type {
  CrowdedEvent,
  FillEvent,
  OrderReportEvent,
  OutcomeEvent,
  UnlistedEvent,
} from '../domain/events.ts';
import type { Fill } from '../domain/fill.ts';
import { isGuard, type OrderRecord, type OrderState } from '../domain/order.ts';
import type { OrderReason } from '../domain/reasons.ts';
import { toFloat } from '../domain/decimal.ts';
import { accountOf, applyFill as bookFill, presentOf } from '../ledger/ledger.ts';
import { applyFill, applyOutcome, applyReport, type LifecycleResult } from '../orders/lifecycle.ts';
import { isTerminal } from '../orders/transitions.ts';
import { bearSale } from './cuts.ts';
import { keepRest } from './dust.ts';
import { watchExit } from './exits.ts';
import { bearFees } from './feesBorne.ts';
import { guardFailed, guardTaken, refreshPrices, tendAround } from './guards.ts';
import { halt } from './halts.ts';
import { attempt } from './isolation.ts';
import { makeMoves } from './moving.ts';
import { counted, ownerOf } from './owner.ts';
import { onCrowded } from './rules.ts';
import { advanceStop, guardFilled } from './stopping.ts';
import { knowStranger, noteForeignFill, noteForeignOrder, onUnlisted } from './strangers.ts';
import { nextPart } from './waiting.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/** What the exchange, or the executor on its behalf, says about an order of ours. */
export function onOrderNews(
  state: EngineState,
  event: OrderReportEvent | FillEvent | OutcomeEvent | CrowdedEvent | UnlistedEvent,
): void {
  if (event.kind === 'report') onReport(state, event);
  else if (event.kind === 'fill') onFill(state, event);
  else if (event.kind === 'crowded') onCrowded(state, event);
  else if (event.kind === 'unlisted') onUnlisted(state, event);
  else onOutcome(state, event);
}

function onReport(state: EngineState, event: OrderReportEvent): void {
  const { report } = event;
  for (const fill of report.fills) onExecution(state, fill);
  const record = state.orders.byReport(report);
  if (!record) {
    noteForeignOrder(state, report);
    return;
  }
  knowStranger(state, report);
  const wasOpen = !isTerminal(record.state);
  const result = applyReport(record, report);
  state.orders.link(record);
  settle(state, record, result, wasOpen);
  conclude(state, record, result);
}

function onOutcome(state: EngineState, event: OutcomeEvent): void {
  const record = state.orders.get(event.intentId);
  if (!record) return;
  const wasOpen = !isTerminal(record.state);
  const result = applyOutcome(record, event);
  settle(state, record, result, wasOpen);
  const runtime = ownerOf(state, record.intent);
  if (runtime && event.outcome === 'cancelFailed' && isGuard(record.intent))
    guardFailed(state, runtime);
  conclude(state, record, result);
}

function onFill(state: EngineState, { fill }: FillEvent): void {
  const record = onExecution(state, fill);
  if (record) lookAfter(state, record);
}

/** Each trade id is passed once: the caller asks the journal first. Returns its order; undefined when it is none of ours. */
function onExecution(state: EngineState, fill: Fill): OrderRecord | undefined {
  const record = state.orders.byFill(fill);
  const market = state.markets.get(fill.symbol);
  if (!record || !market) {
    noteForeignFill(state, fill);
    return undefined;
  }
  const wasOpen = !isTerminal(record.state);
  const result = applyFill(record, fill);
  state.orders.link(record);
  book(state, record, fill);
  // Before the strategy reacts: what was filled is a position now and must not count as an open order besides.
  if (isTerminal(record.state)) state.book.release(record.intent.intentId);
  else reserve(state, record);
  const runtime = ownerOf(state, record.intent);
  if (runtime) filled(state, runtime, record, fill);
  settle(state, record, result, wasOpen);
  bearFees(state, fill, record);
  if (wasOpen) bearSale(state, record);
  judge(state, record, result);
  return record;
}

function filled(
  state: EngineState,
  runtime: StrategyRuntime,
  record: OrderRecord,
  fill: Fill,
): void {
  if (fill.at > runtime.lastFillAt) runtime.lastFillAt = fill.at;
  refreshPrices(runtime);
  if (isGuard(record.intent)) guardFilled(state, runtime, record, toFloat(fill.price));
  else if (!runtime.stopping)
    attempt(state, runtime, ({ strategy, context }) => {
      strategy.onFill(record, fill, context);
    });
  state.out.keep(runtime);
}

/** After everything an order's news has led to: it is judged, and the guard is looked after. */
function conclude(state: EngineState, record: OrderRecord, result: LifecycleResult): void {
  judge(state, record, result);
  lookAfter(state, record);
}

/** Of an order that is nobody's any more the end may be what a position has waited for. */
function lookAfter(state: EngineState, { intent }: OrderRecord): void {
  const runtime = ownerOf(state, intent);
  if (runtime) tendAround(state, runtime);
  else makeMoves(state);
}

/** What contradicts the books halts the market; whether exits and guards come to something is taken note of. */
function judge(state: EngineState, record: OrderRecord, result: LifecycleResult): void {
  const { symbol, strategyId, intentId } = record.intent;
  const market = state.markets.get(symbol);
  const note = result.note;
  if (market && note?.code === 'TRANSITION_ILLEGAL') {
    const { from, to } = note.inputs;
    halt(state, market, `order ${intentId} was ${String(from)}, the exchange says ${String(to)}`);
  }
  const runtime = ownerOf(state, record.intent);
  if (!runtime) return;
  if (result.change) watchExit(state, runtime, record);
  if (isGuard(record.intent) && isTaken(result)) guardTaken(runtime);
  if (market && runtime.holding.position.amount.isNegative())
    halt(state, market, `strategy ${strategyId} has sold more than it held`);
}

/** True for the first word that the exchange has the order. */
function isTaken({ change }: LifecycleResult): boolean {
  return change?.to === 'ACKED' && change.from !== 'CANCELLING';
}

function book(state: EngineState, record: OrderRecord, fill: Fill): void {
  const { intentId, strategyId, symbol } = record.intent;
  const attributed = { fill, strategyId, intentId };
  const market = state.markets.get(symbol);
  if (!market) return;
  const holding = bookFill(state.ledger, attributed, market.instrument);
  const { position } = holding;
  state.book.setPosition(counted(state, position), presentOf(holding));
  const { base, quote } = market.instrument;
  state.out.booked(attributed, position);
  for (const { asset } of fill.moreFees ?? []) state.out.balance(accountOf(state.ledger, asset));
  for (const asset of [base, quote, fill.feeAsset]) {
    state.out.balance(accountOf(state.ledger, asset));
  }
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

function publish(state: EngineState, record: OrderRecord, result: LifecycleResult): void {
  const { out, now } = state;
  const { intentId, strategyId, symbol } = record.intent;
  if (result.touched) out.touch(record);
  if (result.change) out.transition(record, result.change, now);
  if (result.change?.to === 'QUARANTINED') quarantine(state, record);
  if (result.note) {
    const { code, inputs } = result.note;
    out.note({ at: now, code, strategyId, symbol, intentId, inputs });
  }
  if (result.gap) out.command({ kind: 'fetchFills', intentId, symbol });
}

/** The exchange has an order that we hold for never placed, or does not know one that it had taken: the operator must look. */
function quarantine(state: EngineState, { intent, message }: OrderRecord): void {
  const market = state.markets.get(intent.symbol);
  if (market) halt(state, market, `order ${intent.intentId} is quarantined: ${message}`);
}

function reserve(state: EngineState, record: OrderRecord): void {
  const market = state.markets.get(record.intent.symbol);
  if (market) state.book.reserve(record, market.instrument);
}

function close(state: EngineState, record: OrderRecord): void {
  state.book.release(record.intent.intentId);
  state.orders.retire(record);
  const runtime = ownerOf(state, record.intent);
  if (!runtime) return;
  runtime.orders.remove(record);
  state.out.keep(runtime);
  rememberCause(runtime, record);
  // Before the strategy is told, which would else take the exit for done, or ask for the rest itself.
  nextPart(state, runtime, record);
  const isDust = !runtime.stopping && keepRest(state, runtime, record);
  if (isGuard(record.intent)) guardClosed(state, runtime, record, isDust);
  else if (!runtime.stopping)
    attempt(state, runtime, ({ strategy, context }) => {
      strategy.onOrderClosed(record, context);
    });
  // A refused exit waits a while: asking again at once would only be refused again.
  else if (record.state !== 'REJECTED') advanceStop(state, runtime);
}

/** What ended without a fill although nobody cancelled it: the strategy asks again, and may say why it has to. */
function rememberCause({ refusals }: StrategyRuntime, record: OrderRecord): void {
  const { state, intent, message, cancelRequested } = record;
  const code = CAUSES[state];
  if (code !== undefined && !cancelRequested)
    refusals.set(intent.tag, { code, inputs: { message } });
}

const CAUSES: Partial<Readonly<Record<OrderState, OrderReason>>> = {
  REJECTED: 'ORDER_REJECTED',
  DENIED: 'ORDER_DENIED',
  EXPIRED: 'ORDER_EXPIRED',
  NOT_PLACED: 'ORDER_NOT_PLACED',
};

/** @param isDust what it guarded is dust now, as a strategy must know that has cancelled nothing itself */
function guardClosed(
  state: EngineState,
  runtime: StrategyRuntime,
  leg: OrderRecord,
  isDust: boolean,
): void {
  if (isDust)
    attempt(state, runtime, ({ strategy, context }) => {
      strategy.onBooked?.(context);
    });
  if (runtime.stopping) advanceStop(state, runtime);
  else if (!leg.cancelRequested && leg.filled.isZero()) guardFailed(state, runtime);
}

/** A late truth: the order was thought not placed and is live after all. It counts as exposure again. */
function reopen(state: EngineState, record: OrderRecord): void {
  state.orders.revive(record);
  const runtime = ownerOf(state, record.intent);
  runtime?.orders.add(record);
}
