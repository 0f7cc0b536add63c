/** The operator's word on one order, one strategy, or all entries. Selling is in `closing.ts`, halted markets in `resume.ts`. */
import { toText } from '../core/domain/decimal.ts';
import { intentId as intentIdOf } from '../core/domain/ids.ts';
import { unknownWords } from '../core/domain/nearest.ts';
import { isGuard, type OrderRecord } from '../core/domain/order.ts';
import { strangerKey, type Stranger } from '../core/domain/stranger.ts';
import { PAUSED } from '../core/domain/switch.ts';
import { HOLD } from '../core/engine/halts.ts';
import { ownerOf } from '../core/engine/owner.ts';
import type { EngineState, StrategyRuntime } from '../core/engine/state.ts';
import { CLOSE_TAG } from '../core/engine/stopping.ts';
import { isTerminal } from '../core/orders/transitions.ts';
import { isRemoved } from '../core/strategies/caretaker.ts';
import type { Clock } from '../ports/clock.ts';
import { named } from './named.ts';
import type { Parts } from './parts.ts';
import { waitUntil } from './waitUntil.ts';

/** What a pause or its end was about, and what else keeps entries off or may still fill. */
export interface SwitchResult {
  /** Null: all entries. */
  readonly target: string | null;
  /** False: it was so already. */
  readonly changed: boolean;
  /** Buys that rest at the exchange and may still fill. */
  readonly openEntries: number;
  /** Why entries stay off although this is on again; empty when nothing else is in their way. */
  readonly stillOff: string;
}

/**
 * Turns entries off: everywhere, of a strategy or of a market. Kept over restarts; what is held is guarded and sold as before.
 * @throws Error `NAME_NOT_FOUND`, `NOT_CONFIGURED` for a strategy that is not configured any more
 */
export function pauseEntries(
  { session }: Parts,
  { target, reason }: { readonly target: string | undefined; readonly reason: string },
): SwitchResult {
  const { state } = session;
  if (target === undefined) {
    const changed = state.paused === undefined;
    session.control({ action: 'pause', reason });
    return { target: null, changed, ...restOf([...state.strategies.values()]) };
  }
  const found = named(state, target);
  const rest = restOf(found.strategies);
  if (found.kind === 'strategy') {
    const [{ spec, paused }] = found.strategies;
    if (isRemoved(spec))
      throw new Error(`NOT_CONFIGURED: ${spec.id} is not configured any more and enters nothing`);
    session.control({ action: 'pause', strategy: spec.id, reason });
    return { target: spec.id, changed: paused === undefined, ...rest };
  }
  const { symbol, market } = found;
  const changed = market.haltReason === '' || market.haltReason.startsWith(HOLD);
  if (changed) session.control({ action: 'halt', symbol, reason: `${PAUSED}${reason}` });
  return { target: symbol, changed, ...rest };
}

/** Turns entries on again, everywhere or of one strategy. @throws Error `NAME_NOT_FOUND`, `NOT_PAUSED` */
export function resumeEntries(
  { session }: Parts,
  { strategy, reason }: { readonly strategy: string | undefined; readonly reason: string },
): SwitchResult {
  const { state } = session;
  if (strategy === undefined) {
    const changed = state.paused !== undefined;
    session.control({ action: 'resume', reason });
    return { target: null, changed, ...restOf([...state.strategies.values()]) };
  }
  const found = named(state, strategy);
  const runtime = found.kind === 'strategy' ? found.strategies[0] : undefined;
  if (runtime?.paused === undefined) throw new Error(`NOT_PAUSED: ${strategy} is not paused`);
  session.control({ action: 'resume', strategy: runtime.spec.id, reason });
  const stillOff = whyOff(state, runtime);
  return { target: strategy, changed: true, ...restOf([runtime]), stillOff };
}

function restOf(strategies: readonly StrategyRuntime[]) {
  const entries = strategies.flatMap(({ openOrders }) =>
    openOrders.filter(({ intent }) => intent.purpose === 'entry'),
  );
  return { openEntries: entries.length, stillOff: '' };
}

function whyOff({ paused }: EngineState, { market }: StrategyRuntime): string {
  if (paused) return `everything is paused: ${paused.reason}`;
  const { haltReason, instrument } = market;
  if (haltReason.startsWith(PAUSED)) return `${instrument.symbol} is ${haltReason}`;
  return haltReason === '' ? '' : `${instrument.symbol} is halted: ${haltReason}`;
}

/** What became of a cancel. Amounts are exact decimals as text. */
export interface CancelResult {
  readonly order: string;
  /** Empty for an order that this bot has made and its journal does not know. */
  readonly strategy: string;
  readonly symbol: string;
  /** This and `amount`: empty where the exchange does not say. */
  readonly side: string;
  readonly amount: string;
  readonly filled: string;
  /** `open` or `ended` for an order that the journal does not know. */
  readonly state: string;
  readonly hasEnded: boolean;
  /** The exchange does not cancel it. */
  readonly isRefused: boolean;
  readonly message: string;
}

