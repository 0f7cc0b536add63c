import type { Logger } from '../../ports/logger.ts';
import type { QueueJob } from '../../ports/orderQueue.ts';
import { fromWire } from './jobs.ts';
import { messageOf } from './queueError.ts';

type Handler = (job: QueueJob) => Promise<void>;

/**
 * Hands jobs to the handler. A handler that throws is logged and counted: its job is done for the queue, because
 * what to try again is decided from the journal.
 */
export class Delivery {
  readonly #handler: Handler;
  readonly #logger: Logger;
  #failed = 0;

  constructor(handler: Handler, logger: Logger) {
    this.#handler = handler;
    this.#logger = logger;
  }

  /** Handler errors since the start. */
  get failed(): number {
    return this.#failed;
  }

  /** Never rejects. */
  async deliver(data: unknown): Promise<void> {
    const job = fromWire(data);
    if (job === undefined) {
      this.#failed += 1;
      this.#logger.error(
        {},
        'queue: dropped a job that is not an order job; does another program share this queue?',
      );
      return;
    }
    try {
      await this.#handler(job);
    } catch (error) {
      this.#failed += 1;
      this.#logger.error(
        { ...job, error: messageOf(error) },
        'queue: the handler of an order job failed',
      );
    }
  }
}
