/** A daemon's life in this process: exchange → bot → control socket → ready, and the same way back. */
import { messageOf } from '../errors.ts';
import type { HeldLock } from '../../ports/processLock.ts';
import type { StopResult } from '../../runtime/trader.ts';
import type { Bot, ConfigSummary } from '../app.ts';
import type { DaemonEnd, DaemonOptions, RunningDaemon, StopRequest } from './contract.ts';
import { controlMethods } from './controlMethods.ts';
import { startControlServer } from './controlServer.ts';
import { appendLog, type LogLevel } from './daemonLog.ts';
import { reloadBot, reopenBot } from './reload.ts';
import type { ReloadResult } from './reloadChanges.ts';
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
    const { instance } = this.#lock.owner;
    writeRunPointer(this.#config, instance);
    this.#endings.push(() => {
      removeRunPointer(this.#config.file, instance);
    });
    await this.openExchange(this.#config);
    if (this.#asked) return this.#neverReady(this.#asked);
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
      this.#bot?.giveUp();
    }
    return this.#outcome;
  }

  /** The operator does not want to wait. */
  force(): void {
    this.#cutShort('asked to stop a second time', INTERRUPTED);
  }

  reload(): Promise<ReloadResult> {
    return this.#inTurn(async () => {
      if (this.#asked) throw new Error('STOPPING: the daemon is stopping');
      try {
        const result = await reloadBot(this);
        const words = result.changed
          ? 'configuration reloaded'
          : 'reload: the configuration is unchanged';
        this.note('info', `${words}: ${result.hash}`);
        return result;
      } catch (error) {
        this.note('error', `not reloaded: ${messageOf(error)}`);
        throw error;
      }
    });
  }

  /** For SIGHUP: nobody waits for the answer, and the log has it. */
  reloadInBackground(): void {
    this.reload().catch(() => undefined);
  }

  /** It ends with this daemon if this one keeps it. */
  async openExchange(config: ConfigSummary): Promise<void> {
    if (!config.simulated) return;
    this.options.observer.progress('starting the simulated exchange');
    const simulator = await this.options.app.ensureSimulator(config, this.#lock.owner.instance);
    if (simulator) this.#endings.push(() => simulator.stop());
  }

  async openBot(config: ConfigSummary): Promise<Bot> {
    if (this.#asked) throw new Error('STOPPED: the daemon is stopping');
    this.options.observer.progress('opening journal, queue and exchange');
    const bot = await this.options.app.openBot(config, this.options.permission);
    this.#bot = bot;
    this.#config = config;
    this.options.observer.bot(bot);
    bot.onRelisted((symbols) => {
      void this.#takeIn(bot, symbols);
    });
    void bot.failed.then((failure) => {
      if (this.#bot === bot) void this.requestStop({ ...this.ordered('the bot failed'), failure });
    });
    return bot;
  }

  /** A start is the one well-tested way to take a market in; it leaves orders and guards in place. */
  #takeIn(left: Bot, symbols: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#asked || this.#bot !== left) return;
      this.note('info', `traded again, opening anew with it: ${symbols.join(', ')}`);
      await reopenBot(this);
    }).catch(() => undefined);
  }

  startBot(bot: Bot): Promise<void> {
    return bot.start((words) => {
      this.options.observer.waiting(words);
    });
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
      methods: controlMethods(this),
    });
    this.#endings.push(() => server.close());
  }

  /** False when a stop was asked for meanwhile: then the start gives up, or is waited for, and what comes after it is the stop. */
  async #startedUnlessStopped(bot: Bot): Promise<boolean> {
    if (this.#asked) return false;
    const started = this.startBot(bot).then(() => undefined);
    const stop = await Promise.race([started, this.#stopAsked]);
    if (!stop) return true;
    const over = started.catch(() => undefined);
    await within(over, stop.timeoutMs);
    return false;
  }

  /** Nothing was opened yet, so nothing was sold or cancelled either. */
  #neverReady({ mode }: StopRequest): DaemonEnd {
    const end = this.#ended({ openOrders: 0, complete: mode === 'keep-orders', markets: [] });
    this.#announce(end.outcome);
    return end;
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
    const late = before && { ...before, running: false, state: 'stopped' };
    return this.#ended(outcome, await bot.status().catch(() => late));
  }

  #ended(outcome: StopResult, status?: DaemonEnd['status']): DaemonEnd {
    return { outcome, status, failure: this.#asked?.failure };
  }

  #cutShort(reason: string, exitCode: number): void {
    this.note('error', `ending at once: ${reason}`);
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
