import type { QueueJob, Urgency } from '../../ports/orderQueue.ts';

/** What the queue's thread is started with. */
export interface ThreadData {
  /** The database's own directory. */
  readonly dataDir: string;
  readonly name: string;
}

/** From the daemon to the queue's thread. `request` and `run` number what is asked and answered. */
export type ToThread =
  | {
      readonly kind: 'add';
      readonly request: number;
      readonly job: QueueJob;
      readonly urgency: Urgency;
    }
  | { readonly kind: 'stats'; readonly request: number }
  | { readonly kind: 'done'; readonly run: number }
  | { readonly kind: 'close' };

/** From the queue's thread to the daemon. */
export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'added'; readonly request: number }
  | {
      readonly kind: 'counted';
      readonly request: number;
      readonly waiting: number;
      readonly active: number;
    }
  | { readonly kind: 'refused'; readonly request: number; readonly message: string }
  | { readonly kind: 'run'; readonly run: number; readonly data: unknown }
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'closed' };
