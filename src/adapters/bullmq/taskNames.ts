/** What the two ends of a task queue on Redis agree on: names of keys, and what lies there. */

/** BullMQ's prefix, and the beginning of every other key. */
export const TASK_PREFIX = 'plimsoll';

/** A task on its way to a worker. */
export interface TaskJob {
  /** The run of whoever asks: it hears of the result, and nobody else. */
  readonly run: string;
  readonly id: string;
  /** Name of what all its tasks have in common. */
  readonly setup: string;
  readonly task: unknown;
}

/** What came of it. */
export type TaskReply = { readonly id: string; readonly worker: string } & (
  { readonly result: unknown } | { readonly error: string }
);

/** The queue of a program's version: workers of another one would work out something else. */
export function taskQueueName(version: string): string {
  return `tasks-${version.replaceAll(':', '-')}`;
}

export const taskKeys = {
  /** A list of pieces: what all tasks of a run have in common. */
  setup: (name: string) => `${TASK_PREFIX}:task-setup:${name}`,
  /** A list of replies. */
  replies: (run: string) => `${TASK_PREFIX}:task-replies:${run}`,
  /** There while whoever asks is there. */
  asking: (run: string) => `${TASK_PREFIX}:task-asking:${run}`,
  /** Workers by when they were last heard of: seconds of Redis' own clock; a member is `threads name`. */
  workers: (queue: string) => `${TASK_PREFIX}:task-workers:${queue}`,
} as const;

/** Whoever asks says so this often … */
export const ASKING_EVERY_MS = 2_000;
/** … and is forgotten after this long: its tasks are dropped. */
export const ASKING_S = 20;
/** A worker says this often that it is there, and is not counted when it was silent for so long. */
export const WORKER_EVERY_MS = 2_000;
export const WORKER_SILENT_S = 7;
/** Setups and replies that nobody fetches are gone after this long. */
export const KEPT_S = 86_400;
/** A lost worker's task is given to another after this long. */
export const LOCK_MS = 6_000;
/** How often tasks of lost workers are looked for. */
export const STALLED_EVERY_MS = 2_000;
/** Reconnect attempts come this often, without an end. */
export const RECONNECT_MS = 500;
/** Size of the pieces of a setup. */
export const PIECE_BYTES = 4 * 1024 * 1024;
