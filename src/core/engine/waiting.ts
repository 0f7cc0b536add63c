/**
 * Orders that are wanted and must wait for the end of another: an exit for what the guard holds, a replacement. Nothing of them
 * is journalled but the strategy's state; they become intents when the other is proved ended, so that the two never live at once.
 */
import { minOf, subtract, toFloat, toText, type Decimal } from '../domain/decimal.ts';
import type { IntentId } from '../domain/ids.ts';
import {
  isGuard,
  type ApprovedOrder,
  type OrderIntent,
  type OrderRecord,
  type Proposal,
} from '../domain/order.ts';
import { newRecord } from '../orders/lifecycle.ts';
import { isTerminal } from '../orders/transitions.ts';
import { approve } from '../risk/approve.ts';
import { sweepDust } from './dust.ts';
import { attempt } from './isolation.ts';
import { freeCoins } from './locks.ts';
import { isLockedIn, noteRefusal, plan, priceText, requestCancel, takePart } from './planning.ts';
import { NO_ORIGIN, riskView } from './riskView.ts';
import type { EngineState, StrategyRuntime, WaitingOrder } from './state.ts';

/** A strategy's orders as it sees them: without guards, with what waits. */
export function ownOrders(runtime: StrategyRuntime): readonly OrderRecord[] {
  const { orders, waiting } = runtime;
  return waiting.length === 0
    ? orders.own
    : [...orders.own, ...waiting.map(({ record }) => record)];
}

/** The legs of the guard that are not proved ended. */
export function liveGuards({ orders }: StrategyRuntime): readonly OrderRecord[] {
  return orders.guards;
}

/** Plans an order now, or keeps it until the guard has ended when it needs what the guard holds. */
export function placeOrWait(
  state: EngineState,
  runtime: StrategyRuntime,
  proposal: Proposal,
): IntentId | undefined {
  if (proposal.purpose === 'entry') return plan(state, runtime, proposal);
  freeCoins(state, runtime.market.instrument.base, proposal.reason);
  const exit = sweepDust(state, runtime, proposal);
  const placed = placeExit(state, runtime, exit);
  // A limit order's place may be another one by then.
  const isLater = placed === undefined && proposal.type === 'market';
  runtime.lockedExit = isLater && isLockedIn(state, runtime, exit) ? exit : undefined;
  return placed;
}

function placeExit(
  state: EngineState,
  runtime: StrategyRuntime,
  proposal: Proposal,
): IntentId | undefined {
  const guards = liveGuards(runtime);
  if (guards.length === 0) return plan(state, runtime, proposal);
  const now = approve(proposal, riskView(state, runtime, NO_ORIGIN));
  const later = approve(proposal, riskView(state, runtime, { without: idsOf(guards) }));
  const isEnough = now.ok && later.ok && now.order.amount.gte(later.order.amount);
  if (isEnough || !later.ok) return plan(state, runtime, proposal);
  takePart(state, runtime, proposal, later);
  return wait(state, runtime, later.order, undefined);
}

/** A part of an exit was sold: asks for the next, of which more may have to follow. */
export function nextPart(state: EngineState, runtime: StrategyRuntime, sold: OrderRecord): void {
  const { parts } = runtime;
  if (parts?.orderId !== sold.intent.intentId) return;
  // A stop asks for the rest by itself.
  if (runtime.stopping) return;
  if (sold.state !== 'FILLED') {
    runtime.parts = undefined;
    return;
  }
  const { quote: _quote, ...proposal } = parts.proposal;
  placeOrWait(state, runtime, { ...proposal, amount: parts.left });
  if (runtime.parts === parts) runtime.parts = undefined;
}

/** Cancels an order and keeps another one that takes its place; see `StrategyContext.replace`. */
export function replaceOrder(
  state: EngineState,
  runtime: StrategyRuntime,
  wish: { readonly intentId: IntentId; readonly proposal: Proposal; readonly reason: string },
): IntentId | undefined {
  const { intentId, proposal, reason } = wish;
  const old = runtime.openOrders.find(({ intent }) => intent.intentId === intentId);
  const isReplaced = runtime.waiting.some(({ after }) => after === intentId);
  if (!old || isGuard(old.intent) || isReplaced) {
    const inputs = { problem: `there is no order ${intentId} to replace` };
    noteRefusal(state, runtime, proposal, { ok: false, code: 'PROPOSAL_INVALID', inputs });
    return undefined;
  }
  const origin = { parentId: intentId, amountMax: unfilledOf(old), without: [intentId] };
  const verdict = approve(proposal, riskView(state, runtime, origin));
  if (!verdict.ok) {
    noteRefusal(state, runtime, proposal, verdict);
    return undefined;
  }
  const promised = wait(state, runtime, verdict.order, intentId);
  requestCancel(state, intentId, reason);
  return promised;
}

/** True when the order is one that waits; it is dropped at the end of the step. */
export function cancelWaiting({ waiting }: StrategyRuntime, intentId: IntentId): boolean {
  const found = waiting.find(({ record }) => record.intent.intentId === intentId);
  if (found) found.record.cancelRequested = true;
  return found !== undefined;
}

