/** The engine's changing state as plain JSON, and back. Orders rest in the order of the snapshot, so queues survive. */
import { isOpen } from './account.ts';
import type { Book } from './book.ts';
import type { Engine } from './engine.ts';
import type { Order, OrderStatus, OrderType, Side, TimeInForce } from './types.ts';

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
  readonly lots: number;
  readonly quoteBudget: string;
  readonly status: OrderStatus;
  readonly filledLots: number;
  readonly filledQuote: string;
  readonly locked: string;
  readonly createdMs: number;
  readonly updatedMs: number;
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

export interface EngineSnapshot {
  readonly orderId: number;
  readonly books: readonly {
    readonly id: string;
    readonly updateId: number;
    readonly tradeId: number;
    /** Best first, each price in queue order. */
    readonly resting: readonly (OrderSnapshot | HouseRow)[];
  }[];
  readonly accounts: readonly {
    readonly id: string;
    readonly balances: readonly (readonly [string, string, string])[];
  }[];
  readonly fees: readonly (readonly [string, string])[];
  readonly issued: readonly (readonly [string, string])[];
}

export function snapshotEngine(engine: Engine): EngineSnapshot {
  return {
    orderId: engine.counters.orderId,
    books: [...engine.books.values()].map((book) => ({
      id: book.instrument.id,
      updateId: book.updateId,
      tradeId: book.tradeId,
      resting: restingOrders(book).map((order) =>
        engine.accounts.get(order.accountId)?.isHouse === true
          ? houseRow(order)
          : snapshotOrder(order),
      ),
    })),
    accounts: [...engine.accounts.values()].map((account) => ({
      id: account.id,
      balances: [...account.balances].map(
        ([asset, { free, locked }]) => [asset, String(free), String(locked)] as const,
      ),
    })),
    fees: [...engine.fees].map(([asset, atoms]) => [asset, String(atoms)] as const),
    issued: [...engine.issued].map(([asset, atoms]) => [asset, String(atoms)] as const),
  };
}

/**
 * Puts a snapshot into an engine with the same instruments. Whatever rested before is replaced;
 * accounts the snapshot does not know stay as they were opened.
 */
export function restoreEngine(engine: Engine, snapshot: EngineSnapshot): void {
  for (const book of engine.books.values()) clearBook(engine, book.instrument.id);
  restoreBalances(engine, snapshot);
  for (const kept of snapshot.books) {
    const book = engine.book(kept.id);
    for (const row of kept.resting) {
      engine.restore(isHouseRow(row) ? reviveHouseRow(book, row) : reviveOrder(engine, row));
    }
    book.updateId = kept.updateId;
    book.tradeId = kept.tradeId;
  }
  engine.counters.orderId = snapshot.orderId;
}

function clearBook(engine: Engine, instrumentId: string): void {
  for (const order of restingOrders(engine.book(instrumentId)))
    engine.cancel(order, order.updatedMs);
}

function restingOrders(book: Book): Order[] {
  return [...book.bids.orders(), ...book.asks.orders()];
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
    lots,
    quoteBudget: 0n,
    status: filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW',
    filledLots,
    filledQuote: BigInt(filledQuote),
    locked: 0n,
    createdMs: 0,
    updatedMs: 0,
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
    lots: order.lots,
    quoteBudget: String(order.quoteBudget),
    status: order.status,
    filledLots: order.filledLots,
    filledQuote: String(order.filledQuote),
    locked: String(order.locked),
    createdMs: order.createdMs,
    updatedMs: order.updatedMs,
  };
}

/** The order a snapshot describes, not yet in a book. */
function reviveOrder(engine: Engine, kept: OrderSnapshot): Order {
  const { instrumentId, quoteBudget, filledQuote, locked, ...rest } = kept;
  return {
    ...rest,
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
