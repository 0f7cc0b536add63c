/** One bot in this process. */
import type { LoadedConfig } from '../adapters/config/load.ts';
import { openRecords } from '../adapters/sqlite/records.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import type { StepListener } from '../runtime/session.ts';
import type { Parts } from '../runtime/parts.ts';
import { panicOf, type PanicResult, type PanicWish } from '../runtime/panic.ts';
import { readSignals, type SeriesReading } from '../runtime/signals.ts';
import { readStatus } from '../runtime/status.ts';
import type { StatusDocument } from '../runtime/statusDocument.ts';
import type { StopMode, StopResult, Trader } from '../runtime/trader.ts';
import { about } from './about.ts';
import { OperatedBot } from './operatedBot.ts';
import type { Settings } from './settings.ts';

export interface BotParts {
  readonly settings: Settings;
  readonly loaded: LoadedConfig;
  readonly trader: Trader;
  readonly venue: string;
  readonly closeLog: () => void;
}

export class RunningBot extends OperatedBot {
  readonly config: Settings;
  readonly #parts: BotParts;
  readonly #loadedMs = Date.now();
  readonly #listeners: StepListener[] = [];
  #records: Records | undefined;
  #final: StatusDocument | undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly failed = new Promise<Error>((resolve) => {
    this.#fail = resolve;
  });

  constructor(parts: BotParts) {
    super();
    this.#parts = parts;
    this.config = parts.settings;
  }

  async start(onWait?: (words: string) => void): Promise<void> {
    await this.#parts.trader.start((session) => {
      for (const listener of this.#listeners) session.onStep(listener);
      void session.failed.then(this.#fail);
    }, onWait);
  }

  onRelisted(listener: (symbols: readonly string[]) => void): void {
    this.#parts.trader.onRelisted(listener);
  }

  giveUp = (): void => this.#parts.trader.giveUp();

  async stop(mode: StopMode, timeoutMs: number): Promise<StopResult> {
    const result = await this.#parts.trader.stop(mode, timeoutMs, async () => {
      this.#final = await this.status();
    });
    // Read while the books were still open; by now the rest has ended, too.
    this.#final = { ...(await this.status()), running: false, state: 'stopped' };
    this.#records?.close();
    this.#parts.closeLog();
    return result;
  }

  async status(): Promise<StatusDocument> {
    if (this.#final) return this.#final;
    const counts = () => (this.#records ??= openRecords(this.config.database)).counts();
    const reading = { uptimeMs: process.uptime() * 1_000, rssBytes: process.memoryUsage.rss() };
    const own = about(this.#parts, { loadedMs: this.#loadedMs, counts });
    return readStatus(this.#parts.trader, own, reading);
  }

  panic(request: PanicWish, waitMs: number): Promise<PanicResult> {
    return panicOf(this.#parts.trader, request, waitMs);
  }

  signals(symbol?: string): SeriesReading[] {
    const state = this.#parts.trader.parts?.session.state;
    return state ? readSignals(state, symbol) : [];
  }

  onStep(listener: StepListener): void {
    this.#listeners.push(listener);
  }

  protected get running(): { readonly parts: Parts; readonly clock: Clock } {
    const { parts, deps } = this.#parts.trader;
    if (!parts) throw new Error('NOT_READY: the bot is still starting');
    return { parts, clock: deps.clock };
  }
}
