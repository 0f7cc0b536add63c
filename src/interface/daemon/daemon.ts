/** A daemon's life in this process: exchange → bot → control socket → ready, and the same way back. */
import { messageOf } from '../errors.ts';
import type { StopResult } from '../../runtime/trader.ts';
import type { Bot, ConfigSummary } from '../app.ts';
import type { DaemonEnd, DaemonOptions, RunningDaemon, StopRequest } from './contract.ts';
import { controlMethods } from './controlMethods.ts';
import { startControlServer } from './controlServer.ts';
import { appendLog, type LogLevel } from './daemonLog.ts';
import type { HeldLock } from './lock.ts';
import { reloadBot } from './reload.ts';
import { removeRunPointer, writeRunPointer } from './runPointer.ts';

/** What closing queue, sockets and files may take beyond the time for orders. */
const CLOSING_MS = 15_000;

/** Exit codes of a stop that is cut short. */
const INTERRUPTED = 130;
const TIMED_OUT = 5;

export class Daemon implements RunningDaemon {
  readonly options: DaemonOptions;
  readonly #lock: HeldLock;
  readonly #stopAsked: Promise<StopRequest>;
  readonly #outcome: Promise<StopResult>;
  readonly #endings: (() => Promise<void> | void)[] = [];
  #ask: (request: StopRequest) => void = () => undefined;
  #announce: (outcome: StopResult) => void = () => undefined;
  #asked: StopRequest | undefined;
  #bot: Bot | undefined;
  #config: ConfigSummary;
  /** Reload and stop one after the other, never at once. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: DaemonOptions, lock: HeldLock) {
    this.options = options;
    this.#lock = lock;
    this.#config = options.config;
    this.#stopAsked = new Promise((resolve) => {
      this.#ask = resolve;
    });
    this.#outcome = new Promise((resolve) => {
      this.#announce = resolve;
    });
  }

  get config(): ConfigSummary {
    return this.#config;
  }

  get bot(): Bot {
    if (!this.#bot) throw new Error('STARTING: the daemon is still starting');
    return this.#bot;
  }

  /** From start to stop. @throws what kept the bot from starting. */
  async live(): Promise<DaemonEnd> {
    writeRunPointer(this.#config);
    this.#endings.push(() => {
      removeRunPointer(this.#config.file);
    });
    await this.openExchange(this.#config);
    if (this.#asked) return this.#ended({ openOrders: 0, complete: true });
    const bot = await this.openBot(this.#config);
    await this.#serve();
    this.options.observer.progress('reconciling and warming up');
    if (await this.#startedUnlessStopped(bot)) this.#ready();
    const request = await this.#stopAsked;
    const end = await this.#inTurn(() => this.#stop(request));
    this.#announce(end.outcome);
    return end;
  }

  /** Ends what was begun, last first. */
  async letGo(): Promise<void> {
    for (const end of this.#endings.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        this.note('warn', `while ending: ${String(error)}`);
      }
    }
  }

  ordered(reason: string): StopRequest {
    return { mode: 'keep-orders', timeoutMs: this.options.stopTimeoutMs, reason };
  }

  requestStop(request: StopRequest): Promise<StopResult> {
    const { reason, failure } = request;
    if (failure) this.note('error', `${reason}: ${failure.message}`, failure.stack);
    if (!this.#asked) {
      this.#asked = request;
      this.note('info', `stopping: ${reason}`);
      this.options.observer.stopping(reason);
      this.#ask(request);
    }
    return this.#outcome;
  }

  /** The operator does not want to wait. */
  force(): void {
    this.#cutShort('asked to stop a second time', INTERRUPTED);
  }

  reload(): Promise<{ readonly changed: boolean; readonly hash: string }> {
    return this.#inTurn(() => {
      if (this.#asked) throw new Error('STOPPING: the daemon is stopping');
      return reloadBot(this);
    });
  }

  /** For SIGHUP: nobody waits for the answer. */
  reloadInBackground(): void {
    this.reload().then(
      ({ changed }) => {
        this.note('info', changed ? 'configuration reloaded' : 'configuration is unchanged');
      },
      (error: unknown) => {
        this.note('error', `not reloaded: ${messageOf(error)}`);
      },
    );
  }

  /** It ends with this daemon if it is the daemon's own. */
  async openExchange(config: ConfigSummary): Promise<void> {
    if (!config.simulated) return;
    this.options.observer.progress('starting the simulated exchange');
    const simulator = await this.options.app.ensureSimulator(config);
    // Found running where the last daemon died in disorder: that one had started it.
    const own = simulator?.started === true || this.#lock.tookOver;
    if (simulator && own) this.#endings.push(() => simulator.stop());
  }

  async openBot(config: ConfigSummary): Promise<Bot> {
    this.options.observer.progress('opening journal, queue and exchange');
    const bot = await this.options.app.openBot(config, this.options.permission);
    this.#bot = bot;
    this.#config = config;
    this.options.observer.bot(bot);
    void bot.failed.then((failure) => {
      if (this.#bot === bot) void this.requestStop({ ...this.ordered('the bot failed'), failure });
    });
    return bot;
  }

  /** @param stack goes into the log only. */
  note(level: LogLevel, text: string, stack?: string): void {
    appendLog(this.#config.logFile, {
      level,
      message: text,
      ...(stack !== undefined && { stack }),
    });
    this.options.observer.say(level, text);
  }

  async #serve(): Promise<void> {
    const { socket } = this.#config;
    const server = await startControlServer({
      socket,
      lock: this.#lock,
      methods: controlMethods(this),
    });
    this.#endings.push(() => server.close());
  }

  /** False when a stop was asked for meanwhile: then the start is waited for, and what comes after it is the stop. */
  async #startedUnlessStopped(bot: Bot): Promise<boolean> {
    const started = bot.start().then(() => undefined);
    const stop = await Promise.race([started, this.#stopAsked]);
    if (!stop) return true;
    await within(started, stop.timeoutMs);
    return false;
  }

  #ready(): void {
    const { forMs, observer } = this.options;
    if (forMs !== undefined) {
      const timer = setTimeout(() => {
        void this.requestStop(this.ordered('the time asked for is over'));
      }, forMs);
      this.#endings.push(() => {
        clearTimeout(timer);
      });
    }
    this.note('info', `ready: process ${process.pid}, configuration ${this.#config.hash}`);
    observer.ready(this.#config);
  }

  async #stop(request: StopRequest): Promise<DaemonEnd> {
    const { bot } = this;
    const before = await bot.status().catch(() => undefined);
    const outcome = await within(
      bot.stop(request.mode, request.timeoutMs),
      request.timeoutMs + CLOSING_MS,
    );
    if (!outcome) {
      this.#cutShort('stopping did not come to an end', TIMED_OUT);
      throw new Error('STOP_TIMEOUT: stopping did not come to an end');
    }
    const after = await bot.status().catch(() => undefined);
    return this.#ended(
      outcome,
      after ?? (before && { ...before, running: false, state: 'stopped' }),
    );
  }

  #ended(outcome: StopResult, status?: DaemonEnd['status']): DaemonEnd {
    return { outcome, status, failure: this.#asked?.failure };
  }

  #cutShort(reason: string, exitCode: number): void {
    this.note('error', `ending at once: ${reason}`);
    this.#lock.release();
    this.options.exit(exitCode);
  }

  #inTurn<Value>(task: () => Promise<Value>): Promise<Value> {
    const result = this.#work.then(task);
    this.#work = result.catch(() => undefined);
    return result;
  }
}

/** What the promise brings, or undefined when it takes longer. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, ms);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
