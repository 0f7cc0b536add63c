/** From the engine's output to the journal's transaction. */
import type { StrategyId } from '../core/domain/ids.ts';
import type { LedgerBalance } from '../core/domain/position.ts';
import type { StepOutput } from '../core/engine/output.ts';
import { snapshotRuntime } from '../core/engine/snapshot.ts';
import type { EngineState } from '../core/engine/state.ts';
import { accountOf } from '../core/ledger/ledger.ts';
import type { JournalFlags, StepRecord } from '../ports/journal.ts';

interface Stamp {
  /** Wall time of the commit. */
  readonly wallMs: number;
  /** Wall time after which this step's intents may not be sent. */
  readonly deadlineMs: number;
}

export function stepRecord(state: EngineState, output: StepOutput, stamp: Stamp): StepRecord {
  const intents: StepRecord['intents'][number][] = [];
  const cancels: StepRecord['cancels'][number][] = [];
  for (const command of output.commands) {
    if (command.kind === 'place')
      intents.push({ order: command.order, deadlineMs: stamp.deadlineMs });
    else if (command.kind === 'cancel') cancels.push(command);
  }
  const record: StepRecord = {
    at: state.now,
    wallMs: stamp.wallMs,
    intents,
    cancels,
    orders: [...output.orders],
    changes: output.transitions.map(({ order, from, to, message }) => ({
      intentId: order.intent.intentId,
      at: state.now,
      from,
      to,
      message,
    })),
    fills: [...output.fills],
    positions: [...output.positions.values()],
    balances: balancesOf(state, output),
    strategies: keptStrategies(state, output.strategies),
    notes: [...output.notes],
  };
  return output.flags ? { ...record, flags: flagsOf(state) } : record;
}

/** Only the strategies' states: kept from time to time, because a trailing stop moves without an order. */
export function checkpointRecord(state: EngineState, wallMs: number): StepRecord {
  const strategies = keptStrategies(state, state.strategies.keys());
  return { ...EMPTY, at: state.now, wallMs, strategies };
}

const EMPTY = {
  intents: [],
  cancels: [],
  orders: [],
  changes: [],
  fills: [],
  positions: [],
  balances: [],
  notes: [],
} as const;

/** An otherwise empty step that opens the books with these balances. */
export function openingRecord(balances: readonly LedgerBalance[], wallMs: number): StepRecord {
  return { ...EMPTY, at: 0, wallMs, strategies: [], balances };
}

function balancesOf(state: EngineState, output: StepOutput): LedgerBalance[] {
  const balances: LedgerBalance[] = [];
  for (const code of output.assets) {
    const { asset, opening, total } = accountOf(state.ledger, code);
    balances.push({ asset, opening, total });
  }
  return balances;
}

function keptStrategies(
  state: EngineState,
  ids: Iterable<StrategyId>,
): StepRecord['strategies'][number][] {
  const kept: StepRecord['strategies'][number][] = [];
  for (const id of ids) {
    const runtime = state.strategies.get(id);
    if (runtime) kept.push({ id, state: snapshotRuntime(runtime) });
  }
  return kept;
}

function flagsOf(state: EngineState): JournalFlags {
  const halted: { symbol: JournalFlags['halted'][number]['symbol']; reason: string }[] = [];
  for (const market of state.markets.values()) {
    if (market.haltReason !== '')
      halted.push({ symbol: market.instrument.symbol, reason: market.haltReason });
  }
  return { paused: state.paused, halted };
}
