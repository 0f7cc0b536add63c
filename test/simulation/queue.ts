/** The job queue of a simulation: a server of its own, which outlives our processes and loses, repeats and delays. */
import type { OrderQueue, QueueJob, QueueStats } from '../../src/ports/orderQueue.ts';
import type { Dice } from './dice.ts';
import type { Owner, Scheduler } from './scheduler.ts';

type Handler = (job: QueueJob) => Promise<void>;

interface Consumer {
  readonly handle: Handler;
  readonly owner: Owner;
  /** Jobs it is at. */
  active: number;
}

/** What befalls jobs. */
export interface QueueWeather {
  /** Jobs cannot be added: the caller waits for its deadline in vain. */
  isDown: boolean;
  /** Jobs come in any order, late. */
  isShuffled: boolean;
  /** Each job is delivered again while it is being handled. */
  repeatsActive: boolean;
  /** The server dies with each job and delivers it again when it is back. */
  repeatsLater: boolean;
  /** Each job is delivered twice. */
  isDoubled: boolean;
  /** Each job fails before its handler has seen it. */
  failsJobs: boolean;
  /** The server would evict keys. */
  evicts: boolean;
}

export const FAIR_QUEUE: Readonly<QueueWeather> = {
  isDown: false,
  isShuffled: false,
  repeatsActive: false,
  repeatsLater: false,
  isDoubled: false,
  failsJobs: false,
  evicts: false,
};

const ADD_DEADLINE_MS = 1_000;
const PAST_MAX = 200;

/** The server. */
export class QueueServer {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly weather: QueueWeather = { ...FAIR_QUEUE };
  /** Called when a fault has touched a job. */
  readonly reasons = new Map<keyof QueueWeather, () => void>();
  #jobs: QueueJob[] = [];
  /** Processes that take jobs: each job goes to one of them. */
  #consumers: Consumer[] = [];
  failed = 0;
  /** Jobs that came to nobody, or to one that could do nothing with them. */
  lost = 0;
  /** The last jobs ever added, for those that come back. */
  readonly #past: QueueJob[] = [];

  constructor(scheduler: Scheduler, dice: Dice) {
    this.scheduler = scheduler;
    this.dice = dice;
  }

  get active(): number {
    return this.#consumers.reduce((sum, { active }) => sum + active, 0);
  }

  get waiting(): number {
    return this.#jobs.length;
  }

  /** Jobs that a process is at. What one that stands still is at is nobody's business until it goes on. */
  activeOf(owner: Owner): number {
    return this.#consumers.find((consumer) => consumer.owner === owner)?.active ?? 0;
  }

  /** Everything in it is gone. @returns how many jobs that were. */
  wipe(): number {
    const wiped = this.#jobs.splice(0).length;
    this.lost += wiped;
    return wiped;
  }

  /** A job of long ago, delivered again. @param roll 0 … 1: which. */
  past(roll: number): QueueJob | undefined {
    return this.#past[Math.floor(roll * this.#past.length)];
  }

  add(job: QueueJob): void {
    this.#past.push(job);
    if (this.#past.length > PAST_MAX) this.#past.shift();
    this.#jobs.push(job);
    this.#deliverSoon();
  }

  attach(handle: Handler, owner: Owner): void {
    this.#consumers.push({ handle, owner, active: 0 });
    for (const _job of this.#jobs) this.#deliverSoon();
  }

  touched(name: keyof QueueWeather): void {
    this.reasons.get(name)?.();
  }

  detach(owner: Owner): void {
    this.#consumers = this.#consumers.filter((consumer) => consumer.owner !== owner);
  }

  #deliverSoon(): void {
    const { isShuffled } = this.weather;
    const waitMs = isShuffled ? this.dice.between(1, 3_000) : this.dice.between(1, 10);
    this.scheduler.after(waitMs, () => {
      this.#deliver();
    });
  }

  #deliver(): void {
    const { weather, dice } = this;
    if (this.#consumers.length === 0 || this.#jobs.length === 0) return;
    const at = weather.isShuffled ? dice.between(0, this.#jobs.length - 1) : 0;
    const [job] = this.#jobs.splice(at, 1);
    if (!job) return;
    if (at > 0) this.touched('isShuffled');
    if (weather.failsJobs) {
      this.failed += 1;
      this.lost += 1;
      this.touched('failsJobs');
      return;
    }
    this.#hand(job, 0);
    if (weather.isDoubled) this.#again(job, 'isDoubled', dice.between(0, 30));
    if (weather.repeatsActive) this.#again(job, 'repeatsActive', dice.between(5, 200));
    if (weather.repeatsLater) this.#again(job, 'repeatsLater', dice.between(1_000, 6_000));
  }

  #again(job: QueueJob, fault: keyof QueueWeather, delayMs: number): void {
    this.touched(fault);
    this.#hand(job, delayMs);
  }

  #hand(job: QueueJob, delayMs: number): void {
    if (this.#consumers.length === 0) {
      this.lost += 1;
      return;
    }
    const consumer =
      this.#consumers.length === 1 ? this.#consumers[0] : this.dice.pick(this.#consumers);
    if (!consumer) return;
    // Another process's, one that is about to die, or one that stands still: its permit may be void by then.
    if (this.#consumers.length > 1 || consumer.owner.frozenUntil > this.scheduler.now)
      this.lost += 1;
    const run = (): void => {
      consumer.active += 1;
      const done = (): void => {
        consumer.active -= 1;
      };
      consumer.handle(job).then(done, () => {
        this.failed += 1;
        done();
      });
    };
    this.scheduler.after(delayMs, run, consumer.owner);
  }
}

/** One process's client of the server. */
export class SimQueue implements OrderQueue {
  readonly backend = 'redis';
  readonly #server: QueueServer;
  readonly #owner: Owner;

  constructor(server: QueueServer, owner: Owner) {
    this.#server = server;
    this.#owner = owner;
  }

  /** One instance: every process of a simulation has the same journal. */
  async start(handler: Handler): Promise<void> {
    const { weather } = this.#server;
    if (weather.evicts) {
      this.#server.touched('evicts');
      throw new Error('QUEUE_POLICY: the server evicts keys: set maxmemory-policy noeviction');
    }
    if (weather.isDown) throw new Error('QUEUE_UNAVAILABLE: no connection');
    this.#server.attach(handler, this.#owner);
  }

  enqueue(job: QueueJob): Promise<void> {
    const { weather, scheduler, dice } = this.#server;
    const sendMs = dice.between(1, 5);
    if (!weather.isDown) {
      return new Promise((resolve) => {
        scheduler.after(sendMs, () => {
          this.#server.add(job);
          scheduler.after(0, resolve, this.#owner);
        });
      });
    }
    this.#server.touched('isDown');
    this.#server.lost += 1;
    return new Promise((_resolve, reject) => {
      const give = (): void => {
        reject(new Error('QUEUE_TIMEOUT: not accepted within 1 s; it may still have been'));
      };
      scheduler.after(ADD_DEADLINE_MS, give, this.#owner);
      // Half of them arrive all the same, after the caller has given up.
      if (dice.chance(0.5)) scheduler.after(ADD_DEADLINE_MS + 500, () => this.#server.add(job));
    });
  }

  async stats(): Promise<QueueStats> {
    const { waiting, failed } = this.#server;
    return { waiting, active: this.#server.activeOf(this.#owner), failed, warning: '' };
  }

  async close(): Promise<void> {
    this.#server.detach(this.#owner);
  }
}
