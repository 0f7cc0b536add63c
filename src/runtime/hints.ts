/** Hints about work, on their way through the queue; for a way out the queue is a chance, not a condition. */
import type { OrderRecord } from '../core/domain/order.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { OrderQueue, QueueJob, Urgency } from '../ports/orderQueue.ts';

/** How long a way out waits for the queue before it is done without. */
const PATIENCE_MS = 150;
/** Time in which a way out should be on the wire; then it is alarmed. */
export const LATE_MS = 2_000;
/** After a hint was not accepted, ways out do not try the queue for this long. */
const TROUBLE_MS = 5_000;

export interface HintsDeps {
  /** Absent: everything is done at once, as in a backtest, or when the bot was started for exits only. */
  readonly queue: OrderQueue | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Hints {
  readonly #deps: HintsDeps;
  /** Monotonic time until which the queue is left alone by ways out. */
  #troubleUntilMs = -Infinity;

  constructor(deps: HintsDeps) {
    this.#deps = deps;
  }

  /** @param work does nothing when someone else has done it. */
  give(
    order: OrderRecord,
    kind: QueueJob['kind'],
    urgency: Urgency,
    work: () => Promise<void> | undefined,
  ): void {
    const { queue, clock } = this.#deps;
    const now = (): void => {
      work()?.catch((error: unknown) => {
        this.#deps.logger.error({ error: String(error) }, 'an order could not be handled');
      });
    };
    const isWayOut = urgency === 'way out';
    if (queue === undefined || (isWayOut && clock.monotonicMs() < this.#troubleUntilMs)) {
      now();
      return;
    }
    if (isWayOut) clock.after(PATIENCE_MS, now);
    this.enqueue(queue, jobOf(order, kind), urgency, isWayOut ? now : undefined);
  }

  /** @param otherwise what to do when the queue does not take it. */
  enqueue(queue: OrderQueue, job: QueueJob, urgency: Urgency, otherwise?: () => void): void {
    const { clock, logger } = this.#deps;
    queue.enqueue(job, urgency).catch((error: unknown) => {
      this.#troubleUntilMs = clock.monotonicMs() + TROUBLE_MS;
      logger.warn({ error: String(error) }, 'the queue did not take a job');
      otherwise?.();
    });
  }
}

export function jobOf({ intent }: OrderRecord, kind: QueueJob['kind']): QueueJob {
  const { intentId, clientOrderId } = intent;
  return { kind, intentId, clientOrderId };
}
