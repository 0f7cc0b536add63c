/** Taking a strategy out of the market: cancel its orders, sell what it holds, then let it know. */
import { ZERO } from '../domain/decimal.ts';
import { floorToStep, toText } from '../domain/decimal.ts';
import { plan, requestCancel } from './context.ts';
import { attempt } from './isolation.ts';
import type { EngineState, StrategyRuntime, Stopping } from './state.ts';

/** Begins to stop a strategy out; does nothing when that is under way. */
export function beginStop(
  state: EngineState,
  runtime: StrategyRuntime,
  reason: Stopping['reason'],
  inputs: Record<string, number | string>,
): void {
  if (runtime.stopping) return;
  const { spec } = runtime;
  runtime.stopping = { reason, inputs, exitAsked: false };
  state.out.keep(runtime);
  state.out.note({ at: state.now, code: reason, strategyId: spec.id, symbol: spec.symbol, inputs });
  runtime.decision.at = state.now;
  runtime.decision.code = reason;
  runtime.decision.inputs = inputs;
  advanceStop(state, runtime);
}

/** Goes one step on: to be called whenever one of the strategy's orders closed, and on later prices. */
export function advanceStop(state: EngineState, runtime: StrategyRuntime): void {
  const { stopping, market } = runtime;
  if (!stopping) return;
  if (runtime.openOrders.length > 0) {
    if (!stopping.exitAsked)
      for (const order of runtime.openOrders)
        requestCancel(state, order.intent.intentId, stopping.reason);
    return;
  }
  const { amount } = runtime.holding.position;
  const sellable = floorToStep(amount, market.instrument.lotSize);
  if (sellable.gt(ZERO) && askExit(state, runtime, stopping)) return;
  finishStop(state, runtime, toText(amount));
}

/** Asks for the market sell. False when risk refused it for good: what is left is too small to sell. */
function askExit(state: EngineState, runtime: StrategyRuntime, stopping: Stopping): boolean {
  const { amount } = runtime.holding.position;
  const asked = plan(state, runtime, {
    purpose: 'exit',
    side: 'sell',
    type: 'market',
    amount,
    reason: stopping.reason,
    inputs: stopping.inputs,
    tag: 'stop',
  });
  stopping.exitAsked = asked !== undefined;
  if (stopping.exitAsked) return true;
  const refusal = runtime.refusals.get('stop');
  return (
    refusal !== 'AMOUNT_TOO_SMALL' &&
    refusal !== 'NOTIONAL_TOO_SMALL' &&
    refusal !== 'NOTHING_TO_EXIT'
  );
}

function finishStop(state: EngineState, runtime: StrategyRuntime, left: string): void {
  const { spec } = runtime;
  runtime.stopping = undefined;
  runtime.stopPrice = 0;
  runtime.stoppedAt = state.now;
  runtime.stoppedUntil = state.now + spec.cooldownMs;
  attempt(state, runtime, ({ strategy, context }) => {
    strategy.onStopped(context);
  });
  state.out.keep(runtime);
  state.out.note({
    at: state.now,
    code: 'STOPPED',
    strategyId: spec.id,
    symbol: spec.symbol,
    inputs: { left, base: runtime.market.instrument.base },
  });
}
