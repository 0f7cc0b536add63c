import type { Fill } from '../core/domain/fill.ts';
import type { IntentId, MarketSymbol, StrategyId } from '../core/domain/ids.ts';
import type { Json } from '../core/domain/json.ts';
import type { Note } from '../core/domain/notes.ts';
import type { ApprovedOrder, OrderRecord, OrderState } from '../core/domain/order.ts';
import type {
  AttributedFill,
  BookedTransfer,
  LedgerBalance,
  Position,
  Transfer,
} from '../core/domain/position.ts';
import type { SwitchedOff } from '../core/domain/switch.ts';
import type { Millis } from '../core/domain/time.ts';

/** One transition of an order, for its history. */
export interface OrderChange {
  readonly intentId: IntentId;
  readonly at: Millis;
  readonly from: OrderState;
  readonly to: OrderState;
  readonly message: string;
}

/**
 * Everything one engine step wants remembered; written in one transaction or not at all. Its lists are valid during `commit`
 * only, and a strategy's `state` may be worked out when it is read: a journal that stores it reads it once, inside `commit`.
 */
export interface StepRecord {
  /** Market time of the event. */
  readonly at: Millis;
  /** Wall time of the commit. */
  readonly wallMs: Millis;
  /** New intents. `deadlineMs`: wall time from which on it may no longer be sent. */
  readonly intents: readonly { readonly order: ApprovedOrder; readonly deadlineMs: Millis }[];
  /** Orders as they now stand. */
  readonly orders: readonly OrderRecord[];
  readonly changes: readonly OrderChange[];
  readonly fills: readonly AttributedFill[];
  readonly positions: readonly Position[];
  readonly balances: readonly LedgerBalance[];
  readonly transfers: readonly Transfer[];
  /** What was booked into and out of positions without a fill. */
  readonly bookings: readonly BookedTransfer[];
  readonly strategies: readonly { readonly id: StrategyId; readonly state: Json }[];
  readonly notes: readonly Note[];
  /** Persisted switches; absent when unchanged. */
  readonly flags?: JournalFlags;
}

export interface JournalFlags {
  /** Absent: entries are on. */
  readonly paused?: SwitchedOff;
  readonly halted: readonly ({ readonly symbol: MarketSymbol } & SwitchedOff)[];
}

/** How far books had come that an old copy has taken the place of. */
export interface OldCopy {
  /** Runs that the copy does not know of. */
  readonly runs: number;
  /** Orders that were planned and that the copy does not have. */
  readonly orders: number;
}

/** What the journal knows at boot. */
export interface Recovered {
  /** Made once per database; part of every intent id. */
  readonly instanceId: string;
  /** Made anew by every `recover`, never the same twice, not even after an old copy of the file was put back. */
  readonly runId: string;
  /** This run's fencing number; larger than that of every run before. */
  readonly epoch: number;
  /** The file was there without anything in it, and no balances were opened since: books may have been lost. */
  readonly foundEmpty?: boolean;
  /** The books are an older copy of themselves: what they had planned since is lost. Absent: they are not, as far as is known. */
  readonly oldCopy?: OldCopy;
  /** First sequence number not yet used, in this copy and any other. */
  readonly nextSequence: number;
  /**
   * Every order that is not terminal, by sequence. None is PLANNED or SENDING: what earlier runs left so may or may not have reached
   * the exchange, and has become UNKNOWN together with the taking of the epoch.
   */
  readonly orders: readonly OrderRecord[];
  readonly positions: readonly Position[];
  readonly balances: readonly LedgerBalance[];
  readonly strategies: ReadonlyMap<StrategyId, Json>;
  /** Market time at which each of these was kept last. */
  readonly keptAt: ReadonlyMap<StrategyId, Millis>;
  readonly flags: JournalFlags;
  /** Market time of the newest fill, 0 when there is none. */
  readonly lastFillAt: Millis;
  /** Market time of the newest step, 0 when there is none. */
  readonly lastStepAt: Millis;
}

/**
 * What makes a fill this fill, within the journal's exchange and account. The side belongs to it: a stop may meet a resting buy of
 * ours, and then one trade id stands for a fill of each.
 */
export type FillKey = Pick<Fill, 'symbol' | 'tradeId' | 'side'>;

/** How to find an order. Keys are tried in this order; the first that is given and known decides. */
export interface OrderKey {
  readonly intentId?: IntentId;
  readonly clientOrderId?: string;
  readonly exchangeOrderId?: string;
  /** Narrows `exchangeOrderId`: some exchanges (Binance) number orders per symbol. Without it the newest order is meant. */
  readonly symbol?: MarketSymbol;
}

/** How the journal is. */
export interface JournalHealth {
  /** Bytes of the write-ahead log; 0 where there is none. */
  readonly walBytes: number;
  /** The disk space kept in reserve has been given up: the disk is all but full. */
  readonly reserveSpent: boolean;
}

/**
 * The single-writer record of truth. Synchronous: when a call returns, what it wrote is on disk.
 * Every call throws Error `JOURNAL_FENCED` when a newer epoch has taken over, `JOURNAL_FULL` when the disk is full.
 */
export interface Journal {
  /** Takes the next epoch, makes UNKNOWN what earlier runs may have sent, and reads back what must go on. Call once, first. */
  recover(): Recovered;
  /** What an old copy lacks must be visible at the exchange by now: from here on it counts as the newest there is. */
  caughtUp(): void;
  commit(step: StepRecord): void;
  /** One look, no writing: the newest run is this one. @throws Error `JOURNAL_FENCED` */
  assertOurs(): void;
  hasFill(fill: FillKey): boolean;
  /** Any order ever journalled, terminal ones included; undefined when there is none. */
  findOrder(key: OrderKey): OrderRecord | undefined;
  /** Looks at itself and mends what it can: cuts an overgrown write-ahead log, sets the reserve aside again. */
  tend(): JournalHealth;
  /** Gives the disk space kept in reserve up, so that writing goes on for a while; false when there was none. */
  spendReserve(): boolean;
  close(): void;
}
