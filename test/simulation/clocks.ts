/** The clocks of the simulated machine, as a process reads them: wall time in whole milliseconds, monotonic time in fractions. */
import type { Clock } from '../../src/ports/clock.ts';
import type { Owner, Scheduler } from './scheduler.ts';

/** What the machine's wall clock says beyond the truth; steps happen to the machine, not to a process. */
export interface WallClock {
  offsetMs: number;
}

/** Wall time at virtual time 0. */
export const EPOCH_MS = Date.UTC(2026, 0, 5);
/** What a process has used up of its monotonic time before anything of ours runs. */
const STARTED_MS = 27.634_521;

/** A process by its monotonic time. */
export interface Sleeper extends Owner {
  /** Time for which the machine has been suspended since the process started: its monotonic clock has not counted it. */
  suspendedMs: number;
}

/** The clock of one process: its monotonic time starts with it, as `performance.now` does. */
export class ProcessClock implements Clock {
  readonly #scheduler: Scheduler;
  readonly #owner: Sleeper;
  readonly #wall: WallClock;
  readonly #bornMs: number;

  constructor(scheduler: Scheduler, owner: Sleeper, wall: WallClock) {
    this.#scheduler = scheduler;
    this.#owner = owner;
    this.#wall = wall;
    this.#bornMs = scheduler.now - STARTED_MS;
  }

  wallMs(): number {
    return Math.floor(EPOCH_MS + this.#scheduler.now + this.#wall.offsetMs);
  }

  monotonicMs(): number {
    return this.#scheduler.now - this.#bornMs - this.#owner.suspendedMs;
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#scheduler.after(delayMs, task, this.#owner, 'timer');
  }

  every(intervalMs: number, task: () => void): () => void {
    let stop: () => void = () => undefined;
    const arm = (): void => {
      stop = this.after(intervalMs, () => {
        arm();
        task();
      });
    };
    arm();
    return () => {
      stop();
    };
  }
}
