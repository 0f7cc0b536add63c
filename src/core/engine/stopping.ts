/** Taking a strategy out of the market: cancel its orders, sell what it holds, then let it know. */
import {
  floorToStep,
  isAboveZero,
  minOf,
  subtract,
  toFloat,
  toText,
  type Decimal,
} from '../domain/decimal.ts';
import { isGuard, type OrderRecord, type Proposal } from '../domain/order.ts';
import { leastText } from '../domain/orderSize.ts';
import { workingAmount } from '../domain/position.ts';
import { SECOND_MS } from '../domain/time.ts';
import { keepDust, sweepDust } from './dust.ts';
import { presentOf } from '../ledger/ledger.ts';
import { refreshPrices } from './guards.ts';
import { attempt } from './isolation.ts';
import { freeCoins } from './locks.ts';
import { isLockedIn, plan, requestCancel } from './planning.ts';
import type { ClosingTerms, EngineState, StrategyRuntime, Stopping } from './state.ts';
import { dropWaiting } from './waiting.ts';

/** Market time for which a leg of a guard may take to sell, once it has begun or its price is reached. */
export const SELLING_MS_MAX = 10 * SECOND_MS;
/**
 * Market time after which a stop is looked after again although no order changed: a refused sell, a refused cancel. Doubled each
 * time, so that what stays refused is asked for less and less often.
 */
const LOOK_MS_MIN = 5 * SECOND_MS;
const LOOK_MS_MAX = 60 * SECOND_MS;
/** Market time that a strategy taken out by the operator stays out at least: others are still selling, and it must not come back meanwhile. */
const OPERATOR_EXIT_MS = 15 * 60 * SECOND_MS;
/** Marks the sell of a stop. */
export const CLOSE_TAG = 'stop';

/** Begins to stop a strategy out; does nothing when that is under way. */
export function beginStop(
  state: EngineState,
  runtime: StrategyRuntime,
  reason: Stopping['reason'],
  inputs: Record<string, number | string>,
): void {
  begin(state, runtime, { reason, inputs });
}

/** The operator's stop, on these terms; new terms take the place of those that are under way. */
export function beginClose(
  state: EngineState,
  runtime: StrategyRuntime,
  inputs: Stopping['inputs'],
  terms: ClosingTerms | undefined,
): void {
  begin(state, runtime, { reason: 'OPERATOR_EXIT', inputs, terms });
}

/** What is asked for while a stop on terms is under way takes its place; one that sells everything at the market is never less. */
function begin(
  state: EngineState,
  runtime: StrategyRuntime,
  { reason, inputs, terms }: Pick<Stopping, 'reason' | 'inputs' | 'terms'>,
): void {
  const { spec, stopping } = runtime;
  if (stopping && stopping.terms === undefined) return;
  if (stopping) cancelAll(state, runtime, reason);
  const { now } = state;
  const nextLookAt = now + SELLING_MS_MAX;
  runtime.stopping = { reason, inputs, terms, since: now, nextLookAt, looks: 0 };
  runtime.lockedExit = undefined;
  dropWaiting(state, runtime);
  state.out.keep(runtime);
  state.out.note({ at: state.now, code: reason, strategyId: spec.id, symbol: spec.symbol, inputs });
  runtime.decision.at = state.now;
  runtime.decision.code = reason;
  runtime.decision.inputs = inputs;
  runtime.decision.cause = undefined;
  advanceStop(state, runtime);
}

/** The operator wants the sell of a closing cancelled: the closing ends with what has been sold. */
export function endClose({ stopping, holding }: StrategyRuntime, order: OrderRecord): void {
  if (stopping?.reason !== 'OPERATOR_EXIT' || order.intent.tag !== CLOSE_TAG) return;
  stopping.terms = { ...stopping.terms, keep: holding.position.amount };
}

function cancelAll(state: EngineState, { openOrders }: StrategyRuntime, reason: string): void {
  for (const order of openOrders)
    if (!isSelling(order)) requestCancel(state, order.intent.intentId, reason);
}

/** A leg of the guard has begun to sell: the exchange does what a stop here would do, and the rest is done as there. */
export function guardFilled(
  state: EngineState,
  runtime: StrategyRuntime,
  leg: OrderRecord,
  price: number,
): void {
  const { type, inputs } = leg.intent;
  const reason = type === 'stop' ? 'STOP_LOSS' : 'TAKE_PROFIT';
  beginStop(state, runtime, reason, { ...inputs, price });
}

/** Goes one step on: to be called whenever one of the strategy's orders closed, and from time to time. */
export function advanceStop(state: EngineState, runtime: StrategyRuntime): void {
  const { stopping, market } = runtime;
  if (!stopping) return;
  for (const order of runtime.openOrders) {
    if (!isExit(order, stopping) && !isSelling(order))
      requestCancel(state, order.intent.intentId, stopping.reason);
  }
  if (runtime.openOrders.length > 0) return;
  freeCoins(state, market.instrument.base, stopping.reason);
  const amount = amountToSell(runtime, stopping);
  const sellable = floorToStep(amount, market.instrument.lotSize);
  if (isAboveZero(sellable) && askExit(state, runtime, { stopping, amount })) return;
  finishStop(state, runtime, stopping);
}

