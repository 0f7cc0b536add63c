/**
 * Virtual time: a heap of events, run one after the other. Each comes a fraction of a millisecond later than it was asked for, as in
 * the world, so that no time is a whole number and events of the same millisecond run in an order drawn from the seed.
 * Nothing waits for real time, so that a minute of trading costs what its events cost.
 */
import type { Dice } from './dice.ts';

/** A process whose events vanish when it is killed, and wait while it stands still. */
export interface Owner {
  alive: boolean;
  /** Something of it threw where nobody catches: the end of a Node process. */
  uncaught(error: unknown): void;
  /** Virtual time until which nothing of it runs: a virtual machine that was paused. */
  frozenUntil: number;
}

/** Timers stand still while the machine is suspended; what is on its way to it does not. */
type Cause = 'timer' | 'delivery';

interface Entry {
  at: number;
  sequence: number;
  readonly owner: Owner | undefined;
  readonly cause: Cause;
  /** Undefined once cancelled. */
  run: (() => void) | undefined;
}

/** Lateness of every event, in milliseconds, this excluded: less than what any two delays differ by. */
const LATE_MS = 1;

export class Scheduler {
  /** Virtual milliseconds since the start, with fractions. */
  now = 0;
  /** Events run. */
  steps = 0;
  readonly #dice: Dice;
  readonly #heap: Entry[] = [];
  #sequence = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** Runs `run` once, `delayMs` from now and a fraction later; the returned function cancels it. */
  after(delayMs: number, run: () => void, owner?: Owner, cause: Cause = 'delivery'): () => void {
    const at = this.now + Math.max(0, delayMs) + this.#dice.roll() * LATE_MS;
    const entry: Entry = { at, sequence: this.#next(), owner, cause, run };
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
        entry.sequence = this.#next();
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

  /** The machine of a process is suspended: nothing of it runs for so long, and its timers have as long to wait as before. */
  suspend(owner: Owner, forMs: number): void {
    owner.frozenUntil = Math.max(owner.frozenUntil, this.now + forMs);
    for (const entry of this.#heap.splice(0)) {
      if (entry.owner === owner && entry.cause === 'timer') entry.at += forMs;
      this.#push(entry);
    }
  }

  /** Events that wait for this process: its timers and what is on its way to it. */
  waitingFor(owner: Owner): number {
    return this.#heap.filter((entry) => entry.owner === owner && entry.run !== undefined).length;
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence;
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
  return a.at === b.at ? a.sequence < b.sequence : a.at < b.at;
}
