/** Operator and runtime switches. */
import type { ControlEvent } from '../domain/events.ts';
import { isGuard } from '../domain/order.ts';
import { tend } from './guards.ts';
import { requestCancel } from './planning.ts';
import { adopt, setHalted } from './halts.ts';
import { advanceStop, beginStop } from './stopping.ts';
import type { EngineState, StrategyRuntime } from './state.ts';
import { cancelWaiting } from './waiting.ts';

export function onControl(state: EngineState, event: ControlEvent): void {
  if (event.at > state.now) state.now = event.at;
  const { action, reason } = event;
  if (action === 'arm' || action === 'disarm') setArmed(state, action === 'arm', reason);
  else if (action === 'pause' || action === 'resume') setPaused(state, action === 'pause', reason);
  else if (action === 'halt' || action === 'unhalt') setHalted(state, event);
  else if (action === 'adopt') adopt(state, event);
  else for (const runtime of concerned(state, event)) leave(state, runtime, event);
}

function concerned({ strategies, markets }: EngineState, { symbol }: ControlEvent) {
  return symbol === undefined ? strategies.values() : (markets.get(symbol)?.strategies ?? []);
}

function setArmed(state: EngineState, armed: boolean, reason: string): void {
  if (state.armed === armed) return;
  state.armed = armed;
  state.out.note({ at: state.now, code: armed ? 'ARMED' : 'DISARMED', inputs: { reason } });
  if (!armed) return;
  state.armedAt = Math.min(state.armedAt, state.now);
  for (const order of state.orphans.splice(0)) {
    const { intentId, strategyId, symbol } = order.intent;
    state.out.note({
      at: state.now,
      code: 'ORPHANED',
      symbol,
      intentId,
      inputs: { intentId, strategy: strategyId },
    });
    requestCancel(state, intentId, 'ORPHANED');
  }
  for (const runtime of state.strategies.values()) {
    // Its orders may have ended before: nothing could be sold then.
    advanceStop(state, runtime);
    tend(state, runtime);
  }
}

function setPaused(state: EngineState, paused: boolean, reason: string): void {
  if ((state.paused !== undefined) === paused) return;
  state.paused = paused ? { reason, since: state.now } : undefined;
  state.out.flags = true;
  state.out.note({ at: state.now, code: paused ? 'PAUSE' : 'RESUME', inputs: { reason } });
}

function leave(
  state: EngineState,
  runtime: StrategyRuntime,
  { action, symbol, reason }: ControlEvent,
): void {
  if (action === 'flatten' || action === 'finish') {
    beginStop(state, runtime, action === 'finish' ? 'END' : 'OPERATOR_EXIT', { reason });
    return;
  }
  const why = `${symbol === undefined ? 'OPERATOR_CANCEL' : 'MARKET_CANCEL'}: ${reason}`;
  for (const { intent } of runtime.openOrders) {
    // While trading goes on, what is held stays guarded.
    if (!state.armed || !isGuard(intent)) requestCancel(state, intent.intentId, why);
  }
  for (const { record } of runtime.waiting) cancelWaiting(runtime, record.intent.intentId);
  tend(state, runtime);
}
