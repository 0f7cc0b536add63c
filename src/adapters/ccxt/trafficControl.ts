/**
 * Who may talk to the exchange next, and when. All requests of an account, and the public ones of the same address, pass
 * here before they are signed, so that a cancel never stands behind forty reads and the exchange never has to refuse us.
 *
 * Two rules. Among those that wait, the one whose deadline is nearest goes first; its deadline is its arrival plus the
 * patience of its kind, so important requests overtake and unimportant ones still come up: nobody is overtaken by a request
 * that arrived later than his patience. And a budget refills with time; each kind leaves a part of it to the more important
 * ones, until its patience is over.
 */
import type { Clock } from '../../ports/clock.ts';
import type {
  LaneReading,
  RequestPriority as Priority,
  TrafficReading,
} from '../../ports/exchangeGateway.ts';

/** Kinds of requests, the most important first. */
export const PRIORITIES = ['cancel', 'exit', 'entry', 'query', 'data'] as const;

/** Milliseconds of the exchange's own rate limit: what the budget is counted in. A request costs ccxt's weight × its `rateLimit`. */
const BUDGET_MS_MAX = 10_000;

interface Rule {
  /** How long a request of this kind lets others pass. */
  readonly patienceMs: number;
  /** What must be left in the budget; below zero is debt, paid back by waiting. */
  readonly floorMs: number;
}

const DEBT_MS_MAX = 10_000;
const RULES: Readonly<Record<Priority, Rule>> = {
  cancel: { patienceMs: 0, floorMs: -DEBT_MS_MAX },
  exit: { patienceMs: 100, floorMs: -DEBT_MS_MAX / 2 },
  entry: { patienceMs: 1_000, floorMs: 0 },
  query: { patienceMs: 5_000, floorMs: 2_000 },
  data: { patienceMs: 20_000, floorMs: 4_000 },
};

/** Requests that may wait, all kinds together; more is a fault of ours, and says so. */
export const WAITING_MAX = 1_000;

/** Pauses after "too many requests" where the exchange does not say how long, doubling with each repetition. */
const SLOW_DOWN_MS = 5_000;
const BANNED_MS = 120_000;
const PAUSE_MS_MAX = 3_600_000;
const BANNED = 418;
/** Window of the exchange's own counter, which its answers report. */
const WINDOW_MS = 60_000;

interface Waiter {
  readonly costMs: number;
  readonly arrivedMs: number;
  readonly go: () => void;
  readonly refuse: (error: Error) => void;
}

class Queue {
  readonly waiters: Waiter[] = [];
  passed = 0;
  longestWaitMs = 0;
}

