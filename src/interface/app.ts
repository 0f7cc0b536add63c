/** What the composition offers to the command line and the daemon. bin joins the two; neither imports the other. */
import type { Gap } from '../core/domain/barColumns.ts';
import type { SeriesKey } from '../core/domain/market.ts';
import type { Timeframe } from '../core/domain/time.ts';
import type {
  SeriesName,
  Span,
  StoredSeries,
  StoreFinding,
  StoreResult,
} from '../ports/candleStore.ts';
import type { NoteInputs } from '../core/domain/notes.ts';
import type { SignalReading } from '../core/domain/signal.ts';
import type { ProcessLocks } from '../ports/processLock.ts';
import type { Records } from '../ports/records.ts';
import type { LookAheadCheck, WarmUpCheck } from '../research/historyChecks.ts';
import type { DriftResult } from '../research/drift/drift.ts';
import type { OptimiseReport, WalkForwardReport } from '../research/optimise/report.ts';
import type {
  JoinedWorker,
  OptimiseRequest,
  WalkForwardRequest,
  WorkRequest,
} from '../research/optimise/request.ts';
import type { ReplayResult } from '../research/replay.ts';
import type { BacktestReport } from '../research/reportSchema.ts';
import type { RunSummary } from '../research/runSummary.ts';
import type { ClosePlan, CloseRequest, CloseResult } from '../runtime/closing.ts';
import type { GivePlan, GiveRequest } from '../runtime/giving.ts';
import type { CancelResult, SwitchResult } from '../runtime/operator.ts';
import type { OfflinePanic, PanicRequest } from '../runtime/offlinePanic.ts';
import type { PanicMode, PanicResult } from '../runtime/panic.ts';
import type { AdoptionDocument, ResumeRequest } from '../runtime/resume.ts';
import type { StatusDocument } from '../runtime/statusDocument.ts';
import type { StepListener } from '../runtime/session.ts';
import type { StopMode, StopResult } from '../runtime/trader.ts';

/** One thing wrong in a configuration file. */
export interface ConfigIssue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Key path, e.g. `risk.price_band`; empty for the file as a whole. */
  readonly path: string;
  readonly problem: string;
  /** What to write instead, when it can be told. */
  readonly fix?: string;
}

/** An indicator of the catalogue. */
export interface IndicatorFacts {
  readonly name: string;
  readonly family: string;
  readonly summary: string;
  readonly params: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly default: number;
    readonly min: number;
    readonly max: number;
    readonly isWhole: boolean;
  }[];
  /** Fields of a bar that it reads. */
  readonly inputs: readonly string[];
  readonly outputs: readonly { readonly name: string; readonly meaning: string }[];
  /** Bars before its outputs are numbers, with the usual parameters. */
  readonly warmUp: number;
  /** Bars after which nothing before them shows; Infinity: never. */
  readonly settle: number;
  readonly formula: string;
  /** How what is recursive begins; absent: a window. */
  readonly seeding?: string;
  readonly source: string;
}

/** A configuration that was read and found good. */
export interface ConfigSummary {
  readonly file: string;
  readonly hash: string;
  readonly mode: 'paper' | 'sandbox' | 'live';
  readonly dataDir: string;
  readonly database: string;
  readonly socket: string;
  readonly lockFile: string;
  readonly logFile: string;
  /** True when the exchange is the built-in simulated one. */
  readonly simulated: boolean;
  readonly strategies: readonly {
    readonly id: string;
    readonly kind: string;
    readonly symbol: string;
    readonly file: string;
    /** Differs when anything of the file that matters does. */
    readonly hash: string;
  }[];
  /** What is not wrong but probably not meant. */
  readonly warnings: readonly ConfigIssue[];
  /** Strategies that cannot trade, as far as that is known without the exchange: the others run. */
  readonly unfit: readonly ConfigIssue[];
  /** The whole configuration as it is in force, defaults filled in, secrets left out; JSON-able. */
  readonly effective: unknown;
}

