/** One run of the daemon inside a simulation: production's trader on simulated ports. It can be killed at any point and never comes back. */
import type { OrderRef } from '../../src/ports/exchangeGateway.ts';
import type { Journal, StepRecord } from '../../src/ports/journal.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { ApprovedOrder } from '../../src/core/domain/order.ts';
import { Trader, type StopMode } from '../../src/runtime/trader.ts';
import { ProcessClock } from './clocks.ts';
import type { Loss, OpenDisk } from './disk.ts';
import { SimFeed } from './feed.ts';
import { SimGateway } from './gateway.ts';
import type { Host, ProcessView } from './host.ts';
import { SimQueue } from './queue.ts';
import { LIMITS } from './specs.ts';
import { Violation } from './violation.ts';
import { Wire } from './wire.ts';

/** Thrown into code of a process that has just been killed. */
class Killed extends Error {
  override readonly name = 'Killed';
}

/** Wall time an intent may wait, and silence after which data is stale. */
const ORDER_TTL_MS = 5_000;
export const STALE_AFTER_MS = 4_000;

export class SimProcess implements ProcessView {
  alive = true;
  frozenUntil = 0;
  suspendedMs = 0;
  epoch = 0;
  readonly number: number;
  readonly trader: Trader;
  readonly gateway: SimGateway;
  readonly feed: SimFeed;
  /** The files this process has open. */
  readonly disk: OpenDisk;
  readonly #host: Host;

  constructor(host: Host, number: number, disk: OpenDisk) {
    this.#host = host;
    this.number = number;
    this.disk = disk;
    const clock = new ProcessClock(host.scheduler, this, host.wall);
    const wire = new Wire(host.network, this, clock);
    const { exchange, scheduler } = host;
    this.gateway = new SimGateway({
      exchange,
      wire,
      clock,
      scheduler,
      owner: this,
      weather: host.streamWeather,
      dice: host.dice.stream,
      taken: () => {
        this.#checkAlive();
        if (host.isCrashDue('sending')) this.die('process');
      },
      sending: (orders) => {
        this.#sending(orders);
      },
      cancelling: (order) => {
        this.#cancelling(order);
      },
      opened: () => {
        host.streamOpened();
      },
      told: (row, symbol) => {
        host.watch.told(this, row, symbol);
      },
    });
    this.feed = new SimFeed({
      exchange,
      wire,
      scheduler,
      owner: this,
      weather: host.feedWeather,
      dice: host.dice.feed,
    });
    const { mutant } = host;
    const journal = this.#watched(disk);
    this.trader = new Trader({
      journal: mutant.journal?.(journal, this, host) ?? journal,
      gateway: mutant.gateway?.(this.gateway, this, host) ?? this.gateway,
      feed: this.feed,
      queue: new SimQueue(host.queue, this),
      clock,
      logger: this.#logger({}),
      limits: LIMITS,
      strategies: host.strategies.make(),
      recorder: mutant.recorder?.(),
      orderTtlMs: ORDER_TTL_MS,
      staleAfterMs: STALE_AFTER_MS,
      quietVenue: async () => {
        host.quiet();
      },
    });
  }

  get isRunning(): boolean {
    return this.alive && this.trader.phase === 'running';
  }

  /** Begins to boot; whatever comes of it, the simulation is told. */
  start(): void {
    const { trader } = this;
    const failed = (error: unknown): void => {
      this.#host.processFailed(this, error instanceof Error ? error : new Error(String(error)));
    };
    trader
      .start((session) => {
        this.#host.mutant.started?.(this, this.#host);
        void session.failed.then(failed);
      })
      .then(() => {
        this.#host.processReady(this);
      }, failed);
  }

  /** Stops in order; the simulation is told how it went. */
  stop(mode: StopMode, timeoutMs: number): void {
    const done = (complete: boolean): void => {
      if (this.alive) this.#host.processStopped(this, complete);
    };
    this.trader.stop(mode, timeoutMs).then(
      ({ complete }) => {
        done(complete);
      },
      () => {
        done(false);
      },
    );
  }

