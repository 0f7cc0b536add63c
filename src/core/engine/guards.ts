/**
 * What guards a position at the exchange: a stop, and where the exchange can join the two, the take-profit above it. A guard
 * covers what the strategy holds and is not selling, as a whole; when that or its prices change it is cancelled, and made anew
 * only when the old one is proved ended. Called after everything that may matter; what is as it should be is left alone.
 */
import { maxOf, subtract, toText, ZERO, type Decimal } from '../domain/decimal.ts';
import type { IntentId } from '../domain/ids.ts';
import { isGuard, type OrderRecord } from '../domain/order.ts';
import { SECOND_MS } from '../domain/time.ts';
import { approveGuard } from '../risk/approve.ts';
import { sizeGuard, type GuardProposal, type GuardSize } from '../risk/guardSize.ts';
import { sizeRefusal } from '../risk/sizeChecks.ts';
import type { Refusal } from '../risk/view.ts';
import { stopPriceOf, targetPriceOf } from '../risk/stops.ts';
import { freeCoins } from './locks.ts';
import { commit, requestCancel } from './planning.ts';
import { hasPlaceForStop, isAmongNearest, needsStop, nearerOnes, stopsMax } from './places.ts';
import { riskView } from './riskView.ts';
import type { EngineState, StrategyRuntime } from './state.ts';
import { dropWaiting, liveGuards, releaseWaiting } from './waiting.ts';

/** Market time for which a position may be without its stop before that is alarmed. */
export const EXPOSED_MS_MAX = 30 * SECOND_MS;
/** Wait after a guard that came to nothing; doubled with each further one. */
const RETRY_MS_MIN = SECOND_MS;
const RETRY_MS_MAX = 60 * SECOND_MS;

/** The prices at which the position is sold follow its average price. */
export function refreshPrices(runtime: StrategyRuntime): void {
  const { stopLoss, takeProfit } = runtime.spec;
  const { averagePrice } = runtime.holding;
  runtime.stopPrice = stopLoss === undefined ? 0 : stopPriceOf(averagePrice, stopLoss);
  runtime.targetPrice =
    takeProfit === undefined ? Number.POSITIVE_INFINITY : targetPriceOf(averagePrice, takeProfit);
}

/** Plans what waited, and sees to it that the guard is what it should be. */
export function tend(state: EngineState, runtime: StrategyRuntime): void {
  // Of a strategy that has failed nothing is wanted any more.
  if (runtime.failure !== '') dropWaiting(state, runtime);
  if (runtime.waiting.length > 0 && !runtime.stopping) releaseWaiting(state, runtime);
  // Without a stop there is nothing to guard, unless a guard was left from before.
  if (runtime.spec.stopLoss === undefined && runtime.guard.lastId === undefined) return;
  if (!state.armed) return;
  chooseWhere(state, runtime);
  freeForStop(state, runtime);
  const size = wantedSize(state, runtime);
  const isAsItShould = runtime.stopping === undefined && adjust(state, runtime, size);
  const isExposed = watchExposure(state, runtime, size, isAsItShould);
  runtime.guard.settled = isAtRest(runtime, isAsItShould) && !isExposed;
}

/** What orders hold that the journal has lost goes to the stop. */
function freeForStop(state: EngineState, runtime: StrategyRuntime): void {
  if (state.strangers.size > 0 && needsStop(runtime))
    freeCoins(state, runtime.market.instrument.base, 'GUARD_STOP');
}

/** Only news of an order, or of the price, can change anything; of a stopping strategy's guards nothing more is asked. */
function isAtRest(runtime: StrategyRuntime, isAsItShould: boolean): boolean {
  return (isAsItShould || runtime.stopping !== undefined) && !isCrowdedOut(runtime);
}

/** Somebody else's orders may leave the exchange without news of ours. */
function isCrowdedOut({ guard, market }: StrategyRuntime): boolean {
  return guard.isKeptHere && market.crowded.until > 0;
}

/**
 * The same after news of an order; where the exchange holds fewer stops than there are strategies, it may have made room for
 * another one, or another one's is nearer to the price now.
 */
export function tendAround(state: EngineState, runtime: StrategyRuntime): void {
  tend(state, runtime);
  const { market } = runtime;
  const most = stopsMax(market, state.now);
  if (most === undefined || most >= market.strategies.length) return;
  for (const other of market.strategies) if (other !== runtime) tend(state, other);
}

/** The guard's stop, or its take-profit, while it can sell: the exchange has it and nobody is cancelling it. */
export function armedLeg(
  runtime: StrategyRuntime,
  which: 'stop' | 'target',
): OrderRecord | undefined {
  return liveGuards(runtime).find(
    (leg) => (leg.intent.type === 'stop') === (which === 'stop') && isArmed(leg),
  );
}

