/** An engine's beginning as plain values, for a recording, and the engine from them. */
import type { StrategyId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { OrderRecord } from '../domain/order.ts';
import { isTerminal } from '../orders/transitions.ts';
import type { Strategy, StrategySpec } from '../strategies/contract.ts';
import { createEngine } from './create.ts';
import type { EngineSetup, EngineState } from './state.ts';

/** What `engineFrom` reads. Whatever a setup comes to hold besides is taken along. */
interface PlainEngine extends Omit<EngineSetup, 'strategies'> {
  readonly strategies: readonly StrategySpec[];
  readonly snapshots: ReadonlyMap<StrategyId, Json>;
}

/** Shares everything with the setup: to be written down before the engine is made. */
export function plainEngine(
  setup: EngineSetup,
  snapshots: ReadonlyMap<StrategyId, Json>,
): Readonly<Record<string, unknown>> {
  const plain: PlainEngine = {
    ...setup,
    strategies: setup.strategies.map(({ spec }) => spec),
    snapshots,
  };
  return { ...plain };
}

/**
 * The engine that stood at this beginning.
 * @param make a strategy as it is before its first bar
 * @throws Error `RECORDING_INVALID` when the values are no beginning; what `createEngine` throws.
 */
export function engineFrom(
  plain: Readonly<Record<string, unknown>>,
  make: (spec: StrategySpec) => Strategy,
): EngineState {
  if (!isPlainEngine(plain))
    throw new Error('RECORDING_INVALID: it does not say what the engine was made from');
  const { snapshots, ...setup } = plain;
  const strategies = setup.strategies.map((spec) => ({ spec, strategy: make(spec) }));
  return createEngine({ ...setup, strategies }, snapshots);
}

function isPlainEngine(plain: object): plain is PlainEngine {
  const { strategies, snapshots, ledger } = plain as Partial<PlainEngine>;
  return Array.isArray(strategies) && snapshots instanceof Map && ledger !== undefined;
}

/** Lets the engine know an order again that it has let go of: there is late news of it. */
export function knowAgain(state: EngineState, record: OrderRecord): void {
  state.orders.add(record);
  if (isTerminal(record.state)) state.orders.retire(record);
}
