/** Deliveries that take their time and keep their order: requests on the way in, messages on the way out. */
import { performance } from 'node:perf_hooks';

/** Deliveries under way on all lanes: what a barrier waits for. */
export class Backlog {
  count = 0;
}

interface Delivery {
  readonly dueMs: number;
  readonly deliver: () => void;
}

/** Delivered entries are cut off the queue once there are this many. */
const CUT_AT = 1_024;

/** A queue in which everything waits for its delay and for what was put in before it. */
export class Lane {
  readonly #backlog: Backlog;
  #queue: Delivery[] = [];
  /** Index of the first delivery that waits. */
  #head = 0;
  #timer: NodeJS.Timeout | undefined;
  #holds = 0;
  #isClosed = false;

  constructor(backlog: Backlog) {
    this.#backlog = backlog;
  }

  /** Delivers after `delayMs`, at once for 0 or less when nothing waits. A closed lane delivers nothing. */
  push(delayMs: number, deliver: () => void): void {
    if (this.#isClosed) return;
    if (delayMs <= 0 && this.#isIdle()) {
      deliver();
      return;
    }
    this.#backlog.count += 1;
    this.#queue.push({ dueMs: performance.now() + Math.max(0, delayMs), deliver });
    if (this.#timer === undefined) this.#run();
  }

  /** Delivers nothing until {@link release} was called as often. */
  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    if (this.#timer === undefined) this.#run();
  }

  /** Forgets what waits. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#backlog.count -= this.#queue.length - this.#head;
    this.#queue = [];
    this.#head = 0;
  }

  #isIdle(): boolean {
    return this.#holds === 0 && this.#head === this.#queue.length;
  }

  #run(): void {
    for (;;) {
      const next = this.#queue[this.#head];
      if (next === undefined || this.#holds > 0) return;
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#run();
        }, Math.ceil(waitMs));
        return;
      }
      this.#shift();
      next.deliver();
    }
  }

  #shift(): void {
    this.#head += 1;
    this.#backlog.count -= 1;
    if (this.#head < CUT_AT && this.#head < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }
}
