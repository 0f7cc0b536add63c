import type { ClientOrderId, IntentId } from '../core/domain/ids.ts';

/**
 * A hint that there is work: whoever takes the order's permit, or finds its cancel still wished, does it. Carries no amounts, prices
 * or secrets. The client order id names one order of one run: an intent id may return after an old journal was put back.
 */
export interface QueueJob {
  readonly kind: 'place' | 'cancel';
  readonly intentId: IntentId;
  readonly clientOrderId: ClientOrderId;
}

/** A way out (an exit, a stop, a cancel) overtakes every entry that waits. */
export type Urgency = 'way out' | 'entry';

export interface QueueStats {
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
  /** What an operator should mend although the queue answers, with what to do; empty while nothing is. */
  readonly warning: string;
}

/** Delivery is at least once, order not guaranteed: the handler must be a no-op when the work is done already. */
export interface OrderQueue {
  readonly backend: 'redis' | 'embedded';
  /**
   * Connects and begins to deliver. May be called again after it failed.
   * @param instanceId of the journal: two daemons on one server must not take each other's hints.
   * @throws Error `QUEUE_AWAY` when another attempt may help; `QUEUE_UNAVAILABLE` or `QUEUE_POLICY` (Redis evicts keys) with what to do.
   */
  start(handler: (job: QueueJob) => Promise<void>, instanceId: string): Promise<void>;
  /** @throws Error `QUEUE_TIMEOUT` when the job was not accepted within 1 s; it may still have been. */
  enqueue(job: QueueJob, urgency: Urgency): Promise<void>;
  stats(): Promise<QueueStats>;
  /** Stops taking jobs, waits for running ones at most `deadlineMs`, then lets go. */
  close(deadlineMs: number): Promise<void>;
}
