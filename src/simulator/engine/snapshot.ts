/** The engine's changing state as plain JSON, and back. Orders come in the order of the snapshot, so queues survive. */
import { isOpen } from './account.ts';
import type { Book } from './book.ts';
import type { Engine } from './engine.ts';
import type { ExchangeFilters, FiltersJson } from './filters.ts';
import { filtersFromJson, filtersToJson } from './filters.ts';
import type {
  Order,
  OrderList,
  OrderStatus,
  OrderType,
  Side,
  TimeInForce,
  TradingStatus,
} from './types.ts';

/** An order as JSON; bigints as text. */
export interface OrderSnapshot {
  readonly id: number;
  readonly accountId: string;
  readonly instrumentId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly clientOrderId: string;
  readonly ticks: number;
  readonly triggerTicks: number;
  readonly lots: number;
  readonly quoteBudget: string;
  /** Absent for what is no iceberg. */
  readonly icebergLots?: number;
  readonly listId: number;
  readonly isTriggered: boolean;
  readonly status: OrderStatus;
  readonly filledLots: number;
  readonly filledQuote: string;
  readonly locked: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly workingMs: number;
}

/** A resting house order, of which there are many: id, account, 1 for a bid, ticks, lots, filled lots, filled quote. */
type HouseRow = readonly [
  id: number,
  accountId: string,
  isBid: 0 | 1,
  ticks: number,
  lots: number,
  filledLots: number,
  filledQuote: string,
];

interface BookSnapshot extends FiltersJson {
  readonly id: string;
  readonly status: TradingStatus;
  readonly lastTicks: number;
  readonly updateId: number;
  readonly tradeId: number;
  /** Best first, each price in queue order. */
  readonly resting: readonly (OrderSnapshot | HouseRow)[];
  /** Orders before their trigger, in the order in which they fire. */
  readonly waiting: readonly OrderSnapshot[];
}

