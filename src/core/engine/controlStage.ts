/** Operator and runtime switches. */
import { maxOf, subtract, ZERO } from '../domain/decimal.ts';
import type { ControlEvent } from '../domain/events.ts';
import { isGuard } from '../domain/order.ts';
import { strangerKey } from '../domain/stranger.ts';
import { adopt } from './adoption.ts';
import { heedMissing } from './bookings.ts';
import { settleFees } from './feesBorne.ts';
import { tend } from './guards.ts';
import { cancelAllLost, cancelLost } from './locks.ts';
import { makeMoves } from './moving.ts';
import { ownerOf } from './owner.ts';
import { requestCancel } from './planning.ts';
import { setHalted } from './halts.ts';
import { advanceStop, beginClose, beginStop, endClose } from './stopping.ts';
import type { ClosingTerms, EngineState, StrategyRuntime } from './state.ts';
import { cancelWaiting } from './waiting.ts';

export function onControl(state: EngineState, event: ControlEvent): void {
  if (event.at > state.now) state.now = event.at;
  const change = CHANGES[event.action];
  if (change) change(state, event);
  else {
    // Nobody wants any of them alive.
    if (event.strategy === undefined && event.action !== 'finish')
      cancelAllLost(state, event.symbol, event.reason);
    for (const runtime of concerned(state, event)) leave(state, runtime, event);
  }
}

type Change = (state: EngineState, event: ControlEvent) => void;

/** What is not said to strategies one by one. */
const CHANGES: Partial<Readonly<Record<ControlEvent['action'], Change>>> = {
  arm: (state, { reason }) => {
    setArmed(state, true, reason);
  },
  disarm: (state, { reason }) => {
    setArmed(state, false, reason);
  },
  pause: pauseOrResume,
  resume: pauseOrResume,
  cancel: cancelOne,
  halt: setHalted,
  unhalt: setHalted,
  adopt,
};

function concerned(
  { strategies, markets }: EngineState,
  { symbol, strategy }: ControlEvent,
): Iterable<StrategyRuntime> {
  const named = strategy === undefined ? undefined : strategies.get(strategy);
  if (strategy !== undefined) return named ? [named] : [];
  return symbol === undefined ? strategies.values() : (markets.get(symbol)?.strategies ?? []);
}

function setArmed(state: EngineState, armed: boolean, reason: string): void {
  if (state.armed === armed) return;
  state.armed = armed;
  state.out.note({ at: state.now, code: armed ? 'ARMED' : 'DISARMED', inputs: { reason } });
  if (!armed) return;
  state.armedAt = Math.min(state.armedAt, state.now);
  settleFees(state);
  heedMissing(state);
  for (const order of state.orphans.splice(0)) {
    const { intentId, strategyId, symbol } = order.intent;
    // What it holds is being sold: that looks after its orders itself.
    if (ownerOf(state, order.intent)?.stopping) continue;
    state.out.note({
      at: state.now,
      code: 'ORPHANED',
      symbol,
      intentId,
      inputs: { intentId, strategy: strategyId },
    });
    requestCancel(state, intentId, 'ORPHANED');
  }
  makeMoves(state);
  for (const runtime of state.strategies.values()) {
    // Its orders may have ended before: nothing could be sold then.
    advanceStop(state, runtime);
    tend(state, runtime);
  }
}

function pauseOrResume(state: EngineState, event: ControlEvent): void {
  const paused = event.action === 'pause';
  if (event.strategy === undefined) setPaused(state, paused, event.reason);
  else
    for (const runtime of concerned(state, event))
      pauseStrategy(state, runtime, { paused, reason: event.reason });
}

/** Its entries only; what it holds is guarded and sold as before. */
function pauseStrategy(
  state: EngineState,
  runtime: StrategyRuntime,
  { paused, reason }: { readonly paused: boolean; readonly reason: string },
): void {
  if ((runtime.paused !== undefined) === paused) return;
  runtime.paused = paused ? { reason, since: state.now } : undefined;
  state.out.keep(runtime);
  const { id: strategyId, symbol } = runtime.spec;
  const code = paused ? 'PAUSE' : 'RESUME';
  state.out.note({ at: state.now, code, strategyId, symbol, inputs: { reason } });
}

/** One that waits is dropped, one that is on record is cancelled; of a guard the engine makes a new one. */
function cancelOne(state: EngineState, event: ControlEvent): void {
  const { intentId, exchangeOrderId, symbol, reason } = event;
  if (symbol !== undefined && exchangeOrderId !== undefined) {
    const stranger = state.strangers.get(strangerKey(symbol, exchangeOrderId));
    if (stranger) cancelLost(state, stranger, reason);
  }
  if (intentId === undefined) return;
  for (const runtime of state.strategies.values())
    if (cancelWaiting(runtime, intentId)) tend(state, runtime);
  const order = state.orders.get(intentId);
  if (!order) return;
  const runtime = ownerOf(state, order.intent);
  if (runtime) endClose(runtime, order);
  requestCancel(state, intentId, `OPERATOR_CANCEL: ${reason}`);
}

function setPaused(state: EngineState, paused: boolean, reason: string): void {
  if ((state.paused !== undefined) === paused) return;
  state.paused = paused ? { reason, since: state.now } : undefined;
  state.out.flags = true;
  state.out.note({ at: state.now, code: paused ? 'PAUSE' : 'RESUME', inputs: { reason } });
}

function leave(state: EngineState, runtime: StrategyRuntime, event: ControlEvent): void {
  const { action, reason } = event;
  if (action === 'finish') beginStop(state, runtime, 'END', { reason });
  else if (action === 'flatten') {
    beginClose(state, runtime, { reason }, termsOf(runtime, event));
    tend(state, runtime);
  } else cancelOrders(state, runtime, event);
}

function termsOf(
  { holding }: StrategyRuntime,
  { amount, limit }: ControlEvent,
): ClosingTerms | undefined {
  if (amount === undefined && limit === undefined) return undefined;
  const held = holding.position.amount;
  const keep = amount === undefined ? ZERO : maxOf(subtract(held, amount), ZERO);
  return limit === undefined ? { keep } : { keep, limit };
}

function cancelOrders(
  state: EngineState,
  runtime: StrategyRuntime,
  { symbol, reason }: Pick<ControlEvent, 'symbol' | 'reason'>,
): void {
  const why = `${symbol === undefined ? 'OPERATOR_CANCEL' : 'MARKET_CANCEL'}: ${reason}`;
  for (const { intent } of runtime.openOrders) {
    // While trading goes on, what is held stays guarded.
    if (!state.armed || !isGuard(intent)) requestCancel(state, intent.intentId, why);
  }
  for (const { record } of runtime.waiting) cancelWaiting(runtime, record.intent.intentId);
  tend(state, runtime);
}
