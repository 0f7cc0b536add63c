import type { IntentId, MarketSymbol } from '../core/domain/ids.ts';

/** A hint that there is work; the journal holds the truth. Carries no amounts, prices or secrets. */
export interface QueueJob {
  readonly kind: 'place' | 'cancel';
  readonly intentId: IntentId;
  readonly symbol: MarketSymbol;
}

export interface QueueStats {
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
  /** What an operator should mend although the queue answers, with what to do; empty while nothing is. */
  readonly warning: string;
}

/** Delivery is at least once, order not guaranteed: the handler must be a no-op when the work is done already. */
export interface OrderQueue {
  readonly backend: 'redis' | 'embedded' | 'direct';
  /** Connects and begins to deliver. @throws Error `QUEUE_UNAVAILABLE` or `QUEUE_POLICY` (Redis evicts keys) with what to do. */
  start(handler: (job: QueueJob) => Promise<void>): Promise<void>;
  /** @throws Error `QUEUE_TIMEOUT` when the job was not accepted within 1 s; it may still have been. */
  enqueue(job: QueueJob): Promise<void>;
  stats(): Promise<QueueStats>;
  /** Stops taking jobs, waits for running ones at most `deadlineMs`, then lets go. */
  close(deadlineMs: number): Promise<void>;
}
