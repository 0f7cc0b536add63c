/** Waiting after refusals, in market time, so that what is refused is asked for again but never in a hot loop. */
import { z } from 'zod';
import { MINUTE_MS, type Millis } from '../domain/time.ts';

/** Longest wait between two tries, market time; one bar where a bar is longer. */
export const BACKOFF_MS_MAX = 30 * MINUTE_MS;

export const backoffSnapshot = z.strictObject({
  refusals: z.int().min(0),
  retryAt: z.number().min(0),
});

export type BackoffState = z.infer<typeof backoffSnapshot>;

/** After refusals in a row the next try waits 1, 2, 4 … bars, at most {@link BACKOFF_MS_MAX} or one bar. */
export class Backoff {
  readonly #barMs: number;
  #refusals = 0;
  #retryAt: Millis = 0;

  /** @param barMs bar length of the strategy, milliseconds. */
  constructor(barMs: number) {
    this.#barMs = barMs;
  }

  isReady(now: Millis): boolean {
    return now >= this.#retryAt;
  }

  /** Market time of the next try, 0 when nothing was refused. */
  get retryAt(): Millis {
    return this.#retryAt;
  }

  refused(now: Millis): void {
    const waitMs = Math.min(
      2 ** this.#refusals * this.#barMs,
      Math.max(this.#barMs, BACKOFF_MS_MAX),
    );
    this.#refusals += 1;
    this.#retryAt = now + waitMs;
  }

  accepted(): void {
    this.#refusals = 0;
    this.#retryAt = 0;
  }

  snapshot(): BackoffState {
    return { refusals: this.#refusals, retryAt: this.#retryAt };
  }

  restore(state: BackoffState): void {
    this.#refusals = state.refusals;
    this.#retryAt = state.retryAt;
  }
}
