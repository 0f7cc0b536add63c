/**
 * Virtual time: a heap of events, run one after the other. Events of the same millisecond run in an order drawn from the seed.
 * Nothing waits for real time, so that a minute of trading costs what its events cost.
 */
import type { Clock } from '../../src/ports/clock.ts';
import type { Dice } from './dice.ts';

/** A process whose events vanish when it is killed, and wait while it stands still. */
export interface Owner {
  alive: boolean;
  /** Something of it threw where nobody catches: the end of a Node process. */
  uncaught(error: unknown): void;
  /** Virtual time until which nothing of it runs: a virtual machine that was paused. */
  frozenUntil: number;
}

interface Entry {
  at: number;
  tie: number;
  readonly sequence: number;
  readonly owner: Owner | undefined;
  /** Undefined once cancelled. */
  run: (() => void) | undefined;
}

export class Scheduler {
  /** Virtual milliseconds since the start. */
  now = 0;
  /** Events run. */
  steps = 0;
  readonly #dice: Dice;
  readonly #heap: Entry[] = [];
  #sequence = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** Runs `run` once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, run: () => void, owner?: Owner): () => void {
    this.#sequence += 1;
    const at = this.now + Math.max(0, Math.round(delayMs));
    const entry: Entry = { at, tie: this.#dice.bits(), sequence: this.#sequence, owner, run };
    this.#push(entry);
    return () => {
      entry.run = undefined;
    };
  }

  /** Runs the next event; false when there is none before `untilMs`. */
  step(untilMs: number): boolean {
    for (let entry = this.#heap[0]; entry && entry.at <= untilMs; entry = this.#heap[0]) {
      this.#pop();
      const { owner, run } = entry;
      if (run === undefined || owner?.alive === false) continue;
      if (owner !== undefined && owner.frozenUntil > entry.at) {
        entry.at = owner.frozenUntil;
        this.#push(entry);
        continue;
      }
      this.now = entry.at;
      this.steps += 1;
      try {
        run();
      } catch (error) {
        if (!owner) throw error;
        owner.uncaught(error);
      }
      return true;
    }
    this.now = Math.max(this.now, untilMs);
    return false;
  }

  /** Events that wait for this process: its timers and what is on its way to it. */
  waitingFor(owner: Owner): number {
    return this.#heap.filter((entry) => entry.owner === owner && entry.run !== undefined).length;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) break;
      const [child, next] = b !== undefined && isBefore(b, a) ? [b, left + 1] : [a, left];
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = next;
    }
    heap[index] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.tie === b.tie ? a.sequence < b.sequence : a.tie < b.tie;
}

/** What the machine's wall clock says beyond the truth; steps happen to the machine, not to a process. */
export interface WallClock {
  offsetMs: number;
}

/** Wall time at virtual time 0. */
export const EPOCH_MS = Date.UTC(2026, 0, 5);

/** The clock of one process. */
export class ProcessClock implements Clock {
  readonly #scheduler: Scheduler;
  readonly #owner: Owner;
  readonly #wall: WallClock;

  constructor(scheduler: Scheduler, owner: Owner, wall: WallClock) {
    this.#scheduler = scheduler;
    this.#owner = owner;
    this.#wall = wall;
  }

  wallMs(): number {
    return EPOCH_MS + this.#scheduler.now + this.#wall.offsetMs;
  }

  monotonicMs(): number {
    return this.#scheduler.now;
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#scheduler.after(delayMs, task, this.#owner);
  }

  every(intervalMs: number, task: () => void): () => void {
    let stop: () => void = () => undefined;
    const arm = (): void => {
      stop = this.#scheduler.after(
        intervalMs,
        () => {
          arm();
          task();
        },
        this.#owner,
      );
    };
    arm();
    return () => {
      stop();
    };
  }
}
