/**
 * The journal in memory, for backtests and tests: the port's semantics without a disk.
 *
 * Made to cost next to nothing inside a backtest's loop: nothing is copied. It keeps the engine's own order records, positions,
 * balances and strategies by reference, so it sees a change of them before that change is committed. A reader that
 * must not see that needs the SQLite journal. The arrays of a step are not kept; they may be reused by the caller.
 */
import { ZERO } from '../../core/domain/decimal.ts';
import type { IntentId, MarketSymbol } from '../../core/domain/ids.ts';
import type { OrderIntent, OrderRecord } from '../../core/domain/order.ts';
import { isTerminal } from '../../core/orders/transitions.ts';
import type {
  FillKey,
  Journal,
  JournalHealth,
  OrderKey,
  Recovered,
  StepRecord,
} from '../../ports/journal.ts';
import { ordersBySequence, type MemoryStore, type OrderEntry } from './store.ts';

const LAST_RUN = 'the run that planned it is over; whether it was sent is not known';

/**
 * A journal over a store. Several may share one store, as several processes share a file: the newest to `recover` may write.
 * Calls throw, beyond what the port says: `JOURNAL_INVALID` when a step contradicts the store, `JOURNAL_NOT_RECOVERED`.
 */
export function memoryJournal(store: MemoryStore): Journal {
  return new MemoryJournal(store);
}

