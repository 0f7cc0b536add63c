/** The order queue without a queue: enqueue starts the handler at once, in this process. For backtests and tests. */
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { OrderQueue, QueueJob, QueueStats } from '../../ports/orderQueue.ts';

/** Jobs that may wait for one symbol: far more than any strategy has in flight; more means a handler never ends. */
const JOBS_PER_SYMBOL_MAX = 100_000;

export interface DirectQueue extends OrderQueue {
  readonly backend: 'direct';
  /** Jobs accepted and not done yet. A loop that awaits `idle` only when this is above 0 pays nothing otherwise. */
  readonly pending: number;
  /**
   * Resolves when nothing is pending.
   * @throws the first error a handler threw since the last call (there is no second delivery); `stats` counts them all.
   */
  idle(): Promise<void>;
}

type Handler = (job: QueueJob) => Promise<void>;

/** Jobs of one symbol; the first one is running. */
type Lane = QueueJob[];

/** Handlers run one at a time per symbol, in the order of enqueue, the first part of each synchronously when its lane is free. */
export function directQueue(): DirectQueue {
  return new DirectLanes();
}

const ACCEPTED = Promise.resolve();

class DirectLanes implements DirectQueue {
  readonly backend = 'direct';
  pending = 0;
  readonly #lanes = new Map<MarketSymbol, Lane>();
  readonly #waiting: (() => void)[] = [];
  #firstFailure: Error | undefined;
  #handler: Handler | undefined;
  #failed = 0;

  async start(handler: Handler): Promise<void> {
    this.#handler = handler;
  }

  enqueue(job: QueueJob): Promise<void> {
    const handler = this.#handler;
    if (!handler)
      return Promise.reject(new Error('QUEUE_UNAVAILABLE: direct queue: not started, or closed'));
    const lane = this.#lane(job.symbol);
    if (lane.length >= JOBS_PER_SYMBOL_MAX) {
      return Promise.reject(
        new Error(`QUEUE_UNAVAILABLE: direct queue: ${lane.length} jobs wait for ${job.symbol}`),
      );
    }
    this.pending += 1;
    lane.push(job);
    if (lane.length === 1) void this.#drain(lane, handler);
    return ACCEPTED;
  }

  async idle(): Promise<void> {
    while (this.pending > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const failure = this.#firstFailure;
    this.#firstFailure = undefined;
    if (failure) throw failure;
  }

  async stats(): Promise<QueueStats> {
    const active = [...this.#lanes.values()].filter((lane) => lane.length > 0).length;
    return { waiting: this.pending - active, active, failed: this.#failed, warning: '' };
  }

  async close(deadlineMs: number): Promise<void> {
    this.#handler = undefined;
    for (const lane of this.#lanes.values()) this.pending -= lane.splice(1).length;
    if (this.pending === 0) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, deadlineMs);
      this.#waiting.push(() => {
        clearTimeout(deadline);
        resolve();
      });
    });
  }

  #lane(symbol: MarketSymbol): Lane {
    const known = this.#lanes.get(symbol);
    if (known) return known;
    const made: Lane = [];
    this.#lanes.set(symbol, made);
    return made;
  }

  async #drain(lane: Lane, handler: Handler): Promise<void> {
    for (let job = lane[0]; job !== undefined; job = lane[0]) {
      try {
        await handler(job);
      } catch (error) {
        this.#failed += 1;
        this.#firstFailure ??=
          error instanceof Error ? error : new Error('a handler threw no Error', { cause: error });
      }
      lane.shift();
      this.pending -= 1;
    }
    if (this.pending === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