/**
 * Cancels one order and waits for its end, `waitMs` at most; the cancel goes on after that.
 * @param request `order`: its intent id, its client order id or the exchange's id
 * @throws Error `ORDER_NOT_FOUND`, `ORDER_ENDED`, `ORDER_FOREIGN` for one that this bot has not made, `CANCEL_REFUSED` for one that would
 * be asked for again at once.
 */
export async function cancelOrder(
  { session }: Parts,
  { order: id, reason }: { readonly order: string; readonly reason: string },
  wait: { readonly clock: Clock; readonly waitMs: number },
): Promise<CancelResult> {
  const stranger = strangerOf(session.state, id);
  if (stranger) return cancelStranger(session, { stranger, reason }, wait);
  const order = liveOrder(session.state, id);
  if (!order) throw notLive(session, id);
  const { intentId, strategyId: owner } = order.intent;
  const why = whyKept(order, ownerOf(session.state, order.intent));
  if (why !== '') throw new Error(`CANCEL_REFUSED: ${intentId} ${why}`);
  session.control({ action: 'cancel', intentId, reason });
  const hasEnded = (): boolean => isTerminal(order.state);
  await waitUntil(() => session.stopped || hasEnded() || !order.cancelRequested, wait);
  const { intent, filled, state, message } = order;
  return {
    ...{ order: intentId, strategy: owner, symbol: intent.symbol, side: intent.side },
    ...{ amount: toText(intent.amount), filled: toText(filled), state, message },
    hasEnded: hasEnded(),
    isRefused: !hasEnded() && !order.cancelRequested,
  };
}

function strangerOf({ strangers }: EngineState, id: string): Stranger | undefined {
  return [...strangers.values()].find(
    ({ clientOrderId, exchangeOrderId }) => clientOrderId === id || exchangeOrderId === id,
  );
}

/** Its end is the exchange's word, or that the exchange lists it no more. */
async function cancelStranger(
  session: Parts['session'],
  { stranger, reason }: { readonly stranger: Stranger; readonly reason: string },
  wait: { readonly clock: Clock; readonly waitMs: number },
): Promise<CancelResult> {
  const { symbol, exchangeOrderId, isLost, terms } = stranger;
  if (!isLost)
    throw new Error(
      `ORDER_FOREIGN: order ${exchangeOrderId} was not made by this bot; cancel it at the exchange`,
    );
  session.control({ action: 'cancel', symbol, exchangeOrderId, reason });
  const { strangers } = session.state;
  const hasEnded = (): boolean => !strangers.has(strangerKey(symbol, exchangeOrderId));
  await waitUntil(() => session.stopped || hasEnded(), wait);
  return {
    ...{ order: exchangeOrderId, strategy: '', symbol, side: terms?.side ?? '' },
    ...{ amount: terms ? toText(terms.amount) : '', filled: toText(stranger.filled) },
    ...{ state: hasEnded() ? 'ended' : 'open', message: '' },
    hasEnded: hasEnded(),
    isRefused: false,
  };
}

function liveOrder(state: EngineState, id: string): OrderRecord | undefined {
  return openOrders(state).find(
    ({ intent, exchangeOrderId }) =>
      intent.intentId === id || intent.clientOrderId === id || exchangeOrderId === id,
  );
}

function openOrders({ orders, strategies }: EngineState): OrderRecord[] {
  const waiting = [...strategies.values()].flatMap((runtime) =>
    runtime.waiting.map(({ record }) => record),
  );
  return [...orders.live(), ...waiting];
}

function notLive(session: Parts['session'], id: string): Error {
  const known = session.find({ intentId: intentIdOf(id), clientOrderId: id, exchangeOrderId: id });
  if (known)
    return new Error(`ORDER_ENDED: order ${known.intent.intentId} has ended: ${known.state}`);
  const ids = openOrders(session.state).map(({ intent }) => intent.intentId);
  return new Error(`ORDER_NOT_FOUND: ${unknownWords('open order', id, ids)}`);
}

/** Why the order would be there again at once; empty when it would not. */
function whyKept({ intent }: OrderRecord, runtime: StrategyRuntime | undefined): string {
  if (!runtime) return '';
  const { spec, stopping } = runtime;
  if (isGuard(intent))
    return `guards the position of ${spec.id} and would be placed again: \`plimsoll close ${spec.id}\` sells what it guards`;
  return stopping && stopping.reason !== 'OPERATOR_EXIT' && intent.tag === CLOSE_TAG
    ? `sells the position of ${spec.id} (${stopping.reason}) and would be asked for again`
    : '';
}