class MemoryJournal implements Journal {
  readonly #store: MemoryStore;
  #epoch = 0;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  recover(): Recovered {
    const store = this.#store;
    store.epoch += 1;
    this.#epoch = store.epoch;
    doubt(store);
    return {
      instanceId: store.instanceId,
      // Nothing outlives the process that could be put back.
      runId: String(store.epoch),
      epoch: store.epoch,
      nextSequence: store.nextSequence,
      orders: ordersBySequence(store).filter((order) => !isTerminal(order.state)),
      positions: [...store.positions.values()],
      balances: [...store.balances.values()],
      strategies: statesOf(store),
      keptAt: store.keptAt,
      flags: store.flags,
      lastFillAt: store.lastFillAt,
      lastStepAt: store.lastStepAt,
    };
  }

  /** No copy of it is ever put back. */
  caughtUp(): void {}

  commit(step: StepRecord): void {
    this.#check();
    const store = this.#store;
    assertConsistent(store, step);
    writeOrders(store, step);
    writeLedger(store, step);
    for (const kept of step.strategies) {
      store.strategies.set(kept.id, kept);
      store.keptAt.set(kept.id, step.at);
    }
    writeNotes(store, step);
    if (step.flags) store.flags = step.flags;
    if (step.at > store.lastStepAt) store.lastStepAt = step.at;
  }

  assertOurs(): void {
    this.#check();
  }

  hasFill({ symbol, tradeId, side }: FillKey): boolean {
    this.#check();
    return this.#store.fillKeys.get(symbol)?.[side].has(tradeId) ?? false;
  }

  findOrder(key: OrderKey): OrderRecord | undefined {
    this.#check();
    const entry = findEntry(this.#store, key);
    return entry?.record;
  }

  tend(): JournalHealth {
    this.#check();
    return { walBytes: 0, reserveSpent: false };
  }

  spendReserve(): boolean {
    return false;
  }

  close(): void {}

  #check(): void {
    if (this.#epoch === this.#store.epoch && this.#epoch > 0) return;
    if (this.#epoch === 0)
      throw new Error('JOURNAL_NOT_RECOVERED: memory: call recover() before anything else');
    throw new Error(
      `JOURNAL_FENCED: memory: epoch ${this.#epoch} was taken over by epoch ${this.#store.epoch}`,
    );
  }
}

function statesOf({ strategies }: MemoryStore): Recovered['strategies'] {
  return new Map([...strategies.values()].map(({ id, state }) => [id, state]));
}

/** Before anything is written: a step that makes what exists, or names what does not, changes nothing. */
function assertConsistent(store: MemoryStore, step: StepRecord): void {
  for (const { order } of step.intents) {
    if (store.orders.has(order.intentId)) throw invalid(`intent ${order.intentId} exists already`);
  }
  for (const { intent } of step.orders) assertKnown(store, step, intent.intentId);
  for (const { intentId } of step.changes) assertKnown(store, step, intentId);
  for (const { intentId } of step.fills) assertKnown(store, step, intentId);
}

function assertKnown(store: MemoryStore, { intents }: StepRecord, intentId: IntentId): void {
  for (const { order } of intents) if (order.intentId === intentId) return;
  if (store.orders.has(intentId)) return;
  throw invalid(`the step names intent ${intentId}, which was never journalled`);
}

function invalid(text: string): Error {
  return new Error(`JOURNAL_INVALID: memory: ${text}; nothing of the step was kept`);
}

function writeOrders(store: MemoryStore, step: StepRecord): void {
  for (const { order } of step.intents) {
    const entry = { record: planned(order) };
    store.orders.set(order.intentId, entry);
    store.entries.push(entry);
    if (order.sequence >= store.nextSequence) store.nextSequence = order.sequence + 1;
  }
  for (const order of step.orders) {
    const entry = store.orders.get(order.intent.intentId);
    if (entry) entry.record = order;
  }
  for (const change of step.changes) store.changes.push(change);
}

/** What runs before this one may have sent. */
function doubt(store: MemoryStore): void {
  for (const entry of store.entries) {
    const { record } = entry;
    if (record.state !== 'PLANNED' && record.state !== 'SENDING') continue;
    const { intentId } = record.intent;
    const change = { intentId, at: store.lastStepAt, from: record.state, to: 'UNKNOWN' } as const;
    store.changes.push({ ...change, message: LAST_RUN });
    entry.record = { ...record, state: 'UNKNOWN', message: LAST_RUN };
  }
}

function planned(intent: OrderIntent): OrderRecord {
  return {
    intent,
    state: 'PLANNED',
    filled: ZERO,
    filledQuote: ZERO,
    reportedFilled: ZERO,
    cancelRequested: false,
    message: '',
    updatedAt: intent.createdAt,
  };
}

function writeLedger(store: MemoryStore, step: StepRecord): void {
  for (const attributed of step.fills) {
    const { symbol, tradeId, side, at } = attributed.fill;
    const known = tradesOf(store, symbol)[side];
    if (known.has(tradeId)) continue;
    known.add(tradeId);
    store.fills.push(attributed);
    if (at > store.lastFillAt) store.lastFillAt = at;
  }
  for (const position of step.positions) {
    store.positions.set(`${position.strategyId} ${position.symbol}`, position);
  }
  for (const balance of step.balances) store.balances.set(balance.asset, balance);
  for (const transfer of step.transfers) store.transfers.push(transfer);
  for (const booking of step.bookings) store.bookings.push(booking);
}

type Trades = NonNullable<ReturnType<MemoryStore['fillKeys']['get']>>;

function tradesOf({ fillKeys }: MemoryStore, symbol: MarketSymbol): Trades {
  let trades = fillKeys.get(symbol);
  if (!trades) {
    trades = { buy: new Set(), sell: new Set() };
    fillKeys.set(symbol, trades);
  }
  return trades;
}

function writeNotes({ notes, notesMax }: MemoryStore, step: StepRecord): void {
  for (const note of step.notes) notes.push(note);
  if (notes.length >= notesMax * 2) notes.splice(0, notes.length - notesMax);
}

function findEntry(store: MemoryStore, key: OrderKey): OrderEntry | undefined {
  const { intentId, clientOrderId, exchangeOrderId, symbol } = key;
  return (
    (intentId === undefined ? undefined : store.orders.get(intentId)) ??
    (clientOrderId === undefined ? undefined : findByClientOrderId(store, clientOrderId)) ??
    (exchangeOrderId === undefined ? undefined : newestByExchangeId(store, exchangeOrderId, symbol))
  );
}

/** Indexes what was added since the last question: commits need not pay for an index that is rarely asked. */
function findByClientOrderId(store: MemoryStore, id: string): OrderEntry | undefined {
  for (const entry of store.entries.slice(store.clientIdsIndexed)) {
    store.byClientOrderId.set(entry.record.intent.clientOrderId, entry);
  }
  store.clientIdsIndexed = store.entries.length;
  return store.byClientOrderId.get(id);
}

/** A scan, newest first: exchange ids come and change with the record, and are asked for rarely. */
function newestByExchangeId(
  store: MemoryStore,
  id: string,
  symbol: MarketSymbol | undefined,
): OrderEntry | undefined {
  return store.entries.findLast(
    ({ record }) =>
      record.exchangeOrderId === id && (symbol === undefined || record.intent.symbol === symbol),
  );
}