/** A leg of a guard is there: what came before counts no more. */
export function guardTaken({ guard }: StrategyRuntime): void {
  guard.failures = 0;
}

/** A guard has come to nothing, or cannot be cancelled: nothing more of it is asked for during a while. */
export function guardFailed(state: EngineState, { guard }: StrategyRuntime): void {
  const waitMs = Math.min(RETRY_MS_MIN * 2 ** guard.failures, RETRY_MS_MAX);
  guard.failures += 1;
  guard.retryAt = state.now + waitMs;
}

function isArmed({ state }: OrderRecord): boolean {
  return state === 'ACKED' || state === 'PARTIAL';
}

/** Of more stops than the exchange holds, those nearest to the price rest there; notes it when one moves. */
function chooseWhere(state: EngineState, runtime: StrategyRuntime): void {
  const { guard, market, spec, stopPrice } = runtime;
  const isAmong = isAmongNearest(state, runtime);
  // Where every stop has its place, there is nothing to choose.
  if (isAmong && !guard.isKeptHere) return;
  const isHeld = needsStop(runtime) && market.instrument.triggers !== 'none';
  const isKeptHere = isHeld && !isAmong;
  if (guard.isKeptHere === isKeptHere) return;
  guard.isKeptHere = isKeptHere;
  if (!isHeld) return;
  const inputs = {
    stopPrice,
    symbol: spec.symbol,
    most: stopsMax(market, state.now) ?? 'any',
    nearer: nearerOnes(runtime),
  };
  const code = isKeptHere ? 'GUARD_KEPT_HERE' : 'GUARD_MOVES_UP';
  state.out.note({ at: state.now, code, strategyId: spec.id, symbol: spec.symbol, inputs });
}

type Wanted = GuardSize | Refusal | undefined;

/** What the guard should be, the present one, what only waits and `besides` left out of account; undefined when there should be none. */
function wantedSize(
  state: EngineState,
  runtime: StrategyRuntime,
  besides: readonly OrderRecord[] = [],
): Wanted {
  if (runtime.stopPrice === 0 || runtime.market.instrument.triggers === 'none') return undefined;
  if (runtime.guard.isKeptHere) return undefined;
  // Nothing is held nearly as often as something is.
  if (runtime.holding.position.amount === ZERO) return undefined;
  const without: IntentId[] = [];
  for (const { intent } of liveGuards(runtime)) without.push(intent.intentId);
  for (const { record } of runtime.waiting) without.push(record.intent.intentId);
  for (const { intent } of besides) without.push(intent.intentId);
  return sizeGuard(proposalOf(runtime), riskView(state, runtime, { without }));
}

function proposalOf(runtime: StrategyRuntime): GuardProposal {
  const { spec, stopPrice, targetPrice, holding, market } = runtime;
  const { averagePrice } = holding;
  const { stopLoss = 0, takeProfit } = spec;
  const stop = { averagePrice, stopPrice, stopLoss };
  return takeProfit === undefined || market.instrument.triggers !== 'oco'
    ? { stopPrice, inputs: stop }
    : { stopPrice, targetPrice, inputs: { ...stop, targetPrice, takeProfit } };
}

/** True when the guard is as it should be, and need not be looked at before the next news of an order. */
function adjust(state: EngineState, runtime: StrategyRuntime, size: Wanted): boolean {
  // Reached: the exchange is about to sell, or the price watch is. A buy at the market is about to change everything again.
  if (isReached(size) || isBuying(runtime)) return false;
  const guards = liveGuards(runtime);
  const isWaitedFor = runtime.waiting.some(({ after }) => after === undefined);
  const wanted = size?.ok === true && !isWaitedFor ? size : undefined;
  if (isAsWanted(guards, wanted)) return guards.every(isArmed);
  if (state.now < runtime.guard.retryAt) return false;
  if (guards.length === 0) place(state, runtime);
  else for (const { intent } of guards) requestCancel(state, intent.intentId, 'GUARD_CHANGED');
  return false;
}

function isAsWanted(guards: readonly OrderRecord[], wanted: GuardSize | undefined): boolean {
  return wanted ? fits(guards, wanted) : guards.length === 0;
}

function isReached(size: Wanted): boolean {
  return size?.ok === false && size.code === 'GUARD_REACHED';
}

function isBuying({ openOrders }: StrategyRuntime): boolean {
  return openOrders.some(
    (order) =>
      order.intent.side === 'buy' &&
      order.intent.type === 'market' &&
      (order.state === 'SENDING' || isArmed(order)),
  );
}

