/** What an in-memory journal holds. A journal writes it, records read it; it ends with the process. */
import type { Asset, IntentId, MarketSymbol, StrategyId, TradeId } from '../../core/domain/ids.ts';
import type { Note } from '../../core/domain/notes.ts';
import type { OrderRecord, Side } from '../../core/domain/order.ts';
import type {
  AttributedFill,
  BookedTransfer,
  LedgerBalance,
  Position,
  Transfer,
} from '../../core/domain/position.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { JournalFlags, OrderChange, StepRecord } from '../../ports/journal.ts';

/** Newest notes kept; up to twice as many are held between two prunings. */
const NOTES_MAX = 100_000;

export interface MemoryStoreOptions {
  /** Part of every intent id; fixed by default, so that two runs over the same data make the same ids. */
  readonly instanceId?: string;
  /** Newest notes kept, ≥ 1. */
  readonly notesMax?: number;
}

/** One intent's order. The record is the engine's own object, not a copy. */
export interface OrderEntry {
  record: OrderRecord;
}

export interface MemoryStore {
  readonly instanceId: string;
  readonly notesMax: number;
  /** Newest epoch taken; 0 before the first. */
  epoch: number;
  nextSequence: number;
  lastFillAt: Millis;
  lastStepAt: Millis;
  flags: JournalFlags;
  readonly orders: Map<IntentId, OrderEntry>;
  /** The same entries in the order of commit. */
  readonly entries: OrderEntry[];
  /** Entries from the start up to `clientIdsIndexed`; the rest is indexed when someone asks. */
  readonly byClientOrderId: Map<string, OrderEntry>;
  clientIdsIndexed: number;
  readonly changes: OrderChange[];
  readonly fills: AttributedFill[];
  /** Trade ids of every fill: exchanges number trades per symbol, and one may be a fill on either side. */
  readonly fillKeys: Map<MarketSymbol, Readonly<Record<Side, Set<TradeId>>>>;
  /** By `strategy symbol`. */
  readonly positions: Map<string, Position>;
  readonly balances: Map<Asset, LedgerBalance>;
  readonly transfers: Transfer[];
  readonly bookings: BookedTransfer[];
  /** As the steps brought them: the state is read when someone asks, because working it out costs more than all the rest. */
  readonly strategies: Map<StrategyId, StepRecord['strategies'][number]>;
  /** Market time at which each was kept last. */
  readonly keptAt: Map<StrategyId, Millis>;
  readonly notes: Note[];
}

/** An empty store; a journal writes it, records read it. */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  return {
    instanceId: options.instanceId ?? 'memory',
    notesMax: options.notesMax ?? NOTES_MAX,
    epoch: 0,
    nextSequence: 1,
    lastFillAt: 0,
    lastStepAt: 0,
    flags: { halted: [] },
    orders: new Map(),
    entries: [],
    byClientOrderId: new Map(),
    clientIdsIndexed: 0,
    changes: [],
    fills: [],
    fillKeys: new Map(),
    positions: new Map(),
    balances: new Map(),
    transfers: [],
    bookings: [],
    strategies: new Map(),
    keptAt: new Map(),
    notes: [],
  };
}

/** Every order, ascending by sequence. */
export function ordersBySequence(store: MemoryStore): readonly OrderRecord[] {
  return store.entries
    .map(({ record }) => record)
    .sort((a, b) => a.intent.sequence - b.intent.sequence);
}
