/** A clock that moves only when told: by a test, or by the time of events in a backtest. */
import type { Millis } from '../../core/domain/time.ts';
import type { Clock } from '../../ports/clock.ts';

/** Timer runs within one move; more means that a timer re-arms itself without delay. */
const RUNS_PER_MOVE_MAX = 1_000_000;

interface Timer {
  /** Monotonic time of the next run. */
  dueMs: number;
  /** Absent for a timer that runs once. */
  readonly intervalMs?: number;
  readonly task: () => void;
}

/** A real clock starts anywhere between two milliseconds, and no wait is exact. A power of two, so that it adds up exactly. */
const FRACTION_MS = 2 ** -10;
/** What passes besides the time that was asked for. More than the lateness of an interval adds up to within one move. */
const SLACK_MS = 2 ** -7;

export class ManualClock implements Clock {
  #wallMs: Millis;
  #monotonicMs = FRACTION_MS;
  /** Ascending by due time; of equal ones the older first. */
  readonly #timers: Timer[] = [];

  constructor(startMs: Millis = 0) {
    this.#wallMs = startMs;
  }

  /** Timers that are still to run. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Whole milliseconds, as `Date.now` gives them. */
  wallMs(): Millis {
    return Math.floor(this.#wallMs);
  }

  /** Fractions of a millisecond, as `performance.now` gives them. */
  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#arm({ dueMs: this.#monotonicMs + Math.max(0, delayMs), task });
  }

  every(intervalMs: number, task: () => void): () => void {
    if (!(intervalMs > 0)) throw new RangeError(`an interval is above 0 ms, not ${intervalMs}`);
    return this.#arm({ dueMs: this.#monotonicMs + intervalMs, intervalMs, task });
  }

  /**
   * Lets `ms` ≥ 0 and a fraction of a millisecond pass; every timer that comes due runs a fraction after its own time, in order.
   * What a test wants.
   */
  advance(ms: number): void {
    const end = this.#monotonicMs + ms + SLACK_MS;
    this.#runDue(end, (timer) => this.#move(Math.min(timer.dueMs + FRACTION_MS, end)));
    this.#move(end);
  }

  /**
   * Sets the wall clock to the time of an event and lets as much monotonic time pass; an earlier time is ignored. Timers that
   * came due on the way run once each, late, at the new time: what a backtest wants. Without timers it costs two additions.
   */
  jumpTo(wallMs: Millis): void {
    if (wallMs <= this.#wallMs) return;
    this.#move(this.#monotonicMs + (wallMs - this.#wallMs));
    if (this.#timers.length > 0) this.#runDue(this.#monotonicMs, () => {});
  }

  /** Steps the wall clock, in either direction, as a time server may; monotonic time and timers do not notice. */
  setWall(wallMs: Millis): void {
    this.#wallMs = wallMs;
  }

  #move(monotonicMs: number): void {
    const passedMs = monotonicMs - this.#monotonicMs;
    if (passedMs <= 0) return;
    this.#wallMs += passedMs;
    this.#monotonicMs = monotonicMs;
  }

  #runDue(end: number, before: (timer: Timer) => void): void {
    let runs = 0;
    for (let timer = this.#timers[0]; timer && timer.dueMs <= end; timer = this.#timers[0]) {
      runs += 1;
      if (runs > RUNS_PER_MOVE_MAX)
        throw new Error(`CLOCK_STUCK: more than ${RUNS_PER_MOVE_MAX} timer runs in one move`);
      before(timer);
      this.#timers.shift();
      if (timer.intervalMs !== undefined) this.#insert(rearmed(timer, this.#monotonicMs));
      timer.task();
    }
  }

  #arm(timer: Timer): () => void {
    this.#insert(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  #insert(timer: Timer): void {
    const index = this.#timers.findIndex((other) => other.dueMs > timer.dueMs);
    this.#timers.splice(index < 0 ? this.#timers.length : index, 0, timer);
  }
}

/** The same timer, so that its canceller still finds it, due one interval from now. */
function rearmed(timer: Timer, nowMs: number): Timer {
  timer.dueMs = nowMs + (timer.intervalMs ?? 0);
  return timer;
}
