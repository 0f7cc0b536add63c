/** One bot in this process: mode in, running parts out. */
import { openRecords } from '../adapters/sqlite/records.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import type { SignalReading } from '../core/domain/signal.ts';
import { marketSymbol } from '../core/domain/ids.ts';
import type { Records } from '../ports/records.ts';
import type { StepListener } from '../runtime/session.ts';
import { readStatus, type StatusDocument } from '../runtime/status.ts';
import { control, Trader, type StopMode, type StopResult } from '../runtime/trader.ts';
import { explain } from './explain.ts';
import { liveVenue } from './live.ts';
import { paperVenue } from './paper.ts';
import { loadedOf, type Settings } from './settings.ts';
import { openLogger, traderDeps } from './shared.ts';
import { runningSimulator } from './simulatorHost.ts';
import { VERSION } from './version.ts';

export async function openBot(settings: Settings, permission: { readonly live: boolean; readonly armed: boolean }): Promise<RunningBot> {
  const loaded = loadedOf(settings);
  const { mode, exchange } = loaded.config;
  if (mode === 'live' && !(permission.live && permission.armed)) {
    throw new Error('LIVE_REFUSED: real money needs mode: live in the file, --live at start, and arming at a terminal');
  }
  const simulator = exchange.simulated && (await runningSimulator(exchange.simulated.stateDir));
  if (exchange.simulated && !simulator) throw new Error('SIMULATOR_FAILED: the simulated exchange is not running');
  const logger = openLogger(loaded, simulator ? [simulator.secret, simulator.apiKey, simulator.controlToken] : []);
  const venue = mode === 'paper' ? paperVenue(loaded, simulator, logger) : liveVenue(loaded, simulator, logger);
  const trader = new Trader(traderDeps(loaded, venue, logger));
  return new RunningBot({ settings, loaded, trader, venue: venue.name, closeLog: () => { logger.close(); } });
}

interface BotParts {
  readonly settings: Settings;
  readonly loaded: LoadedConfig;
  readonly trader: Trader;
  readonly venue: string;
  readonly closeLog: () => void;
}

export class RunningBot {
  readonly config: Settings;
  readonly #parts: BotParts;
  readonly #startedMs = Date.now();
  readonly #listeners: StepListener[] = [];
  #records: Records | undefined;
  #final: StatusDocument | undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly failed = new Promise<Error>((resolve) => { this.#fail = resolve; });

  constructor(parts: BotParts) {
    this.#parts = parts;
    this.config = parts.settings;
  }

  async start(): Promise<void> {
    await this.#parts.trader.start((session) => {
      for (const listener of this.#listeners) session.onStep(listener);
      void session.failed.then(this.#fail);
    });
  }

  async stop(mode: StopMode, timeoutMs: number): Promise<StopResult> {
    const result = await this.#parts.trader.stop(mode, timeoutMs, async () => { this.#final = await this.status(); });
    this.#records?.close();
    this.#parts.closeLog();
    return result;
  }

  async status(): Promise<StatusDocument> {
    if (this.#final) return this.#final;
    const { settings, loaded, trader, venue } = this.#parts;
    const about = {
      mode: settings.mode, version: VERSION, pid: process.pid, startedMs: this.#startedMs, explain, database: settings.database,
      config: { file: settings.file, hash: settings.hash, loadedMs: this.#startedMs },
      exchange: { id: loaded.config.exchange.id, venue },
      counts: () => (this.#records ??= openRecords(settings.database)).counts(),
    };
    return readStatus(trader, about, { wallMs: Date.now(), rssBytes: process.memoryUsage.rss() });
  }

  pause(reason: string): void {
    this.#control('pause', reason);
  }

  resume(reason: string): void {
    this.#control('resume', reason);
  }

  signals(symbol?: string): { readonly symbol: string; readonly timeframe: string; readonly reading: SignalReading }[] {
    const markets = this.#parts.trader.parts?.session.state.markets ?? new Map<never, never>();
    const wanted = symbol === undefined ? [...markets.values()] : [markets.get(marketSymbol(symbol))].filter((market) => market !== undefined);
    return wanted.flatMap((market) =>
      [...market.series.values()].map(({ series, signals }) => ({ ...series.key, reading: signals.read() })));
  }

  onStep(listener: StepListener): void {
    this.#listeners.push(listener);
  }

  #control(action: 'pause' | 'resume', reason: string): void {
    const session = this.#parts.trader.parts?.session;
    if (!session) throw new Error('NOT_READY: the bot is still starting');
    session.dispatch(control(session, action, reason));
  }
}
