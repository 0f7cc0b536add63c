import type { Command } from '../core/domain/commands.ts';
import type { EngineEvent } from '../core/domain/events.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { Millis } from '../core/domain/time.ts';

/**
 * Takes down everything that goes into an engine, in order, and what comes out of it, so that the run can be done again. Every call
 * returns at once and none throws: what cannot be recorded ends the recording, never the run.
 */
export interface Recorder {
  /** Before the engine is made: everything it is made from, as plain values. Once, first. */
  begin(start: Readonly<Record<string, unknown>>): void;
  /** Before each step. The event may be used again afterwards. */
  event(event: EngineEvent): void;
  /** After a step that asked for something. */
  commands(commands: readonly Command[]): void;
  /** An order of earlier was put before the engine again: an input that is no event. */
  known(order: OrderRecord): void;
  /** The step did not come to its end. */
  failure(message: string): void;
  /** The run is over; what is not written yet is. Resolves in bounded time. */
  close(): Promise<void>;
  status(): RecorderStatus;
}

/** How a recording is. */
export interface RecorderStatus {
  /** Of this run; empty before it has begun. */
  readonly file: string;
  /** Wall time at which it began; 0 before. */
  readonly since: Millis;
  readonly events: number;
  /** Of this run, as they are on disk. */
  readonly bytes: number;
  /** Of all recordings. */
  readonly bytesInAll: number;
  /** Why nothing is recorded any more, and wall time since when; undefined while all is. */
  readonly stopped: { readonly why: string; readonly since: Millis } | undefined;
}
