/** How a strategy's sells fare. One that comes to nothing again and again is for the operator to look at. */
import { isTerminal } from '../orders/transitions.ts';
import type { OrderRecord, OrderState } from '../domain/order.ts';
import type { EngineState, ExitState, StrategyRuntime } from './state.ts';

/** Takes note of a sell that has ended or moved on: the first the exchange takes, or fills, makes what came before it count no more. */
export function watchExit(
  state: EngineState,
  { exits }: StrategyRuntime,
  record: OrderRecord,
): void {
  if (record.intent.purpose !== 'exit') return;
  if (TAKEN_UP.has(record.state)) forget(exits);
  else if (cameToNothing(record)) {
    if (exits.failures === 0) exits.since = state.now;
    exits.failures += 1;
    exits.message = record.message;
  }
}

const TAKEN_UP: ReadonlySet<OrderState> = new Set(['ACKED', 'PARTIAL', 'FILLED']);

function forget(exits: ExitState): void {
  exits.failures = 0;
  exits.since = 0;
  exits.message = '';
}

/** It ended without being wanted to. */
function cameToNothing({ state, cancelRequested }: OrderRecord): boolean {
  return isTerminal(state) && state !== 'CANCELLED' && !cancelRequested;
}
