/**
 * One strategy's failure is its own. It is stopped: noted, its orders cancelled, asked nothing any more; its position is kept
 * and guarded by the engine, the others go on. What it had asked for before it threw is on record like everything else of the
 * step. It is asked again after the next start, from the state it was in.
 */
import type { Bar } from '../domain/market.ts';
import { isGuard } from '../domain/order.ts';
import { EngineFault } from './engineFault.ts';
import { requestCancel } from './planning.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/** Asks a strategy, unless it has failed. @throws what the engine itself failed with. */
export function attempt(
  state: EngineState,
  runtime: StrategyRuntime,
  ask: (runtime: StrategyRuntime) => void,
): void {
  if (runtime.failure !== '') return;
  try {
    ask(runtime);
  } catch (error) {
    fail(state, runtime, error);
  }
}

/** `attempt` for what happens on every bar of a backtest. */
export function feed(state: EngineState, runtime: StrategyRuntime, bar: Bar): void {
  if (runtime.failure !== '') return;
  try {
    runtime.strategy.update(bar);
  } catch (error) {
    fail(state, runtime, error);
  }
}

function fail(state: EngineState, runtime: StrategyRuntime, error: unknown): void {
  if (error instanceof EngineFault) throw error.cause;
  const { spec, decision, openOrders } = runtime;
  const message = error instanceof Error ? error.message : String(error);
  runtime.failure = message === '' ? 'no reason given' : message;
  runtime.lastSnapshot = snapshotOf(runtime);
  const inputs = { strategy: spec.id, message: runtime.failure };
  const code = 'STRATEGY_FAILED';
  state.out.note({ at: state.now, code, strategyId: spec.id, symbol: spec.symbol, inputs });
  Object.assign(decision, { at: state.now, code, inputs, cause: undefined });
  state.out.keep(runtime);
  for (const { intent } of openOrders)
    if (!isGuard(intent)) requestCancel(state, intent.intentId, code);
}

/** What it would remember; nothing when it cannot even say that. */
function snapshotOf({ strategy }: StrategyRuntime): StrategyRuntime['lastSnapshot'] {
  try {
    return strategy.snapshot();
  } catch {
    return null;
  }
}