/** What `config check` found. */
export interface FileCheck {
  readonly what: 'configuration' | 'strategy';
  /** What must be changed: none when the file is good. */
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
  /** Absent when it could not be read as a configuration. */
  readonly about?: {
    readonly mode: string;
    readonly hash: string;
    readonly strategies: readonly string[];
  };
}

export type ConfigReading =
  | { readonly ok: true; readonly config: ConfigSummary }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/** A bot in this process. */
export interface Bot {
  readonly config: ConfigSummary;
  /**
   * Resolves when armed. What the exchange does not answer is asked again for as long as it takes.
   * @param onWait hears in words what is waited for, at every attempt, and an empty text when that is over
   * @throws Error with a code prefix (`QUEUE_…`, `JOURNAL_…`, `KEY_REFUSED`) saying what to do; `STOPPED` after `giveUp`.
   */
  start(onWait?: (words: string) => void): Promise<void>;
  /** Ends a start that is under way; nothing otherwise. */
  giveUp(): void;
  stop(mode: StopMode, timeoutMs: number): Promise<StopResult>;
  /** After stop: the reading taken when everything had drained and the books were still open. */
  status(): Promise<StatusDocument>;
  /**
   * Entries off, of everything, of a strategy or of a market; kept over restarts.
   * @throws Error `NAME_NOT_FOUND`, `NOT_READY`
   */
  pause(request: { readonly reason: string; readonly target?: string | undefined }): SwitchResult;
  /** Entries on again, of everything or of a strategy. @throws Error `NAME_NOT_FOUND`, `NOT_PAUSED`, `NOT_READY` */
  resume(request: {
    readonly reason: string;
    readonly strategy?: string | undefined;
  }): SwitchResult;
  /** What a close would do. @throws Error `NAME_NOT_FOUND`, `NOTHING_TO_CLOSE`, `CLOSE_REFUSED`, `USAGE`, `NOT_READY` */
  planClose(request: CloseRequest): readonly ClosePlan[];
  /** Sells, and waits for it so long at most. @throws Error as `planClose` */
  close(request: CloseRequest & { readonly reason: string }, waitMs: number): Promise<CloseResult>;
  /** @throws Error `ORDER_NOT_FOUND`, `ORDER_ENDED`, `CANCEL_REFUSED`, `NOT_READY` */
  cancelOrder(
    request: { readonly order: string; readonly reason: string },
    waitMs: number,
  ): Promise<CancelResult>;
  /**
   * Entries off, those that are open cancelled, and all that is held sold or kept; waits for it so long at most.
   * @throws Error `NOT_READY` while it starts or stops
   */
  panic(
    request: { readonly mode: PanicMode; readonly reason: string },
    waitMs: number,
  ): Promise<PanicResult>;
  /**
   * Lets a halted symbol trade again; `adoptBalances` books the difference between exchange and ledger first.
   * @throws Error `SYMBOL_UNKNOWN`, `NOT_HALTED`, `POSITIONS_MISSING`, `RULE_…`, `PLAN_CHANGED`, `BALANCES_MOVING`, `GATEWAY_FAILED`,
   * `NOT_READY`
   */
  resumeSymbol(request: ResumeRequest): Promise<void>;
  /** What `resumeSymbol` with `adoptBalances` would book. @throws Error as that */
  previewAdoption(request: Pick<ResumeRequest, 'symbol' | 'rule'>): Promise<AdoptionDocument>;
  /** What giving coins to a strategy would come to. @throws Error `SYMBOL_UNKNOWN`, `NAME_NOT_FOUND`, `ADOPT_REFUSED`, `NOT_READY` */
  planGive(request: GiveRequest): GivePlan;
  /** @throws Error as `planGive` */
  give(request: GiveRequest & { readonly reason: string }): GivePlan;
  /** Readings by series; one symbol or all. */
  signals(symbol?: string): readonly {
    readonly symbol: string;
    readonly timeframe: string;
    readonly reading: SignalReading;
  }[];
  /** Called after every step that came to something. */
  onStep(listener: StepListener): void;
  /** Called, once a minute, while markets that were left out at the start are traded by the exchange: a bot opened anew takes them in. */
  onRelisted(listener: (symbols: readonly string[]) => void): void;
  /** Resolves when the session has failed and nothing more will be sent; never while it runs well. */
  readonly failed: Promise<Error>;
}

