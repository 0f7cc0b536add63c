/** From the engine's output to the journal's transaction. */
import type { Command } from '../core/domain/commands.ts';
import type { StrategyId } from '../core/domain/ids.ts';
import type { Json } from '../core/domain/json.ts';
import type { LedgerBalance } from '../core/domain/position.ts';
import type { StepOutput } from '../core/engine/output.ts';
import { snapshotRuntime } from '../core/engine/snapshot.ts';
import type { EngineState, StrategyRuntime } from '../core/engine/state.ts';
import { isRemoved } from '../core/strategies/caretaker.ts';
import type { JournalFlags, StepRecord } from '../ports/journal.ts';

interface Stamp {
  /** Wall time of the commit. */
  readonly wallMs: number;
  /** Wall time after which this step's intents may not be sent. */
  readonly deadlineMs: number;
}

/** The record shares the output's lists: like them it is valid until the next step. */
export function stepRecord(state: EngineState, output: StepOutput, stamp: Stamp): StepRecord {
  const {
    commands,
    orders,
    transitions,
    fills,
    positions,
    balances,
    transfers,
    bookings,
    strategies,
    notes,
  } = output;
  const record: StepRecord = {
    at: state.now,
    wallMs: stamp.wallMs,
    intents: commands.length === 0 ? NOTHING : intentsOf(commands, stamp.deadlineMs),
    orders,
    changes: transitions,
    fills,
    positions,
    balances,
    transfers,
    bookings,
    strategies: strategies.length === 0 ? NOTHING : keptStrategies(state, strategies),
    notes,
  };
  return output.flags ? { ...record, flags: flagsOf(state) } : record;
}

/** One for all: most steps have no commands and many keep no state. */
const NOTHING: readonly never[] = Object.freeze([]);

function intentsOf(commands: readonly Command[], deadlineMs: number): StepRecord['intents'] {
  const intents: StepRecord['intents'][number][] = [];
  for (const command of commands) {
    if (command.kind === 'place') intents.push({ order: command.order, deadlineMs });
  }
  return intents;
}

/** A strategy's state, worked out when it is read: the journal of a backtest never reads it, and that halves its time per order. */
class KeptStrategy {
  readonly id: StrategyId;
  readonly #runtime: StrategyRuntime;

  constructor(runtime: StrategyRuntime) {
    this.id = runtime.spec.id;
    this.#runtime = runtime;
  }

  get state(): Json {
    return snapshotRuntime(this.#runtime);
  }
}

/** Only the strategies' states: kept from time to time, because a trailing stop moves without an order. */
export function checkpointRecord(state: EngineState, wallMs: number): StepRecord {
  // Of a strategy that is not configured any more nothing moves by itself, and since when that is so must stay known.
  const own = [...state.strategies.values()].filter(({ spec }) => !isRemoved(spec));
  const strategies = keptStrategies(
    state,
    own.map(({ spec }) => spec.id),
  );
  return { ...EMPTY, at: state.now, wallMs, strategies };
}

const EMPTY = {
  intents: [],
  orders: [],
  changes: [],
  fills: [],
  positions: [],
  balances: [],
  transfers: [],
  bookings: [],
  notes: [],
} as const;

/** A step in which nothing happened. */
export function emptyRecord(at: number, wallMs: number): StepRecord {
  return { ...EMPTY, at, wallMs, strategies: [] };
}

/** An otherwise empty step that opens the books with these balances. */
export function openingRecord(balances: readonly LedgerBalance[], wallMs: number): StepRecord {
  return { ...EMPTY, at: 0, wallMs, strategies: [], balances };
}

/** An otherwise empty step that only says something. */
export function notesRecord(notes: StepRecord['notes'], at: number, wallMs: number): StepRecord {
  return { ...EMPTY, at, wallMs, strategies: [], notes };
}

function keptStrategies(
  state: EngineState,
  ids: Iterable<StrategyId>,
): StepRecord['strategies'][number][] {
  const kept: StepRecord['strategies'][number][] = [];
  for (const id of ids) {
    const runtime = state.strategies.get(id);
    if (runtime) kept.push(new KeptStrategy(runtime));
  }
  return kept;
}

function flagsOf(state: EngineState): JournalFlags {
  const halted = [...state.markets.values()]
    .filter(({ haltReason }) => haltReason !== '')
    .map(({ instrument, haltReason, haltedAt }) => ({
      symbol: instrument.symbol,
      reason: haltReason,
      since: haltedAt,
    }));
  return { ...(state.paused && { paused: state.paused }), halted };
}
