/** An application without exchange, queue or database: what the command line and the daemon are tested with. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processLocks } from '../../src/adapters/sqlite/processLock.ts';
import { toText } from '../../src/core/domain/decimal.ts';
import type { SignalReading } from '../../src/core/domain/signal.ts';
import type { StepOutput } from '../../src/core/engine/output.ts';
import type {
  App,
  AppSource,
  Bot,
  ConfigIssue,
  ConfigReading,
  ConfigSummary,
  DataFolder,
} from '../../src/interface/app.ts';
import type { HeldLock, ProcessLocks } from '../../src/ports/processLock.ts';
import type { Records } from '../../src/ports/records.ts';
import type { BacktestReport } from '../../src/research/reportSchema.ts';
import { FakeRuns } from './fakeRuns.ts';
import { fakeSimulator } from './fakeSimulator.ts';
import type { StatusDocument } from '../../src/runtime/statusDocument.ts';
import type { StopMode, StopResult } from '../../src/runtime/trader.ts';
import { FakeResearch } from './fakeResearch.ts';
import { FAKE_INDICATORS } from './fakeIndicators.ts';

/** A folder of its own with a configuration that the fake application reads: JSON with any of `FakeConfig`. */
export interface FakeHome {
  readonly folder: string;
  readonly configFile: string;
  write(config: FakeConfig): void;
  dispose(): void;
}

/** What the fake configuration file holds; everything is optional. */
export interface FakeConfig {
  readonly mode?: ConfigSummary['mode'];
  readonly simulated?: boolean;
  readonly dataDir?: string;
  /** A bot of this configuration does not start, and says this. */
  readonly failStart?: string;
  /** Milliseconds. */
  readonly startMs?: number;
  /** What a bot of this configuration says it waits for while it starts. */
  readonly waitsFor?: string;
  readonly warnings?: readonly string[];
  /** What is wrong; the configuration is refused. */
  readonly issues?: readonly ConfigIssue[];
  /** Content of the strategies' files, by id; one grid without. */
  readonly strategies?: Readonly<Record<string, string>>;
  /** Their markets, by id; BTC/USDT without. */
  readonly symbols?: Readonly<Record<string, string>>;
  /** What strategies that are not configured hold. */
  readonly unmanaged?: StatusDocument['unmanaged'];
  /** Anything else, to make another configuration of it. */
  readonly note?: string;
}