export interface BacktestRequest {
  /** All on one account. */
  readonly strategyFiles: readonly string[];
  /** Candle files, each as it is or as `BTC/USDT=FILE`; absent: stored candles of `exchange`. */
  readonly dataFiles?: readonly string[];
  readonly exchange?: string;
  /** Length of finer bars for fills and guards, from the same places; absent: the same bars. */
  readonly detail?: Timeframe;
  /** UTC times (ms); absent: the file's ends. Bars before `fromMs` warm the strategy up. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Money, fees, slippage and limits; `isNamed`: the user named the file, so that it must be there. */
  readonly config?: { readonly file: string; readonly isNamed: boolean };
  /** Trading rules of markets; absent: guessed from the data. */
  readonly marketFile?: string;
  /** Market to run on instead of the strategies' own, `BTC/USDT`. */
  readonly symbol?: string;
  /** What is held is sold at the last close. */
  readonly closeAtEnd?: boolean;
  /** Draws of random entries to stand beside, ≥ 1; absent: none. */
  readonly random?: { readonly draws: number; readonly seed: number };
  /** Progress in [0, 1]. */
  readonly onProgress?: (share: number) => void;
  /** Asked now and then; true ends the run, and the report is of what there is. */
  readonly isCancelled?: () => boolean;
  /** Things worth saying that are not errors, e.g. a timeframe taken from the data. */
  readonly onRemark?: (text: string) => void;
}

/** A strategy over parts of a history. */
export interface HistoryCheckRequest {
  readonly strategyFile: string;
  readonly dataFile: string;
  readonly config?: { readonly file: string; readonly isNamed: boolean };
  readonly marketFile?: string;
  readonly symbol?: string;
  /** Bars that open outside are left out. UTC, ms. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Shorter histories, or moments. ≥ 1. */
  readonly count: number;
  readonly onProgress: (share: number) => void;
  readonly onRemark: (text: string) => void;
}

export interface ReplayRequest {
  /** A file, a folder of recordings, or `latest`: the newest below `data_dir`. */
  readonly recording: string;
  readonly config: { readonly file: string; readonly isNamed: boolean };
  readonly onProgress: (file: string, share: number) => void;
}

/** A recorded period of the data folder, and where the backtest's bars come from. */
export interface DriftQuestion {
  readonly config: { readonly file: string; readonly isNamed: boolean };
  /** Market time, UTC, ms; absent: all that is recorded. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** A file of candles, or an exchange whose candles are stored; absent: the recorded bars. */
  readonly dataFile?: string;
  readonly storedOf?: string;
  readonly onProgress: (share: number) => void;
}

/** One recorded run, done again. */
export interface ReplayedFile extends ReplayResult {
  readonly file: string;
  /** Bytes at the end of the file that cannot be read. */
  readonly tornBytes: number;
}

/** Backtests that were run before, below `data_dir`. */
export interface BacktestRuns {
  readonly folder: string;
  /** @param at wall time, ms @returns the run's id */
  keep(report: BacktestReport, at: number): string;
  /** The newest first. */
  list(): readonly (RunSummary & { readonly id: string })[];
  /** By its id, by how that begins, or `latest`. @throws Error `RUN_NOT_FOUND`, `RUN_INVALID` */
  read(name: string): { readonly id: string; readonly report: BacktestReport };
}