/**
 * Time has passed and no order has changed: what was refused is asked for again, and a leg of the guard that has begun to sell
 * and does not come to an end is cancelled, so that the rest is sold at the market.
 */
export function hurryStop(state: EngineState, runtime: StrategyRuntime): void {
  const { stopping } = runtime;
  if (!stopping || state.now < stopping.nextLookAt) return;
  stopping.nextLookAt = state.now + Math.min(LOOK_MS_MIN * 2 ** stopping.looks, LOOK_MS_MAX);
  stopping.looks += 1;
  for (const order of runtime.openOrders) {
    if (isSelling(order)) requestCancel(state, order.intent.intentId, stopping.reason);
  }
  advanceStop(state, runtime);
}

function amountToSell({ holding }: StrategyRuntime, { terms }: Stopping): Decimal {
  const present = presentOf(holding);
  return terms ? minOf(subtract(holding.position.amount, terms.keep), present) : present;
}

function isExit({ intent }: OrderRecord, { terms }: Stopping): boolean {
  const type = terms?.limit === undefined ? 'market' : 'limit';
  return intent.tag === CLOSE_TAG && intent.type === type;
}

function isSelling({ intent, filled }: OrderRecord): boolean {
  return isGuard(intent) && !filled.isZero();
}

/** Asks for the sell. False when risk refused it for good: what is left is too small to sell. True when only strangers hold it back. */
function askExit(
  state: EngineState,
  runtime: StrategyRuntime,
  { stopping, amount }: { readonly stopping: Stopping; readonly amount: Decimal },
): boolean {
  const { reason, inputs, terms } = stopping;
  const exit = sweepDust(state, runtime, { ...exitOf(amount, terms?.limit), reason, inputs });
  if (plan(state, runtime, exit) !== undefined) return true;
  // It goes as soon as they have ended: their end is heeded at once.
  if (isLockedIn(state, runtime, exit)) return true;
  const refusal = runtime.refusals.get(CLOSE_TAG)?.code;
  return (
    refusal !== 'AMOUNT_TOO_SMALL' &&
    refusal !== 'NOTIONAL_TOO_SMALL' &&
    refusal !== 'NOTHING_TO_EXIT'
  );
}

/** The sell of a stop, but for its reason. */
export function exitOf(
  amount: Decimal,
  limit: Decimal | undefined,
): Omit<Proposal, 'reason' | 'inputs'> {
  const exit = { purpose: 'exit', side: 'sell', amount, tag: CLOSE_TAG } as const;
  return limit === undefined
    ? { ...exit, type: 'market' }
    : { ...exit, type: 'limit', price: toFloat(limit) };
}

function finishStop(
  state: EngineState,
  runtime: StrategyRuntime,
  { reason, terms }: Stopping,
): void {
  runtime.stopping = undefined;
  runtime.parts = undefined;
  runtime.stopPrice = 0;
  runtime.targetPrice = Number.POSITIVE_INFINITY;
  // What was to be kept is stopped as before.
  if (terms) refreshPrices(runtime);
  keepDust(state, runtime);
  // Of a closing in part the strategy goes on with the rest, as after a booking.
  const goesOn = terms !== undefined && isAboveZero(workingAmount(runtime.holding.position));
  if (!goesOn) waitBefore(state, runtime, reason);
  attempt(state, runtime, ({ strategy, context }) => {
    if (goesOn) strategy.onBooked?.(context);
    else strategy.onStopped(context);
  });
  state.out.keep(runtime);
  noteEnd(state, runtime, terms);
}

/** Until it may enter again. */
function waitBefore(
  state: EngineState,
  runtime: StrategyRuntime,
  reason: Stopping['reason'],
): void {
  // A profit is no reason to wait.
  if (reason === 'TAKE_PROFIT') return;
  runtime.stoppedAt = state.now;
  const atLeastMs = reason === 'OPERATOR_EXIT' ? OPERATOR_EXIT_MS : 0;
  runtime.stoppedUntil = state.now + Math.max(runtime.spec.cooldownMs, atLeastMs);
}

function noteEnd(
  state: EngineState,
  { spec, holding, market: { instrument } }: StrategyRuntime,
  terms: ClosingTerms | undefined,
): void {
  const amount = presentOf(holding);
  const isSold = floorToStep(amount, instrument.lotSize).isZero();
  const inputs = {
    left: toText(amount),
    base: instrument.base,
    ...(!isSold && { symbol: spec.symbol, least: leastText('market', instrument) }),
  };
  const isKept = terms !== undefined && isAboveZero(terms.keep);
  const code = isKept ? 'CLOSED_IN_PART' : isSold ? 'STOPPED' : 'STOPPED_UNSOLD';
  state.out.note({ at: state.now, code, strategyId: spec.id, symbol: spec.symbol, inputs });
}