function fits(guards: readonly OrderRecord[], { amount, trigger, limit }: GuardSize): boolean {
  const stop = guards.find(({ intent }) => intent.type === 'stop')?.intent;
  const target = guards.find(({ intent }) => intent.type !== 'stop')?.intent;
  if (stop?.trigger?.eq(trigger) !== true || !stop.amount.eq(amount)) return false;
  if (limit === undefined || target === undefined) return limit === target;
  return target.price?.eq(limit) === true;
}

/** Plans a guard, if there is a place for it: one that is being cancelled still has its own. */
function place(state: EngineState, runtime: StrategyRuntime): void {
  const { guard } = runtime;
  if (!hasPlaceForStop(state, runtime.market)) return;
  const verdict = approveGuard(
    proposalOf(runtime),
    riskView(state, runtime, { parentId: guard.lastId }),
  );
  if (!verdict.ok) return;
  const { stop, target } = verdict;
  guard.lastId = stop.intentId;
  commit(state, runtime, stop);
  if (target) commit(state, runtime, target);
}

/**
 * Notes it once when something is held for too long that no stop at the exchange covers, and once when that is over. True while
 * something is.
 */
function watchExposure(
  state: EngineState,
  runtime: StrategyRuntime,
  size: Wanted,
  isAsItShould: boolean,
): boolean {
  const { guard } = runtime;
  if (!isBare(state, runtime, size, isAsItShould)) {
    guard.exposedSince = 0;
    if (guard.alarmed) noteExposure(state, runtime, false);
    return false;
  }
  if (guard.exposedSince === 0) guard.exposedSince = state.now;
  const isTooLong = state.now - guard.exposedSince > EXPOSED_MS_MAX;
  if (isTooLong && !guard.alarmed) noteExposure(state, runtime, true);
  return true;
}

function isBare(
  state: EngineState,
  runtime: StrategyRuntime,
  size: Wanted,
  isAsItShould: boolean,
): boolean {
  const stop = armedLeg(runtime, 'stop');
  if (stop && isAsItShould && !runtime.openOrders.some(isLost)) return false;
  // What no other order is about to sell is bare in any case.
  if (stop ? !covers(stop, runtime, size) : isToBeGuarded(size)) return true;
  const unsold = unsoldSize(state, runtime, size);
  return stop ? !covers(stop, runtime, unsold) : isToBeGuarded(unsold);
}

function isToBeGuarded(size: Wanted): boolean {
  return size?.ok === true || isReached(size);
}

/** What the stop leaves could not be sold by itself. At its price a stop is about to sell, and what it leaves is sold here. */
function covers(stop: OrderRecord, runtime: StrategyRuntime, unsold: Wanted): boolean {
  if (unsold?.ok !== true) return true;
  const shape = { type: 'stop', side: 'sell', reference: unsold.trigger } as const;
  const rest = maxOf(subtract(unsold.amount, unfilledOf(stop)), ZERO);
  return sizeRefusal(rest, shape, runtime.market.instrument) !== undefined;
}

const unfilledOf = ({ intent, filled }: OrderRecord): Decimal => subtract(intent.amount, filled);

/** What is held and the stop at the exchange does not sell. */
function uncoveredOf(runtime: StrategyRuntime): Decimal {
  const { amount } = runtime.holding.position;
  const stop = armedLeg(runtime, 'stop');
  return stop ? maxOf(subtract(amount, unfilledOf(stop)), ZERO) : amount;
}

/**
 * The guard of what is held and no other order at the exchange sells: one that is refused again and again, or of which nobody knows
 * whether it is there, sells nothing; beside a stop, one that is under way does.
 */
function unsoldSize(state: EngineState, runtime: StrategyRuntime, size: Wanted): Wanted {
  const hasStop = armedLeg(runtime, 'stop') !== undefined;
  const absent = runtime.openOrders.filter(hasStop ? isLost : isAbsent);
  return absent.length === 0 ? size : wantedSize(state, runtime, absent);
}

function isAbsent(order: OrderRecord): boolean {
  const { intent, state } = order;
  return intent.side === 'sell' && !isGuard(intent) && !isArmed(order) && state !== 'CANCELLING';
}

function isLost(order: OrderRecord): boolean {
  return isAbsent(order) && order.state !== 'PLANNED' && order.state !== 'SENDING';
}

function noteExposure(state: EngineState, runtime: StrategyRuntime, isExposed: boolean): void {
  const { spec, guard, market } = runtime;
  guard.alarmed = isExposed;
  state.out.keep(runtime);
  const inputs = {
    amount: toText(isExposed ? uncoveredOf(runtime) : runtime.holding.position.amount),
    base: market.instrument.base,
    seconds: EXPOSED_MS_MAX / SECOND_MS,
  };
  const code = isExposed ? 'UNPROTECTED' : 'PROTECTED';
  state.out.note({ at: state.now, code, strategyId: spec.id, symbol: spec.symbol, inputs });
}
