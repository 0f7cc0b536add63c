/**
 * Notices that time did not pass as it should: the process stood still (a paused machine, a blocked event loop) or the wall clock
 * was set. What was planned before is then too old, and the exchange must be asked first what happened meanwhile.
 */
import type { Clock } from '../ports/clock.ts';

const LOOK_MS = 1_000;
/** Between two looks; a busy machine may be a few seconds late. */
const STILL_MS_MAX = 10_000;
/** The wall clock against the monotonic one between two looks; time servers slew by milliseconds. */
const STEP_MS_MAX = 1_000;

export class StandstillWatch {
  readonly #clock: Clock;
  readonly #onStandstill: (words: string) => void;
  #wallMs: number;
  #monotonicMs: number;
  #stop: () => void = () => undefined;

  constructor(clock: Clock, onStandstill: (words: string) => void) {
    this.#clock = clock;
    this.#onStandstill = onStandstill;
    this.#wallMs = clock.wallMs();
    this.#monotonicMs = clock.monotonicMs();
  }

  start(): void {
    this.#mark();
    this.#stop = this.#clock.every(LOOK_MS, () => {
      this.look();
    });
  }

  close(): void {
    this.#stop();
  }

  /** May be asked for between two looks: who wakes up is told of what came meanwhile before any timer runs. */
  look(): void {
    const passedMs = this.#clock.monotonicMs() - this.#monotonicMs;
    const steppedMs = this.#clock.wallMs() - this.#wallMs - passedMs;
    this.#mark();
    // A machine that was paused may show it on one of its clocks only.
    if (passedMs > STILL_MS_MAX)
      this.#onStandstill(`the process stood still for ${seconds(passedMs)}`);
    else if (Math.abs(steppedMs) > STEP_MS_MAX)
      this.#onStandstill(`the clock was set by ${seconds(steppedMs)}`);
  }

  #mark(): void {
    this.#wallMs = this.#clock.wallMs();
    this.#monotonicMs = this.#clock.monotonicMs();
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
