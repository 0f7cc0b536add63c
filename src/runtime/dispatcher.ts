/** Journalled commands on their way: orders to the queue, data requests to intake and reconciler; the sweeper drives again what got lost. */
import type { Command } from '../core/domain/commands.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import type { OrderQueue, QueueJob } from '../ports/orderQueue.ts';

/** How often the outbox is looked through for jobs the queue has lost. */
const SWEEP_INTERVAL_MS = 2_000;
/** Age after which an undone job counts as lost. Longer than a healthy send, so that nothing is driven twice for nothing. */
const SWEEP_AGE_MS = 5_000;
/** Jobs driven again per sweep. */
const SWEEP_BATCH = 200;
const EVER = Number.MAX_SAFE_INTEGER;

export interface DispatcherDeps {
  readonly queue: OrderQueue;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backfill: (command: Extract<Command, { kind: 'backfill' }>) => Promise<void>;
  readonly fetchFills: (command: Extract<Command, { kind: 'fetchFills' }>) => Promise<void>;
}

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  #stop: () => void = () => undefined;
  /** Jobs the sweeper had to drive again. */
  redriven = 0;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Starts the sweeper. */
  start(): void {
    const { clock, logger } = this.#deps;
    this.#stop = clock.every(SWEEP_INTERVAL_MS, () => {
      try {
        this.sweep(SWEEP_AGE_MS);
      } catch (error) {
        logger.warn(
          { error: String(error) },
          'the outbox could not be read; it will be tried again',
        );
      }
    });
  }

  close(): void {
    this.#stop();
  }

  carryOut(command: Command): void {
    const { backfill, fetchFills } = this.#deps;
    if (command.kind === 'place') {
      const { intentId, symbol } = command.order;
      this.#enqueue({ kind: 'place', intentId, symbol });
    } else if (command.kind === 'cancel')
      this.#enqueue({ kind: 'cancel', intentId: command.intentId, symbol: command.symbol });
    else if (command.kind === 'backfill') this.#watch(backfill(command), 'backfill');
    else this.#watch(fetchFills(command), 'fetching fills');
  }

  /** A cancel may be asked for again: it is the one request that is safe to repeat. */
  recancel(order: OrderRecord): void {
    const { intentId, symbol } = order.intent;
    this.#enqueue({ kind: 'cancel', intentId, symbol });
  }

  /** Enqueues again every outbox row older than `ageMs`, or newer than now by as much: then the clock was set back since. */
  sweep(ageMs: number): void {
    const { journal, clock } = this.#deps;
    const nowMs = clock.wallMs();
    for (const { kind, intentId, symbol, createdMs } of journal.pending(EVER, SWEEP_BATCH)) {
      if (createdMs >= nowMs - ageMs && createdMs <= nowMs + ageMs) continue;
      this.redriven += 1;
      this.#enqueue({ kind, intentId, symbol });
    }
  }

  #enqueue(job: QueueJob): void {
    this.#watch(this.#deps.queue.enqueue(job), 'enqueueing');
  }

  #watch(task: Promise<void>, what: string): void {
    task.catch((error: unknown) => {
      this.#deps.logger.warn({ error: String(error) }, `${what} failed; it will be driven again`);
    });
  }
}