/** Candles on disk, below `data_dir`. */
export interface DataFolder {
  readonly folder: string;
  /** @throws Error `DATA_CORRUPT` naming the file. */
  list(): readonly StoredSeries[];
  verify(): readonly StoreFinding[];
  /** @throws Error `DATA_…` naming the file and what is wrong with it. */
  importFile(request: {
    readonly file: string;
    readonly exchange: string;
    /** Absent: as the file tells. */
    readonly symbol?: string;
    readonly replace: boolean;
  }): StoreResult & {
    readonly name: SeriesName;
    readonly conversions: readonly string[];
    readonly gaps: readonly Gap[];
  };
  /** @throws Error `HISTORY_UNAVAILABLE`; what was fetched before stays. */
  download(order: {
    readonly exchange: string;
    readonly series: readonly SeriesKey[];
    /** Opening times: from inclusive, to exclusive. */
    readonly fromMs: number;
    readonly toMs: number;
    readonly onProgress: (series: string, share: number) => void;
    readonly isCancelled: () => boolean;
    readonly endpoints?: { readonly http: string; readonly ws: string };
  }): Promise<
    readonly (StoreResult & {
      readonly series: SeriesKey;
      readonly bars: number;
      readonly gaps: readonly Gap[];
      readonly isCancelled: boolean;
    })[]
  >;
  resample(name: SeriesName, timeframe: Timeframe): StoreResult;
  /** @throws Error `DATA_MISSING` when there is nothing of it. */
  exportCsv(name: SeriesName, span: Span, file: string): { readonly bars: number };
}

export interface SimulatorRequest {
  /** Whose words it speaks; default Binance. */
  readonly venue?: string;
  readonly seed?: number;
  /** A regime of the seeded market, or recorded files, each as it is or as `BTC/USDT=FILE`. */
  readonly market?: readonly string[];
  /** Refuses recorded files with gaps. */
  readonly strict?: boolean;
  /** Correlation of the seeded symbols' returns, from 0 to 1. */
  readonly correlation?: number;
  /** Play money of a new world, `USDT=10000` each. */
  readonly balance?: readonly string[];
  /** Asset that fees are paid in while there is enough of it, and its price, as `BNB/USDT=600`. */
  readonly feeAsset?: string;
  /** Market seconds per second; `max`: as fast as the clients take it. */
  readonly speed?: number | 'max' | 'paused';
  /** Name of a latency profile. */
  readonly latency?: string;
  /** File of fault rules and conditions. */
  readonly faults?: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly controlPort?: number;
  /** Folder where the world is kept; absent: nothing is kept. */
  readonly state?: string;
}

/** A few numbers of a simulated exchange that runs. */
export interface SimulatorSummary {
  readonly market_time: number;
  readonly speed: number | 'max';
  readonly paused: boolean;
  /** A recording is over. */
  readonly ended: boolean;
  readonly last_prices: Readonly<Record<string, string>>;
  readonly requests: number;
  readonly connections: number;
  /** How often a fault rule has struck. */
  readonly faults: number;
  readonly open_orders: number;
  readonly fills: number;
  readonly violations: readonly string[];
}

export interface RunningSimulator {
  readonly venue: 'binance' | 'okx';
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
  /** Things worth saying that are not errors, e.g. gaps in a recording. */
  readonly remarks: readonly string[];
  summary(): SimulatorSummary;
  close(): Promise<void>;
}

/** The application, and what is known of it before it is loaded: to say its version or its help takes nothing of it. */
export interface AppSource {
  readonly version: string;
  load(): Promise<App>;
}

