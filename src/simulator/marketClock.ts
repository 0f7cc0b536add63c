/** Market time from the wall: it starts where the world stands and runs `speed` times as fast. */

/** The most wall time one step may cover; a machine that slept longer lets the market sleep as well. */
const STEP_WALL_MS_MAX = 2_000;

export class MarketClock {
  readonly #speed: number;
  readonly #monotonicMs: () => number;
  #lastMs: number;
  #marketMs: number;

  constructor(options: { startMs: number; speed: number; monotonicMs: () => number }) {
    this.#speed = options.speed;
    this.#monotonicMs = options.monotonicMs;
    this.#marketMs = options.startMs;
    this.#lastMs = options.monotonicMs();
  }

  /** Market time now. Never goes back. */
  advance(): number {
    const nowMs = this.#monotonicMs();
    const elapsedMs = Math.min(Math.max(0, nowMs - this.#lastMs), STEP_WALL_MS_MAX);
    this.#lastMs = nowMs;
    this.#marketMs += elapsedMs * this.#speed;
    return Math.floor(this.#marketMs);
  }
}
