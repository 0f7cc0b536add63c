/**
 * Drives again what the queue has lost: permits that nobody took. It asks the queue first what it still has, so that a queue that is
 * merely slow is never given more: at most as many hints are repeated as are missing.
 */
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { OrderQueue } from '../ports/orderQueue.ts';
import { jobOf } from './hints.ts';
import type { OrderDesk } from './orderDesk.ts';
import type { Permit } from './permits.ts';

const SWEEP_MS = 1_000;
/** Age at which an untaken permit's hint may count as lost; doubled with each repetition. */
const DRIVE_MS_MIN = 2_000;
/** Hints repeated per sweep. */
const BATCH_MAX = 100;

export interface SweeperDeps {
  readonly desk: OrderDesk;
  readonly queue: OrderQueue | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Sweeper {
  readonly #deps: SweeperDeps;
  #stop: () => void = () => undefined;
  #isAsking = false;
  /** Hints that the queue had lost and that were given again. */
  redriven = 0;

  constructor(deps: SweeperDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stop = this.#deps.clock.every(SWEEP_MS, () => {
      void this.sweep();
    });
  }

  close(): void {
    this.#stop();
  }

  /** Monotonic age of the oldest permit that nobody has taken, milliseconds; 0 when there is none. */
  get oldestMs(): number {
    const [oldest] = this.#deps.desk.permits.untaken();
    return oldest ? this.#deps.clock.monotonicMs() - oldest.madeAt.monotonicMs : 0;
  }

  async sweep(): Promise<void> {
    const { desk, queue, logger } = this.#deps;
    desk.tidy();
    if (queue === undefined || this.#isAsking || this.#overdue().length === 0) return;
    this.#isAsking = true;
    try {
      const { waiting, active } = await queue.stats();
      this.#driveLost(queue, waiting + active);
    } catch (error) {
      logger.warn({ error: String(error) }, 'the queue does not say what it has');
    }
    this.#isAsking = false;
  }

  #overdue(): readonly Permit[] {
    const nowMs = this.#deps.clock.monotonicMs();
    return this.#deps.desk.permits
      .untaken()
      .filter(
        ({ madeAt, nextDriveMs }) =>
          Math.max(nextDriveMs, madeAt.monotonicMs + DRIVE_MS_MIN) <= nowMs,
      );
  }

  /** @param has jobs that the queue still holds: as many permits wait for nothing but their turn. */
  #driveLost(queue: OrderQueue, has: number): void {
    const { desk, clock } = this.#deps;
    const missing = desk.permits.untaken().length - has;
    for (const permit of this.#overdue().slice(0, Math.min(Math.max(0, missing), BATCH_MAX))) {
      const [order] = permit.orders;
      if (!order) continue;
      permit.drives += 1;
      permit.nextDriveMs = clock.monotonicMs() + DRIVE_MS_MIN * 2 ** permit.drives;
      this.redriven += 1;
      const isEntry = permit.orders.some(({ intent }) => intent.purpose === 'entry');
      desk.hints.enqueue(queue, jobOf(order, 'place'), isEntry ? 'entry' : 'way out');
    }
  }
}
