/** Does a recorded run again: the same engine, the same events, and the commands must be the same, event by event. */
import type { Command } from '../core/domain/commands.ts';
import type { EngineEvent } from '../core/domain/events.ts';
import { canonicalText } from '../core/domain/exactText.ts';
import {
  RECORDING_VERSION,
  type RecordingEntry,
  type RecordingStart,
} from '../core/domain/recording.ts';
import type { Millis } from '../core/domain/time.ts';
import { engineFrom, knowAgain } from '../core/engine/recorded.ts';
import type { EngineState } from '../core/engine/state.ts';
import { step } from '../core/engine/step.ts';
import type { Strategy, StrategySpec } from '../core/strategies/contract.ts';

/** Makes a strategy as it is before its first bar. @throws Error when the program has none of this kind */
export type MakeStrategy = (spec: StrategySpec) => Strategy;

/** The first event that did not lead to what it led to then. */
export interface ReplayDifference {
  /** Counted from 1. */
  readonly event: number;
  /** Market time of the event. */
  readonly at: Millis;
  readonly kind: EngineEvent['kind'];
  /** Canonical JSON: a list of commands, or `{"failure": …}`. */
  readonly recorded: string;
  readonly replayed: string;
}

export interface ReplayResult {
  readonly start: Omit<RecordingStart, 'engine'>;
  /** Events that were done again, and the commands they led to. */
  readonly events: number;
  readonly commands: number;
  /** Market time of the first and the last of them; 0 when there was none. */
  readonly from: Millis;
  readonly to: Millis;
  /** The run was ended in order: nothing is missing at the end. */
  readonly isWhole: boolean;
  /** Undefined: everything came out as it did then. */
  readonly difference: ReplayDifference | undefined;
}

const NOTHING = '[]';

/** @throws Error `RECORDING_INVALID` when it does not begin as recordings do, or is of another version. */
export function replay(entries: Iterable<RecordingEntry>, make: MakeStrategy): ReplayResult {
  let run: Replayed | undefined;
  for (const entry of entries) {
    if (run) run.take(entry);
    else run = new Replayed(startOf(entry), make);
    if (run.difference) break;
  }
  if (!run) throw new Error('RECORDING_INVALID: it is empty');
  run.settle(NOTHING);
  return run.result();
}

function startOf(entry: RecordingEntry): RecordingStart {
  if (entry.kind !== 'start')
    throw new Error('RECORDING_INVALID: it does not say what the engine was made from');
  const { version } = entry.value;
  if (version === RECORDING_VERSION) return entry.value;
  throw new Error(
    `RECORDING_INVALID: it is of version ${String(version)}, and this program replays version ${String(RECORDING_VERSION)}`,
  );
}

class Replayed {
  difference: ReplayDifference | undefined;
  readonly #start: RecordingStart;
  readonly #state: EngineState;
  #event: EngineEvent | undefined;
  /** What that event led to now, until it is compared. */
  #outcome = NOTHING;
  #isCompared = true;
  #events = 0;
  #commands = 0;
  #from = 0;
  #to = 0;
  #isWhole = false;

  constructor(start: RecordingStart, make: MakeStrategy) {
    this.#start = start;
    this.#state = engineFrom(start.engine, make);
  }

  take(entry: RecordingEntry): void {
    if (entry.kind === 'commands') this.settle(canonicalText(entry.value));
    else if (entry.kind === 'failure') this.settle(failureText(entry.value));
    else {
      this.settle(NOTHING);
      if (this.difference) return;
      if (entry.kind === 'event') this.#step(entry.value);
      else if (entry.kind === 'known') knowAgain(this.#state, entry.value);
      else this.#isWhole = entry.kind === 'end';
    }
  }

  /** Compares what the last event led to with what it led to then. */
  settle(recorded: string): void {
    const event = this.#event;
    if (this.#isCompared || !event) return;
    this.#isCompared = true;
    if (recorded === this.#outcome) return;
    const { at, kind } = event;
    this.difference = { event: this.#events, at, kind, recorded, replayed: this.#outcome };
  }

  result(): ReplayResult {
    const { engine: _engine, ...start } = this.#start;
    return {
      start,
      events: this.#events,
      commands: this.#commands,
      from: this.#from,
      to: this.#to,
      isWhole: this.#isWhole,
      difference: this.difference,
    };
  }

  #step(event: EngineEvent): void {
    this.#event = event;
    this.#events += 1;
    if (this.#events === 1) this.#from = event.at;
    this.#to = event.at;
    this.#isCompared = false;
    this.#outcome = this.#outcomeOf(event);
  }

  #outcomeOf(event: EngineEvent): string {
    try {
      const commands: readonly Command[] = step(this.#state, event).commands;
      this.#commands += commands.length;
      return commands.length === 0 ? NOTHING : canonicalText(commands);
    } catch (error) {
      return failureText(error instanceof Error ? error.message : String(error));
    }
  }
}

function failureText(message: string): string {
  return canonicalText({ failure: message });
}