export function fakeHome(config: FakeConfig = {}): FakeHome {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  const configFile = join(folder, 'plimsoll.json');
  const write = (content: FakeConfig): void => {
    writeFileSync(configFile, JSON.stringify(content));
  };
  write(config);
  return {
    folder,
    configFile,
    write,
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const CLOSE_PLAN = {
  ...{ strategy: 's1', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT' },
  ...{ held: '0.5', amount: '0.5', limit: null, worth: '30000', openOrders: 3, isRemoved: false },
};

const CANCELLED = {
  ...{ order: '', strategy: 's1', symbol: 'BTC/USDT', side: 'buy', amount: '0.5', filled: '0' },
  ...{ state: 'CANCELLED', hasEnded: true, isRefused: false, message: '' },
};

export class FakeBot implements Bot {
  readonly config: ConfigSummary;
  readonly #fake: FakeConfig;
  readonly log: string[];
  paused = '';
  #state = 'starting';
  #announceGivenUp: () => void = () => undefined;
  readonly #givenUp = new Promise<void>((resolve) => {
    this.#announceGivenUp = resolve;
  });
  #fail: (error: Error) => void = () => undefined;
  readonly #listeners: Parameters<Bot['onStep']>[0][] = [];
  readonly failed = new Promise<Error>((resolve) => {
    this.#fail = resolve;
  });
  /** Has the exchange trade markets again that were left out. */
  relist: Parameters<Bot['onRelisted']>[0] = () => undefined;
  /** What stopping comes to. */
  stopResult: StopResult = { openOrders: 2, complete: true, markets: [] };
  /** Stopping waits for this. */
  stopWaits: Promise<void> = Promise.resolve();
  readings: ReturnType<Bot['signals']> = [];
  /** Strategies and markets it knows. */
  names: readonly string[] = ['s1', 'BTC/USDT'];
  moves: Awaited<ReturnType<Bot['previewAdoption']>>['moves'] = [];
  closePlan: ReturnType<Bot['planClose']> = [CLOSE_PLAN];
  closeResult: Awaited<ReturnType<Bot['close']>> = {
    ...{ market: null, isComplete: true, resting: [], waits: [] },
  };
  cancelResult: Partial<Awaited<ReturnType<Bot['cancelOrder']>>> = {};

  constructor(config: ConfigSummary, fake: FakeConfig, log: string[]) {
    this.config = config;
    this.#fake = fake;
    this.log = log;
  }

  async start(onWait: (words: string) => void = () => undefined): Promise<void> {
    const { failStart, startMs = 0, waitsFor = '', note = '' } = this.#fake;
    if (waitsFor !== '') onWait(waitsFor);
    await Promise.race([
      new Promise((resolve) => setTimeout(resolve, startMs).unref()),
      this.#givenUp,
    ]);
    if (this.#state === 'given up') throw new Error('STOPPED: before it was ready');
    if (failStart !== undefined) throw new Error(failStart);
    this.log.push(`start ${note}`.trim());
    this.#state = 'running';
  }

  giveUp(): void {
    if (this.#state !== 'starting') return;
    this.#state = 'given up';
    this.#announceGivenUp();
  }

  async stop(mode: StopMode, timeoutMs: number): Promise<StopResult> {
    this.log.push(`stop ${mode} ${timeoutMs}`);
    await this.stopWaits;
    this.#state = 'stopped';
    return this.stopResult;
  }

  async status(): Promise<StatusDocument> {
    const { mode, file, hash } = this.config;
    return {
      ...STATUS,
      running: this.#state === 'running',
      state: this.#state,
      mode,
      pid: process.pid,
      config: { ...STATUS.config, file, hash },
      unmanaged: this.#fake.unmanaged ?? [],
    };
  }

  pause({ reason, target }: Parameters<Bot['pause']>[0]): ReturnType<Bot['pause']> {
    if (target !== undefined && !this.names.includes(target))
      throw new Error(`NAME_NOT_FOUND: no strategy or market "${target}"`);
    if (target === undefined) this.paused = reason;
    this.log.push(`pause ${target === undefined ? '' : `${target}: `}${reason}`);
    return { target: target ?? null, changed: true, openEntries: 2, stillOff: '' };
  }

  resume({ reason, strategy }: Parameters<Bot['resume']>[0]): ReturnType<Bot['resume']> {
    if (strategy !== undefined && !this.names.includes(strategy))
      throw new Error(`NAME_NOT_FOUND: no strategy or market "${strategy}"`);
    if (strategy === undefined) this.paused = '';
    this.log.push(`resume ${strategy === undefined ? '' : `${strategy}: `}${reason}`);
    const stillOff = strategy === undefined ? '' : this.paused;
    return { target: strategy ?? null, changed: true, openEntries: 0, stillOff };
  }

  planClose({ name }: Parameters<Bot['planClose']>[0]): ReturnType<Bot['planClose']> {
    if (!this.names.includes(name))
      throw new Error(`NAME_NOT_FOUND: no strategy or market "${name}"`);
    return this.closePlan;
  }

  async close(...[{ name, amount, limit, reason }]: Parameters<Bot['close']>) {
    const terms = [amount, limit].map((term) => (term ? toText(term) : 'all'));
    this.log.push(`close ${name} ${terms.join(' ')} ${reason}`);
    return this.closeResult;
  }

  async cancelOrder(...[{ order, reason }]: Parameters<Bot['cancelOrder']>) {
    this.log.push(`cancel ${order} ${reason}`);
    return { ...CANCELLED, order, ...this.cancelResult };
  }

  panicResult: Awaited<ReturnType<Bot['panic']>> = {
    ...{ isComplete: true, openOrders: 0, markets: [] },
  };

  async panic(...[{ mode, reason }]: Parameters<Bot['panic']>) {
    if (this.#state !== 'running') throw new Error(`NOT_READY: the bot is ${this.#state}`);
    this.log.push(`panic ${mode} ${reason}`);
    return this.panicResult;
  }

  async resumeSymbol(request: Parameters<Bot['resumeSymbol']>[0]) {
    const { symbol, reason, adoptBalances, rule, agreed } = request;
    if (symbol !== 'BTC/USDT') throw new Error(`SYMBOL_UNKNOWN: ${symbol} is not traded here`);
    const words = [symbol, reason, adoptBalances && 'adopting', rule, agreed?.moves[0]?.after];
    this.log.push(`resume ${words.filter((word) => typeof word === 'string').join(' ')}`);
  }

  async previewAdoption({ symbol }: Parameters<Bot['previewAdoption']>[0]) {
    return { symbol, transfers: [], moves: this.moves };
  }

  planGive({ symbol, strategy, amount, cost }: Parameters<Bot['planGive']>[0]) {
    if (symbol !== 'BTC/USDT') throw new Error(`SYMBOL_UNKNOWN: ${symbol} is not traded here`);
    if (strategy !== 's1') throw new Error(`NAME_NOT_FOUND: no strategy "${strategy}"`);
    return {
      ...{ symbol, strategy, base: 'BTC', quote: 'USDT', amount: toText(amount) },
      ...{ cost: toText(cost), average: '60000', lastPrice: 61_000, before: '0', after: '0.5' },
    };
  }

  give(request: Parameters<Bot['give']>[0]) {
    this.log.push(`adopt ${toText(request.amount)} ${toText(request.cost)} ${request.reason}`);
    return this.planGive(request);
  }

  signals(symbol?: string): ReturnType<Bot['signals']> {
    return this.readings.filter((series) => symbol === undefined || series.symbol === symbol);
  }

  onStep(listener: Parameters<Bot['onStep']>[0]): void {
    this.#listeners.push(listener);
  }

  /** Lets a step come to something. */
  step(output: StepOutput): void {
    for (const listener of this.#listeners) {
      listener(output, { kind: 'control', at: 0, action: 'arm', reason: '' });
    }
  }

  onRelisted(listener: Parameters<Bot['onRelisted']>[0]): void {
    this.relist = listener;
  }

  fail(error: Error): void {
    this.#fail(error);
  }
}

export class FakeApp extends FakeResearch implements App, AppSource {
  readonly version = '9.8.7';
  /** Locks that were taken: a daemon in the test's own process never lets go of its own. */
  readonly #heldLocks: HeldLock[] = [];
  readonly locks: ProcessLocks = {
    ...processLocks,
    take: (file) => {
      const lock = processLocks.take(file);
      this.#heldLocks.push(lock);
      return lock;
    },
  };
  readonly bots: FakeBot[] = [];
  /** What happened to bots and to the simulated exchange, in order. */
  readonly log: string[] = [];
  readonly permissions: unknown[] = [];
  whenSimulatorStarts: () => void = () => undefined;
  readonly #fakes = new WeakMap<ConfigSummary, FakeConfig>();
  books: Records = EMPTY_BOOKS;
  report: BacktestReport | Error = new Error('BACKTEST_FAILED: no report was prepared');
  backtests: Parameters<App['backtest']>[0][] = [];
  readonly defaults = {
    ...{ venue: 'a-venue', seed: 'a-seed', market: 'a-market', correlation: 'a-correlation' },
    ...{ balance: 'a-balance', feeAsset: 'a-fee-asset', speed: 'a-speed', latency: 'a-latency' },
    ...{ faults: 'no-faults', port: 'a-port', controlPort: 'a-control-port', state: 'a-state' },
  };
  readonly simulationDefaults = (): Promise<FakeApp['defaults']> => Promise.resolve(this.defaults);
  readonly simulations: Parameters<App['simulate']>[0][] = [];
  readonly replays: Parameters<App['replay']>[0][] = [];
  replayed: Awaited<ReturnType<App['replay']>> = [];
  readonly driftQuestions: Parameters<App['drift']>[0][] = [];
  drifted: Awaited<ReturnType<App['drift']>> | Error = new Error('DRIFT_NO_BEGINNING: none');

  /** As the end of the process would. */
  releaseLocks(): void {
    for (const lock of this.#heldLocks.splice(0)) lock.release();
  }

  load(): Promise<App> {
    return Promise.resolve(this);
  }

  readConfig(file: string): ConfigReading {
    const place = { file, line: 1, column: 1, path: '' };
    if (!existsSync(file))
      return { ok: false, issues: [{ ...place, problem: 'the file does not exist' }] };
    const { text, fake } = readFake(file);
    if (fake.issues) return { ok: false, issues: fake.issues };
    const dataDir = fake.dataDir ?? join(file, '..', 'data');
    const at = (name: string): string => join(dataDir, name);
    const config: ConfigSummary = {
      file,
      hash: createHash('sha256').update(text).digest('hex'),
      mode: fake.mode ?? 'sandbox',
      dataDir,
      database: at('plimsoll.db'),
      socket: at('plimsoll.sock'),
      lockFile: at('plimsoll.lock'),
      logFile: at('plimsoll.log'),
      simulated: fake.simulated ?? false,
      strategies: strategiesOf(fake),
      warnings: (fake.warnings ?? []).map((problem) => ({ ...place, problem })),
      unfit: [],
      effective: { config: { mode: fake.mode ?? 'sandbox', note: fake.note ?? '' } },
    };
    this.#fakes.set(config, fake);
    return { ok: true, config };
  }

  async check({ file }: Parameters<App['check']>[0]): ReturnType<App['check']> {
    const reading = this.readConfig(file);
    if (!reading.ok) return { what: 'configuration', issues: reading.issues, warnings: [] };
    const { mode, hash, strategies, warnings, unfit } = reading.config;
    const about = { mode, hash, strategies: strategies.map(({ id }) => id) };
    return { what: 'configuration', issues: unfit, warnings, about };
  }

  readonly schema = (which: 'config' | 'strategy'): unknown => ({ title: which });
  readonly indicators = async (): ReturnType<App['indicators']> => FAKE_INDICATORS;

  async data(): Promise<DataFolder> {
    throw new Error('DATA_MISSING: this application has no candles');
  }

  async openBot(config: ConfigSummary, permission: unknown): Promise<Bot> {
    const bot = new FakeBot(config, this.#fakes.get(config) ?? {}, this.log);
    this.bots.push(bot);
    this.permissions.push(permission);
    return bot;
  }

  async ensureSimulator(): Promise<{ pid: number; stop(): Promise<void> }> {
    this.log.push('simulator start');
    this.whenSimulatorStarts();
    const stop = async (): Promise<void> => {
      this.log.push('simulator stop');
    };
    return { pid: 1, stop };
  }

  readonly panics: Parameters<App['panic']>[1][] = [];
  panicked: Awaited<ReturnType<App['panic']>> = {
    ...{ way: 'books', why: '', file: '', problems: [] },
    ...{ isComplete: true, openOrders: 0, markets: [] },
  };

  async panic(...[config, request]: Parameters<App['panic']>) {
    if (!this.locks.owner(config.lockFile)) throw new Error('the lock is not held');
    this.panics.push(request);
    request.onProgress('opening the books');
    return this.panicked;
  }

  records(): Records {
    return this.books;
  }

  explain({ code, inputs }: Parameters<App['explain']>[0]): string {
    return `words for ${code} ${JSON.stringify(inputs)}`;
  }

  async backtest(request: Parameters<App['backtest']>[0]): Promise<BacktestReport> {
    this.backtests.push(request);
    request.onProgress?.(0.5);
    request.onRemark?.('a remark');
    if (this.report instanceof Error) throw this.report;
    return this.report;
  }

  readonly runs = new FakeRuns();

  async backtestRuns(): ReturnType<App['backtestRuns']> {
    return this.runs;
  }

  async drift(question: Parameters<App['drift']>[0]): ReturnType<App['drift']> {
    this.driftQuestions.push(question);
    question.onProgress(0.5);
    if (this.drifted instanceof Error) throw this.drifted;
    return this.drifted;
  }

  async replay(request: Parameters<App['replay']>[0]): ReturnType<App['replay']> {
    this.replays.push(request);
    request.onProgress('a/file.rec', 0.5);
    return this.replayed;
  }

  async simulate(request: Parameters<App['simulate']>[0]): ReturnType<App['simulate']> {
    this.log.push('simulate');
    this.simulations.push(request);
    return fakeSimulator(request, () => this.log.push('simulate closed'));
  }
}

function strategiesOf({
  strategies = { grid: 'one' },
  symbols = {},
}: FakeConfig): ConfigSummary['strategies'] {
  return Object.entries(strategies).map(([id, hash]) => ({
    ...{ id, kind: 'grid', symbol: symbols[id] ?? 'BTC/USDT', hash },
    file: `strategies/${id}.yaml`,
  }));
}

function readFake(file: string): { readonly text: string; readonly fake: FakeConfig } {
  const text = readFileSync(file, 'utf8');
  return { text, fake: JSON.parse(text) as FakeConfig };
}

export const EMPTY_BOOKS: Records = {
  orders: () => [],
  changes: () => [],
  fills: () => [],
  notes: () => [],
  bookings: () => [],
  positions: () => [],
  balances: () => [],
  counts: () => ({ orders: 0, fills: 0, notes: 0 }),
  close: () => undefined,
};

export const READING: SignalReading = {
  at: 1_704_067_200_000,
  score: -0.256,
  coverage: 0.5,
  contributions: [{ id: 'ema_12_26', group: 'trend', value: -0.9, contribution: -0.2 }],
};

/** A sandbox in good health with one strategy that has traded. */
export const STATUS: StatusDocument = {
  schema_version: 1,
  running: true,
  mode: 'sandbox',
  state: 'running',
  state_reason: '',
  attention: [],
  pid: 811,
  version: '9.8.7',
  uptime_s: 273_600,
  market_time: '2024-01-01T09:31:00.000Z',
  config: {
    file: 'plimsoll.yaml',
    hash: '0123456789abcdef',
    loaded_at: '2024-01-01T00:00:00.000Z',
  },
  exchange: {
    id: 'binance',
    venue: 'simulated',
    private_stream: true,
    markets: [
      { symbol: 'BTC/USDT', last_price: 60_000.5, data_age_ms: 12, stale: false, halted: null },
    ],
    gone: [],
  },
  queue: {
    backend: 'embedded',
    waiting: 0,
    active: 0,
    failed: 0,
    redriven: 0,
    trouble: null,
    warning: null,
  },
  database: { file: 'plimsoll.db', orders: 40, fills: 12, notes: 7 },
  recording: {
    file: 'data/recordings/20240101T000000000Z-000001.rec',
    since: '2024-01-01T00:00:00.000Z',
    events: 1_234,
    bytes: 3_145_728,
    bytes_in_all: 9_000_000,
    stopped: null,
  },
  equity: { quote: 'USDT', value: '10212.4049', opening: '10000', pnl: '212.4049', unpriced: [] },
  balances: [{ asset: 'USDT', opening: '10000', total: '10212.4049' }],
  dust: [],
  risk: {
    paused: false,
    pause_reason: null,
    exposure: '1000',
    max_total_exposure: '3000',
    open_orders: 12,
    max_open_orders: 50,
    unknown_orders: 0,
    balance_drift: null,
  },
  unmanaged: [],
  strategies: [
    {
      id: 'grid',
      kind: 'grid',
      symbol: 'BTC/USDT',
      timeframe: '1m',
      state: 'active',
      budget: '1000',
      position: {
        ...{ amount: '0.012', cost: '700', average_price: '58333.33' },
        ...{ booked: null, not_there: '0' },
      },
      realised_pnl: '88.1',
      unrealised_pnl: '-0.1',
      fees_quote: '1.2',
      fills: 12,
      open_orders: 12,
      protection: { where: 'exchange', stop_price: 54000, at_exchange: '0.012', why: '' },
      exit_in_parts: null,
      last_decision: {
        at: '2024-01-01T09:31:00.000Z',
        code: 'GRID_HOLD',
        text: 'price inside line 7 and 8',
        inputs: { line: 7 },
        cause: null,
      },
    },
  ],
  health: {
    inbox_depth: 0,
    events: 1000,
    dropped: 0,
    unknown_orders: 0,
    unknown_oldest_ms: 0,
    journal_lag_ms: 0,
    wal_bytes: 4_096,
    journal_standstill: null,
    disk_full: false,
    event_loop_delay_ms: 1.4,
    clock_offset_ms: -3,
    reconcile_age_ms: 12_000,
    failing: [],
    rate_used: 0.04,
    paused_by_exchange_ms: 0,
    rss_bytes: 188_743_680,
  },
};