/** Plans what needs to wait no longer, and drops what has become pointless. */
export function releaseWaiting(state: EngineState, runtime: StrategyRuntime): void {
  for (const entry of runtime.waiting) {
    // The strategy's answer to an earlier one may have taken it out.
    if (!runtime.waiting.includes(entry)) continue;
    const why = whyDrop(state, entry);
    if (why !== undefined) drop(state, runtime, entry, why);
    else if (state.armed && !isBlocked(state, runtime, entry)) release(state, runtime, entry);
  }
}

/** Forgets everything that waits: the strategy is being taken out of the market, and will be told so. */
export function dropWaiting(state: EngineState, runtime: StrategyRuntime): void {
  for (const { record } of runtime.waiting) {
    state.book.release(record.intent.intentId);
    record.state = 'DENIED';
  }
  runtime.waiting = [];
}

function wait(
  state: EngineState,
  runtime: StrategyRuntime,
  order: ApprovedOrder,
  after: IntentId | undefined,
): IntentId {
  const { spec, market } = runtime;
  const record = newRecord(order);
  runtime.refusals.delete(order.tag);
  runtime.waiting = [...runtime.waiting, { record, after }];
  state.nextSequence += 1;
  state.book.reserve(record, market.instrument);
  state.out.keep(runtime);
  state.out.note({
    at: state.now,
    code: 'ORDER_WAITS',
    strategyId: spec.id,
    symbol: spec.symbol,
    intentId: order.intentId,
    inputs: {
      side: order.side,
      amount: toText(order.amount),
      symbol: order.symbol,
      price: priceText(order),
      after: after ?? 'the guard',
    },
  });
  return order.intentId;
}

function whyDrop(state: EngineState, { record, after }: WaitingOrder): string | undefined {
  if (record.cancelRequested) return 'it was cancelled';
  if (after === undefined) return undefined;
  const old = state.orders.get(after);
  if (!old) return `nothing is known of ${after}, which it was to replace`;
  if (isTerminal(old.state))
    return unfilledOf(old).gt(0) ? undefined : `${after}, which it was to replace, was filled`;
  return old.cancelRequested ? undefined : `${after}, which it was to replace, was not cancelled`;
}

function isBlocked(state: EngineState, runtime: StrategyRuntime, { after }: WaitingOrder): boolean {
  if (after === undefined) return liveGuards(runtime).length > 0;
  const old = state.orders.get(after);
  return old !== undefined && !isTerminal(old.state);
}

/** Asks risk once more: what was right when it was wanted may not be right any more. */
function release(state: EngineState, runtime: StrategyRuntime, entry: WaitingOrder): void {
  const { record, after } = entry;
  const { intent } = record;
  remove(state, runtime, entry);
  const old = after === undefined ? undefined : state.orders.get(after);
  const planned = plan(state, runtime, proposalOf(intent), {
    sequence: intent.sequence,
    parentId: after,
    amountMax: old ? minOf(intent.amount, unfilledOf(old)) : intent.amount,
  });
  if (planned === undefined) end(state, runtime, record, 'it was refused when its turn had come');
}

function drop(
  state: EngineState,
  runtime: StrategyRuntime,
  entry: WaitingOrder,
  reason: string,
): void {
  const { spec } = runtime;
  const { intentId } = entry.record.intent;
  remove(state, runtime, entry);
  state.out.note({
    at: state.now,
    code: 'ORDER_DROPPED',
    strategyId: spec.id,
    symbol: spec.symbol,
    intentId,
    inputs: { reason },
  });
  end(state, runtime, entry.record, reason);
}

function remove(state: EngineState, runtime: StrategyRuntime, entry: WaitingOrder): void {
  runtime.waiting = runtime.waiting.filter((other) => other !== entry);
  state.book.release(entry.record.intent.intentId);
  state.out.keep(runtime);
}

function end(
  state: EngineState,
  runtime: StrategyRuntime,
  record: OrderRecord,
  message: string,
): void {
  record.state = 'DENIED';
  record.message = message;
  record.updatedAt = state.now;
  attempt(state, runtime, ({ strategy, context }) => {
    strategy.onOrderClosed(record, context);
  });
}

function unfilledOf({ intent, filled }: OrderRecord): Decimal {
  return subtract(intent.amount, filled);
}

/** The proposal that an intent came from. Its price is on a tick already, and stays there. */
function proposalOf(intent: OrderIntent): Proposal {
  const { purpose, side, type, price, amount, reason, inputs, tag } = intent;
  if (type === 'stop') throw new Error(`PROPOSAL_INVALID: ${intent.intentId} is a stop`);
  const proposal = { purpose, side, type, amount, reason, inputs, tag };
  return price === undefined ? proposal : { ...proposal, price: toFloat(price) };
}

function idsOf(orders: readonly OrderRecord[]): readonly IntentId[] {
  return orders.map(({ intent }) => intent.intentId);
}
