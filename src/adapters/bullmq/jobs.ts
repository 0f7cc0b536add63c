import { randomBytes } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import { clientOrderId, intentId } from '../../core/domain/ids.ts';
import type { QueueJob, Urgency } from '../../ports/orderQueue.ts';

/** Orders do not wait for each other's round trip; this many are under way at most. */
export const CONCURRENCY_MAX = 8;

/** How long an enqueue may take before the caller is told; what was lost is driven again as long as its permit is good. */
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

/** BullMQ takes jobs without a priority first; a way out has none. */
const ENTRY_PRIORITY = 10;

/** How BullMQ is to treat a job of this urgency. */
export const optionsOf = (jobId: string, urgency: Urgency): JobsOptions =>
  urgency === 'way out'
    ? { ...JOB_OPTIONS, jobId }
    : { ...JOB_OPTIONS, jobId, priority: ENTRY_PRIORITY };

/** BullMQ's queue of one journal: no colon, which it refuses. */
export const queueName = (instanceId: string): string =>
  `orders-${instanceId.replace(FORBIDDEN_IN_ID, '_')}`;

/** States in which a job waits to be taken: those with a priority wait in a place of their own. */
export const COUNTED = ['waiting', 'prioritized', 'active'] as const;

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
  clientOrderId: job.clientOrderId,
});

/** A job as read back from the queue's store; undefined when it is not one of ours (another program's, an old version's). */
export const fromWire = (data: unknown): QueueJob | undefined => {
  if (typeof data !== 'object' || data === null) return undefined;
  const { kind, intentId: id, clientOrderId: client } = data as Readonly<Record<string, unknown>>;
  if (kind !== 'place' && kind !== 'cancel') return undefined;
  if (typeof id !== 'string' || typeof client !== 'string') return undefined;
  return { kind, intentId: intentId(id), clientOrderId: clientOrderId(client) };
};
