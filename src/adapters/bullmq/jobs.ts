import { randomBytes } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import { intentId, marketSymbol } from '../../core/domain/ids.ts';
import type { QueueJob } from '../../ports/orderQueue.ts';

/** Orders of different symbols do not wait for each other's round trip; the executor keeps the order within a symbol. */
export const CONCURRENCY_MAX = 8;

/** How long an enqueue may take before the caller is told; the journal's sweeper repeats what was lost. */
export const ENQUEUE_DEADLINE_MS = 1_000;

/** Enqueues without an answer yet. More than this means that the backend is away: refused at once, so memory is bounded. */
export const PENDING_MAX = 1_000;

/** No queue-side retry: the order protocol decides what is tried again. A finished job leaves nothing behind. */
export const JOB_OPTIONS = {
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
} satisfies JobsOptions;

const FORBIDDEN_IN_ID = /[^A-Za-z0-9_.-]/gu;

/**
 * Job ids that are never the same twice: BullMQ silently ignores a job whose id it still holds, and a repeated hint
 * about one intent must be delivered again. BullMQ refuses numeric ids and ids with a colon.
 */
export const jobIds = (): ((job: QueueJob) => string) => {
  const run = randomBytes(6).toString('hex');
  let count = 0;
  return (job) => {
    count += 1;
    return `${job.kind}-${job.intentId.replace(FORBIDDEN_IN_ID, '_')}-${run}-${count}`;
  };
};

/** The three fields of a job, and nothing else that a caller's object may carry. */
export const toWire = (job: QueueJob): QueueJob => ({
  kind: job.kind,
  intentId: job.intentId,
  symbol: job.symbol,
});

/** A job as read back from the queue's store; undefined when it is not one of ours (another program's, an old version's). */
export const fromWire = (data: unknown): QueueJob | undefined => {
  if (typeof data !== 'object' || data === null) return undefined;
  const { kind, intentId: id, symbol } = data as Readonly<Record<string, unknown>>;
  if (kind !== 'place' && kind !== 'cancel') return undefined;
  if (typeof id !== 'string' || typeof symbol !== 'string') return undefined;
  return { kind, intentId: intentId(id), symbol: marketSymbol(symbol) };
};