/** Everything the command line can ask for. */
export interface App {
  readonly version: string;
  readonly locks: ProcessLocks;
  /**
   * Reads and checks a configuration and all its strategies; never throws for what a user wrote.
   * @param only strategy files that cannot be read are left out, and warned of
   */
  readConfig(file: string, only?: 'good strategies'): ConfigReading;
  /**
   * Checks a configuration, or one strategy file by the exchange and the limits of `configFile`.
   * @param online asks the exchange. @throws Error `GATEWAY_FAILED`, `HISTORY_UNAVAILABLE`, `SIMULATOR_FAILED`.
   */
  check(request: {
    readonly file: string;
    readonly configFile: string;
    readonly online: boolean;
  }): Promise<FileCheck>;
  /** JSON Schemas for editors. */
  schema(which: 'config' | 'strategy'): unknown;
  /** The catalogue of indicators, by family. */
  indicators(): Promise<readonly IndicatorFacts[]>;
  /** @param live the `--live` flag was given; `armed`: the operator typed the arming words at a terminal. */
  openBot(
    config: ConfigSummary,
    permission: { readonly live: boolean; readonly armed: boolean; readonly exitsOnly?: boolean },
  ): Promise<Bot>;
  /**
   * Makes sure the simulated exchange this configuration names is running (a process of its own); undefined when it needs none.
   * @param keeper names the daemon that asks. `stop` ends what it has started, or what its dead predecessor had; nothing else.
   */
  ensureSimulator(
    config: ConfigSummary,
    keeper: string,
  ): Promise<{ readonly pid: number; stop(): Promise<void> } | undefined>;
  /**
   * The panic of a configuration whose daemon does not run: the caller holds its lock.
   * @throws Error what must be mended first: `CONFIG_…`, `JOURNAL_ACCOUNT`, `KEY_…`, `SIMULATOR_FAILED`
   */
  panic(config: ConfigSummary, request: PanicRequest): Promise<OfflinePanic>;
  /** Opens the books read-only; works with and without a running daemon. @throws Error `JOURNAL_MISSING`. */
  records(config: ConfigSummary): Records;
  explain(note: { readonly code: string; readonly inputs: NoteInputs }): string;
  backtest(request: BacktestRequest): Promise<BacktestReport>;
  /** Backtests that were run before. @throws Error `CONFIG_INVALID` */
  backtestRuns(choice: { readonly file: string; readonly isNamed: boolean }): Promise<BacktestRuns>;
  /** Candles on disk. @throws Error `CONFIG_INVALID` */
  data(choice: { readonly file: string; readonly isNamed: boolean }): Promise<DataFolder>;
  /** What a strategy says must not change with what comes after it. @throws Error `CONFIG_INVALID`, `DATA_…` */
  checkLookAhead(request: HistoryCheckRequest): Promise<LookAheadCheck>;
  /** Nor, but for little, with what lies long before. @throws Error `CONFIG_INVALID`, `DATA_…` */
  checkWarmUp(request: HistoryCheckRequest): Promise<WarmUpCheck>;
  /**
   * Searches parameters, books every trial, judges the best and writes it; what is booked is not run again.
   * @throws Error `CONFIG_INVALID`, `DATA_…`, `USAGE`, `LEDGER_…`
   */
  optimise(request: OptimiseRequest): Promise<OptimiseReport>;
  /** Searches on each window of a history and runs what was found on what came after. @throws Error as `optimise` */
  walkForward(request: WalkForwardRequest): Promise<WalkForwardReport>;
  /** Joins the workers of searches on a Redis. @throws Error `QUEUE_UNAVAILABLE`, `QUEUE_AWAY` */
  work(request: WorkRequest): Promise<JoinedWorker>;
  /** Recorded runs, done again one after the other, oldest first. @throws Error `RECORDING_…`, also while it is gone through */
  replay(request: ReplayRequest): Promise<Iterable<ReplayedFile>>;
  /** A recorded period against its backtest. @throws Error `RECORDING_…`, `DRIFT_NO_BEGINNING`, `DATA_…`, `CONFIG_INVALID` */
  drift(question: DriftQuestion): Promise<DriftResult>;
  simulate(request: SimulatorRequest): Promise<RunningSimulator>;
  /** What holds where a simulation's request says nothing, in words. */
  simulationDefaults(): Promise<Readonly<Record<keyof Omit<SimulatorRequest, 'strict'>, string>>>;
}
