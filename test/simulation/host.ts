/** What the parts of a simulation see of each other. The simulation itself is the host; a process lives in it. */
import type { ApprovedOrder } from '../../src/core/domain/order.ts';
import type { MarketSymbol } from '../../src/core/domain/ids.ts';
import type { Connection } from '../../src/adapters/sqlite/database.ts';
import type { ExchangeGateway, OrderRef } from '../../src/ports/exchangeGateway.ts';
import type { Journal, Recovered, StepRecord } from '../../src/ports/journal.ts';
import type { Recorder } from '../../src/ports/recorder.ts';
import type { StopMode, Trader } from '../../src/runtime/trader.ts';
import type { Sleeper, WallClock } from './clocks.ts';
import type { Dice } from './dice.ts';
import type { Disk, Loss } from './disk.ts';
import type { SimExchange, TradeRow } from './exchange.ts';
import type { FeedWeather, SimFeed } from './feed.ts';
import type { SimGateway, StreamWeather } from './gateway.ts';
import type { QueueServer } from './queue.ts';
import type { Scheduler } from './scheduler.ts';
import type { StrategySet } from './specs.ts';
import type { Trace } from './trace.ts';
import type { Violation } from './violation.ts';
import type { Network } from './wire.ts';

/** One run of the daemon. */
export interface ProcessView extends Sleeper {
  readonly number: number;
  /** The journal's fencing number of this run; 0 before it has one. */
  readonly epoch: number;
  readonly trader: Trader;
  readonly gateway: SimGateway;
  readonly feed: SimFeed;
  readonly isRunning: boolean;
  stop(mode: StopMode, timeoutMs: number): void;
}

/** A planted bug: a wrapper around a port, or a hand in the parts. */
export interface Mutant {
  readonly gateway?: (
    gateway: ExchangeGateway,
    process: ProcessView,
    host: Host,
  ) => ExchangeGateway;
  readonly journal?: (journal: Journal, process: ProcessView, host: Host) => Journal;
  /** A connection has just been opened as production does. */
  readonly opened?: (connection: Connection) => void;
  /** What the engine of each run is given and asks for is taken down there. */
  readonly recorder?: () => Recorder;
  /** Boot has made the parts. */
  readonly started?: (process: ProcessView, host: Host) => void;
}

/** Points inside production code at which a process may be killed. */
export type CrashPoint =
  | 'before-commit'
  | 'in-commit'
  | 'after-commit'
  | 'sending'
  | 'placing'
  | 'replied'
  | 'failed-commit'
  | 'cancelling'
  | 'booting';

/** Streams of chance, one per purpose. */
export interface DiceSet {
  readonly stream: Dice;
  readonly feed: Dice;
  readonly faults: Dice;
  readonly host: Dice;
}

/** Sees what production does, where it does it, and compares it with the truth. */
export interface Watcher {
  /** An order is about to leave. */
  sending(process: ProcessView, order: ApprovedOrder): void;
  cancelling(process: ProcessView, order: OrderRef): void;
  recovered(process: ProcessView, recovered: Recovered): void;
  /** The private stream has told a process of an execution, and the process has taken it in. */
  told(process: ProcessView, row: TradeRow, symbol: MarketSymbol): void;
  committed(step: StepRecord): void;
}

export interface Host {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly wall: WallClock;
  readonly network: Network;
  readonly exchange: SimExchange;
  readonly queue: QueueServer;
  readonly disk: Disk;
  readonly streamWeather: StreamWeather;
  readonly feedWeather: FeedWeather;
  readonly strategies: StrategySet;
  readonly dice: DiceSet;
  readonly watch: Watcher;
  readonly mutant: Mutant;
  /** The process that is up or coming up; undefined between a death and the next start. */
  readonly process: ProcessView | undefined;
  /** Whether a fault has come to pass in this run. */
  readonly hasOccurred: (id: string) => boolean;
  /** The faults are over. */
  readonly isHealing: boolean;
  /** An old copy of the journal was put back, and no process has read it yet. */
  readonly isRestored: boolean;
  /** A process has committed an order as planned. */
  planned(order: ApprovedOrder): void;
  /** A process has opened its private stream. */
  streamOpened(): void;
  /** The market may stand still: the process is about to close its books. */
  quiet(): void;
  /** True once for each crash that is due at this point. */
  isCrashDue(point: CrashPoint): boolean;
  kill(process: ProcessView, loss: Loss): void;
  processReady(process: ProcessView): void;
  processFailed(process: ProcessView, error: Error): void;
  processStopped(process: ProcessView, complete: boolean): void;
  logged(
    level: 'info' | 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, unknown>>,
  ): void;
  /** The first one counts. */
  violated(violation: Violation): void;
}