export class TrafficControl {
  readonly #clock: Clock;
  readonly #queues: Readonly<Record<Priority, Queue>> = {
    cancel: new Queue(),
    exit: new Queue(),
    entry: new Queue(),
    query: new Queue(),
    data: new Queue(),
  };
  #budgetMs = BUDGET_MS_MAX;
  #refilledMs: number;
  #pausedUntilMs = 0;
  #refusalsInRow = 0;
  #refusals = 0;
  #waiting = 0;
  #cancelTimer: () => void = () => undefined;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#refilledMs = clock.monotonicMs();
  }

  /**
   * Resolves when the request may leave.
   * @param costMs what it costs, in milliseconds of the exchange's rate limit.
   * @throws Error `TRAFFIC_FULL` when too many wait · `closed`
   */
  admit(priority: Priority, costMs: number): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('closed'));
    if (this.#waiting >= WAITING_MAX) {
      const text = `TRAFFIC_FULL: ${WAITING_MAX} requests to the exchange wait already`;
      return Promise.reject(new Error(text));
    }
    return new Promise((go, refuse) => {
      const arrivedMs = this.#clock.monotonicMs();
      this.#queues[priority].waiters.push({ costMs, arrivedMs, go, refuse });
      this.#waiting += 1;
      this.#pump();
    });
  }

  /** The exchange answered 429 or 418: nothing is sent until it is over. @param retryAfterMs its own word, where it gives one. */
  refused(status: number, retryAfterMs: number | undefined): void {
    this.#refusals += 1;
    const base = status === BANNED ? BANNED_MS : SLOW_DOWN_MS;
    const pauseMs = Math.min(retryAfterMs ?? base * 2 ** this.#refusalsInRow, PAUSE_MS_MAX);
    this.#refusalsInRow = Math.min(this.#refusalsInRow + 1, 10);
    const untilMs = this.#clock.monotonicMs() + pauseMs;
    if (untilMs > this.#pausedUntilMs) this.#pausedUntilMs = untilMs;
    // Begins anew in full debt: no burst after the pause, but one after the other, cancels first, as the budget comes back.
    this.#refill();
    this.#budgetMs = Math.min(this.#budgetMs, -DEBT_MS_MAX - pauseMs);
    this.#pump();
  }

  /** A proper answer. @param share of the exchange's limit that its answer says is used up, 0 to 1; undefined when it does not say. */
  answered(share: number | undefined): void {
    this.#refusalsInRow = 0;
    if (share === undefined) return;
    this.#refill();
    this.#budgetMs = Math.min(this.#budgetMs, WINDOW_MS * (1 - share));
  }

  reading(): TrafficReading {
    this.#refill();
    const now = this.#clock.monotonicMs();
    const lane = (priority: Priority): LaneReading => {
      const { waiters, passed, longestWaitMs } = this.#queues[priority];
      const oldest = waiters[0];
      const waitsMs = oldest === undefined ? 0 : now - oldest.arrivedMs;
      return { waiting: waiters.length, passed, longestWaitMs: Math.max(longestWaitMs, waitsMs) };
    };
    return {
      used: 1 - this.#budgetMs / BUDGET_MS_MAX,
      pausedMs: Math.max(0, this.#pausedUntilMs - now),
      refusals: this.#refusals,
      lanes: {
        cancel: lane('cancel'),
        exit: lane('exit'),
        entry: lane('entry'),
        query: lane('query'),
        data: lane('data'),
      },
    };
  }

  /** Refuses whoever waits. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
    for (const priority of PRIORITIES) {
      for (const waiter of this.#queues[priority].waiters.splice(0))
        waiter.refuse(new Error('closed'));
    }
    this.#waiting = 0;
  }

  #refill(): void {
    const now = this.#clock.monotonicMs();
    this.#budgetMs = Math.min(BUDGET_MS_MAX, this.#budgetMs + (now - this.#refilledMs));
    this.#refilledMs = now;
  }

  /** Lets go whoever may, then sleeps until the next one may. */
  #pump(): void {
    this.#cancelTimer();
    this.#refill();
    const now = this.#refilledMs;
    for (;;) {
      if (this.#waiting === 0 || this.#isClosed) return;
      const next = now < this.#pausedUntilMs ? undefined : this.#nextAt(now);
      if (next === undefined) break;
      this.#release(next, now);
    }
    this.#cancelTimer = this.#clock.after(this.#delayMs(now), () => {
      this.#pump();
    });
  }

  /** The nearest deadline among the heads that the budget allows. */
  #nextAt(now: number): Priority | undefined {
    let best: Priority | undefined;
    let bestDeadline = Infinity;
    for (const priority of PRIORITIES) {
      const [head] = this.#queues[priority].waiters;
      if (head === undefined || this.#budgetMs <= floorOf(priority, head, now)) continue;
      const deadline = head.arrivedMs + RULES[priority].patienceMs;
      if (deadline >= bestDeadline) continue;
      best = priority;
      bestDeadline = deadline;
    }
    return best;
  }

  #release(priority: Priority, now: number): void {
    const queue = this.#queues[priority];
    const waiter = queue.waiters.shift();
    if (waiter === undefined) return;
    this.#waiting -= 1;
    this.#budgetMs -= waiter.costMs;
    queue.passed += 1;
    queue.longestWaitMs = Math.max(queue.longestWaitMs, now - waiter.arrivedMs);
    waiter.go();
  }

  /** Time until the pause is over, or until some head may go: by the budget coming back, or by its patience ending. */
  #delayMs(now: number): number {
    if (now < this.#pausedUntilMs) return this.#pausedUntilMs - now;
    let delay = Infinity;
    for (const priority of PRIORITIES) {
      const [head] = this.#queues[priority].waiters;
      if (head === undefined) continue;
      const byBudget = floorOf(priority, head, now) - this.#budgetMs + 1;
      const byPatience = head.arrivedMs + RULES[priority].patienceMs - now;
      delay = Math.min(delay, byPatience > 0 ? Math.min(byBudget, byPatience) : byBudget);
    }
    return Math.max(1, delay);
  }
}

function floorOf(priority: Priority, { arrivedMs }: Waiter, now: number): number {
  const { patienceMs, floorMs } = RULES[priority];
  return now - arrivedMs >= patienceMs ? -DEBT_MS_MAX : floorMs;
}