/** A list; an order of it that is not open any more is in no book and comes along. */
export interface ListSnapshot {
  readonly id: number;
  readonly clientListId: string;
  readonly accountId: string;
  readonly instrumentId: string;
  readonly orders: readonly [number | OrderSnapshot, number | OrderSnapshot];
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface EngineSnapshot {
  readonly orderId: number;
  readonly listId: number;
  readonly books: readonly BookSnapshot[];
  readonly lists: readonly ListSnapshot[];
  readonly accounts: readonly {
    readonly id: string;
    readonly balances: readonly (readonly [string, string, string])[];
  }[];
  readonly fees: readonly (readonly [string, string])[];
  readonly issued: readonly (readonly [string, string])[];
  /** Absent when there are none. */
  readonly exchangeFilters?: ExchangeFilters;
}

export function snapshotEngine(engine: Engine): EngineSnapshot {
  return {
    orderId: engine.counters.orderId,
    listId: engine.counters.listId,
    books: [...engine.books.values()].map((book) => snapshotBook(engine, book)),
    lists: [...engine.lists.values()]
      .filter(({ status }) => status === 'EXECUTING')
      .map(snapshotList),
    accounts: [...engine.accounts.values()].map((account) => ({
      id: account.id,
      balances: [...account.balances].map(
        ([asset, { free, locked }]) => [asset, String(free), String(locked)] as const,
      ),
    })),
    fees: [...engine.fees].map(([asset, atoms]) => [asset, String(atoms)] as const),
    issued: [...engine.issued].map(([asset, atoms]) => [asset, String(atoms)] as const),
    exchangeFilters: engine.exchangeFilters,
  };
}

function snapshotBook(engine: Engine, book: Book): BookSnapshot {
  const { instrument, status, lastTicks, updateId, tradeId } = book;
  const isQuote = ({ accountId, triggerTicks }: Order): boolean =>
    triggerTicks === 0 && engine.accounts.get(accountId)?.isHouse === true;
  return {
    id: instrument.id,
    status,
    ...filtersToJson(instrument),
    lastTicks,
    updateId,
    tradeId,
    resting: [...book.bids.orders(), ...book.asks.orders()].map((order) =>
      isQuote(order) ? houseRow(order) : snapshotOrder(order),
    ),
    waiting: [...book.triggers.orders()].map(snapshotOrder),
  };
}

/** A list as JSON. */
export function snapshotList(list: OrderList): ListSnapshot {
  const [first, second] = list.orders;
  const leg = (order: Order): number | OrderSnapshot =>
    isOpen(order) ? order.id : snapshotOrder(order);
  return {
    id: list.id,
    clientListId: list.clientListId,
    accountId: list.accountId,
    instrumentId: list.instrument.id,
    orders: [leg(first), leg(second)],
    createdMs: list.createdMs,
    updatedMs: list.updatedMs,
  };
}

/**
 * Puts a snapshot into an engine with the same instruments. Whatever rested before is replaced;
 * accounts the snapshot does not know stay as they were opened.
 */
export function restoreEngine(engine: Engine, snapshot: EngineSnapshot): void {
  for (const book of engine.books.values()) {
    for (const order of [...book.orders()]) engine.cancel(order, order.updatedMs);
  }
  engine.orderLists.clear();
  restoreBalances(engine, snapshot);
  for (const kept of snapshot.books) restoreBook(engine, kept);
  for (const kept of snapshot.lists) engine.orderLists.add(reviveList(engine, kept, 'EXECUTING'));
  engine.counters.orderId = snapshot.orderId;
  engine.counters.listId = snapshot.listId;
  engine.exchangeFilters = snapshot.exchangeFilters ?? engine.exchangeFilters;
  engine.restored();
}

function restoreBook(engine: Engine, kept: BookSnapshot): void {
  const book = engine.book(kept.id);
  engine.replaceInstrument(kept.id, filtersFromJson(kept));
  for (const row of kept.resting)
    engine.restore(isHouseRow(row) ? reviveHouseRow(book, row) : reviveOrder(engine, row));
  for (const row of kept.waiting) engine.restore(reviveOrder(engine, row));
  book.status = kept.status;
  book.lastTicks = kept.lastTicks;
  book.updateId = kept.updateId;
  book.tradeId = kept.tradeId;
}

function reviveList(engine: Engine, kept: ListSnapshot, status: OrderList['status']): OrderList {
  const account = engine.accounts.get(kept.accountId);
  const leg = (row: number | OrderSnapshot): Order => {
    const id = typeof row === 'number' ? row : row.id;
    const known = account?.orderById(id);
    if (known !== undefined) return known;
    if (typeof row === 'number')
      throw new Error(`list ${String(kept.id)} has no order ${String(id)}`);
    const order = reviveOrder(engine, row);
    account?.remember(order);
    return order;
  };
  return {
    id: kept.id,
    clientListId: kept.clientListId,
    accountId: kept.accountId,
    instrument: engine.book(kept.instrumentId).instrument,
    orders: [leg(kept.orders[0]), leg(kept.orders[1])],
    status,
    createdMs: kept.createdMs,
    updatedMs: kept.updatedMs,
  };
}

function restoreBalances(engine: Engine, snapshot: EngineSnapshot): void {
  const known = new Set<string>();
  engine.fees.clear();
  for (const [asset, atoms] of snapshot.fees) engine.fees.set(asset, BigInt(atoms));
  for (const kept of snapshot.accounts) {
    known.add(kept.id);
    const account = engine.accounts.get(kept.id);
    // An account that is not opened any more keeps its money, so that the books still balance.
    const target =
      account ??
      engine.openAccount({
        id: kept.id,
        balances: new Map(),
        makerPpm: 0,
        takerPpm: 0,
        isHouse: false,
      });
    target.balances.clear();
    for (const [asset, free, locked] of kept.balances) {
      target.balances.set(asset, { free: BigInt(free), locked: BigInt(locked) });
    }
  }
  const issued = new Map(snapshot.issued.map(([asset, atoms]) => [asset, BigInt(atoms)]));
  for (const account of engine.accounts.values()) {
    if (known.has(account.id)) continue;
    for (const [asset, { free }] of account.balances)
      issued.set(asset, (issued.get(asset) ?? 0n) + free);
  }
  engine.issued.clear();
  for (const [asset, atoms] of issued) engine.issued.set(asset, atoms);
}

function houseRow(order: Order): HouseRow {
  const { id, accountId, side, ticks, lots, filledLots, filledQuote } = order;
  return [id, accountId, side === 'BUY' ? 1 : 0, ticks, lots, filledLots, String(filledQuote)];
}

function isHouseRow(row: OrderSnapshot | HouseRow): row is HouseRow {
  return Array.isArray(row);
}

function reviveHouseRow(book: Book, row: HouseRow): Order {
  const [id, accountId, isBid, ticks, lots, filledLots, filledQuote] = row;
  return {
    id,
    accountId,
    instrument: book.instrument,
    side: isBid === 1 ? 'BUY' : 'SELL',
    type: 'LIMIT',
    timeInForce: 'GTC',
    clientOrderId: '',
    ticks,
    triggerTicks: 0,
    lots,
    quoteBudget: 0n,
    icebergLots: 0,
    listId: 0,
    isTriggered: true,
    status: filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW',
    filledLots,
    filledQuote: BigInt(filledQuote),
    locked: 0n,
    createdMs: 0,
    updatedMs: 0,
    workingMs: 0,
    ahead: undefined,
    behind: undefined,
  };
}

/** A user's order as JSON. */
export function snapshotOrder(order: Order): OrderSnapshot {
  return {
    id: order.id,
    accountId: order.accountId,
    instrumentId: order.instrument.id,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    clientOrderId: order.clientOrderId,
    ticks: order.ticks,
    triggerTicks: order.triggerTicks,
    lots: order.lots,
    quoteBudget: String(order.quoteBudget),
    ...(order.icebergLots > 0 && { icebergLots: order.icebergLots }),
    listId: order.listId,
    isTriggered: order.isTriggered,
    status: order.status,
    filledLots: order.filledLots,
    filledQuote: String(order.filledQuote),
    locked: String(order.locked),
    createdMs: order.createdMs,
    updatedMs: order.updatedMs,
    workingMs: order.workingMs,
  };
}

/** The order a snapshot describes, not yet in a book. */
function reviveOrder(engine: Engine, kept: OrderSnapshot): Order {
  const { instrumentId, quoteBudget, filledQuote, locked, icebergLots = 0, ...rest } = kept;
  return {
    ...rest,
    icebergLots,
    instrument: engine.book(instrumentId).instrument,
    quoteBudget: BigInt(quoteBudget),
    filledQuote: BigInt(filledQuote),
    locked: BigInt(locked),
    ahead: undefined,
    behind: undefined,
  };
}

/** Puts a finished order of an earlier run back into its account's memory. */
export function recallOrder(engine: Engine, kept: OrderSnapshot): void {
  const order = reviveOrder(engine, kept);
  if (isOpen(order)) throw new Error(`order ${String(order.id)} is not finished`);
  engine.accounts.get(order.accountId)?.remember(order);
}

/** Puts lists of an earlier run that are done, in the order in which they were, back into the engine's memory. */
export function recallLists(engine: Engine, kept: readonly ListSnapshot[]): void {
  engine.orderLists.recall(kept.map((list) => reviveList(engine, list, 'ALL_DONE')));
}