  /** Ends the process here and now. @throws Killed always, for callers inside production code. */
  die(loss: Loss): never {
    this.#host.kill(this, loss);
    throw new Killed(`process ${this.number} was killed`);
  }

  uncaught(error: unknown): void {
    if (error instanceof Killed) return;
    const words = error instanceof Error ? error.message : String(error);
    this.#host.violated(new Violation('I11', `an error that nobody catches: ${words}`));
    this.#host.kill(this, 'process');
  }

  #logger(fields: Readonly<Record<string, unknown>>): Logger {
    const say =
      (level: 'info' | 'warn' | 'error') =>
      (more: Readonly<Record<string, unknown>>, message: string): void => {
        if (this.alive) this.#host.logged(level, message, { ...fields, ...more });
      };
    return {
      debug: () => undefined,
      info: say('info'),
      warn: say('warn'),
      error: say('error'),
      child: (more) => this.#logger({ ...fields, ...more }),
    };
  }

  #sending(orders: readonly ApprovedOrder[]): void {
    this.#checkAlive();
    for (const order of orders) this.#host.watch.sending(this, order);
    if (this.#host.isCrashDue('placing')) this.#dieSoon();
  }

  #cancelling(order: OrderRef): void {
    this.#checkAlive();
    this.#host.watch.cancelling(this, order);
    if (this.#host.isCrashDue('cancelling')) this.#dieSoon();
  }

  /** While the request or its answer is on its way. */
  #dieSoon(): void {
    const { scheduler, dice } = this.#host;
    scheduler.after(
      dice.faults.between(0, 120),
      () => {
        this.#host.kill(this, 'process');
      },
      this,
    );
  }

  #checkAlive(): void {
    if (!this.alive) throw new Killed(`process ${this.number} is dead`);
  }

  #watched({ journal }: OpenDisk): Journal {
    const host = this.#host;
    const living =
      <Args extends unknown[], Value>(call: (...args: Args) => Value) =>
      (...args: Args): Value => {
        this.#checkAlive();
        return call(...args);
      };
    return {
      ...journal,
      recover: living(() => {
        if (host.isCrashDue('booting')) this.#dieSoon();
        const recovered = journal.recover();
        this.epoch = recovered.epoch;
        host.watch.recovered(this, recovered);
        return recovered;
      }),
      caughtUp: living(() => {
        journal.caughtUp();
      }),
      commit: living((step) => {
        this.#commit(journal, step);
      }),
      assertOurs: living(() => {
        journal.assertOurs();
      }),
      hasFill: living((fill) => journal.hasFill(fill)),
      findOrder: living((key) => journal.findOrder(key)),
      tend: living(() => {
        const health = journal.tend();
        return host.disk.isFull ? { ...health, reserveSpent: host.disk.isReserveSpent } : health;
      }),
      spendReserve: living(() => host.disk.spendReserve()),
      close: () => {
        if (this.alive) journal.close();
      },
    };
  }

  #commit(journal: Journal, step: StepRecord): void {
    const host = this.#host;
    const isNews = step.intents.length > 0 || step.changes.length > 0;
    this.#dieBefore(step, isNews);
    host.disk.committing();
    this.#noticeFullDisk(() => {
      journal.commit(step);
    });
    if (step.fills.length > 0 && host.isCrashDue('in-commit')) this.die('torn');
    // The write was made and could not be confirmed: nobody acts on it, and the next run finds it.
    if (isNews && host.isCrashDue('failed-commit')) throw new Error('JOURNAL_IO: fsync failed');
    host.watch.committed(step);
    if (isNews && host.isCrashDue('after-commit')) this.die('process');
  }

  #dieBefore(step: StepRecord, isNews: boolean): void {
    const host = this.#host;
    if (isNews && host.isCrashDue('before-commit')) this.die('process');
    const isReply = step.changes.some(({ from }) => from === 'SENDING');
    if (isReply && host.isCrashDue('replied')) this.die('process');
  }

  #noticeFullDisk(work: () => void): void {
    const { disk, scheduler } = this.#host;
    try {
      work();
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('JOURNAL_FULL'))
        disk.refusedSince ??= scheduler.now;
      throw error;
    }
  }
}
