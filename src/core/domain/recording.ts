/**
 * What a recording of an engine's run says, line by line: what the engine was made from, then each event, and after an event the
 * commands it led to. Entries are written generically: a new kind of event needs no word here.
 */
import type { Command } from './commands.ts';
import type { EngineEvent } from './events.ts';
import { readExact, writeExact } from './exactText.ts';
import type { OrderRecord } from './order.ts';
import type { Millis } from './time.ts';

/** Raised when entries change their meaning. */
export const RECORDING_VERSION = 1 as number;

/** What a recording begins with. */
export interface RecordingStart {
  readonly version: number;
  /** Version of the program that recorded. */
  readonly program: string;
  readonly mode: string;
  /** Of the configuration and all its strategies, as `config check` prints it. */
  readonly configHash: string;
  /** Wall time. */
  readonly startedAt: Millis;
  /** What the engine was made from, and what its strategies remembered. */
  readonly engine: Readonly<Record<string, unknown>>;
}

/** Line by line; what each is of. `known`: an order of earlier was put before the engine again. `end`: the run ended well. */
export type RecordingEntry =
  | { readonly kind: 'start'; readonly value: RecordingStart }
  | { readonly kind: 'event'; readonly value: EngineEvent }
  | { readonly kind: 'commands'; readonly value: readonly Command[] }
  | { readonly kind: 'known'; readonly value: OrderRecord }
  | { readonly kind: 'failure'; readonly value: string }
  | { readonly kind: 'end'; readonly value: null };

const KINDS: ReadonlySet<string> = new Set<RecordingEntry['kind']>([
  'start',
  'event',
  'commands',
  'known',
  'failure',
  'end',
]);

/** One line with its line feed. @throws Error `VALUE_NOT_PLAIN` */
export function entryLine({ kind, value }: RecordingEntry): string {
  return `["${kind}",${writeExact(value)}]\n`;
}

/** @throws Error `RECORDING_INVALID` when it is no line of a recording. */
export function readEntry(line: string): RecordingEntry {
  let pair: unknown;
  try {
    pair = readExact(line);
  } catch (error) {
    throw new Error(`RECORDING_INVALID: ${line.slice(0, 80)}`, { cause: error });
  }
  const [kind, value] = Array.isArray(pair) ? (pair as unknown[]) : [];
  if (typeof kind !== 'string' || !KINDS.has(kind))
    throw new Error(`RECORDING_INVALID: there are no entries like ${line.slice(0, 80)}`);
  return { kind, value } as RecordingEntry;
}
