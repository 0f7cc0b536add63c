/**
 * The matching engine: price-time priority over exact integers. Knows no protocol, no socket and no clock;
 * every call carries the market time it happens at. A refusal is a value; an exception is a defect.
 */
import { Account, isOpen } from './account.ts';
import type { AccountSpec } from './account.ts';
import { Book } from './book.ts';
import type { Level } from './book.ts';
import { lock, lockNeeded, paidAsset, settle, unlock } from './settle.ts';
import type {
  AccountTrade,
  EngineListener,
  Execution,
  Instrument,
  Order,
  OrderRequest,
  PlaceResult,
  Refusal,
  Trade,
} from './types.ts';
import { notionalOf } from './types.ts';

/** The parts of the engine that outlive a restart besides books and accounts. */
interface EngineCounters {
  orderId: number;
}

export class Engine {
  readonly books = new Map<string, Book>();
  readonly accounts = new Map<string, Account>();
  /** Fees collected so far, in atoms by asset. */
  readonly fees = new Map<string, bigint>();
  /** Everything ever deposited, in atoms by asset: what all balances and fees must sum to. */
  readonly issued = new Map<string, bigint>();
  readonly counters: EngineCounters = { orderId: 0 };
  readonly #listener: EngineListener;

  constructor(instruments: readonly Instrument[], listener: EngineListener) {
    this.#listener = listener;
    for (const instrument of instruments) {
      const book = new Book(instrument, (side, ticks, lots) => {
        listener.onLevel(instrument, side, ticks, lots);
      });
      this.books.set(instrument.id, book);
    }
  }

  /** @throws Error when the id is taken. */
  openAccount(spec: AccountSpec): Account {
    if (this.accounts.has(spec.id)) throw new Error(`account ${spec.id} exists already`);
    const account = new Account(spec);
    this.accounts.set(spec.id, account);
    for (const [asset, atoms] of spec.balances) {
      this.issued.set(asset, (this.issued.get(asset) ?? 0n) + atoms);
    }
    return account;
  }

  /** @throws Error for an instrument that is not listed. */
  book(instrumentId: string): Book {
    const book = this.books.get(instrumentId);
    if (book === undefined) throw new Error(`no instrument ${instrumentId}`);
    return book;
  }

  /** Takes an order: trades what crosses, then rests, expires or fills. */
  place(request: OrderRequest, nowMs: number): PlaceResult {
    const account = this.accounts.get(request.accountId);
    if (account === undefined) return refused('UNKNOWN_ACCOUNT');
    const book = this.books.get(request.instrumentId);
    if (book === undefined) return refused('UNKNOWN_INSTRUMENT');
    const refusal = this.#refusalOf(account, book, request);
    if (refusal !== undefined) return refused(refusal);

    const order = this.#accept(account, book, request, nowMs);
    if (!account.isHouse) this.#listener.onOrder(order, 'NEW', undefined);
    const fills = this.#match(account, book, order, nowMs);
    this.#finish(account, book, order, nowMs);
    return { ok: true, order, fills };
  }

  /** Cancels an open order and frees what it locked. False when it is not open any more. */
  cancel(order: Order, nowMs: number): boolean {
    if (!isOpen(order)) return false;
    const account = this.#owner(order);
    this.book(order.instrument.id)
      .own(order.side)
      .remove(order, order.lots - order.filledLots);
    this.#close(account, order, 'CANCELED', nowMs);
    return true;
  }

  /** Puts an order that was open in an earlier run back at the end of its queue, with its lock as it was. */
  restore(order: Order): void {
    const account = this.#owner(order);
    if (!account.isHouse) account.remember(order);
    if (isOpen(order)) this.book(order.instrument.id).own(order.side).append(order);
  }

  #owner(order: Order): Account {
    const account = this.accounts.get(order.accountId);
    if (account === undefined)
      throw new Error(`order ${String(order.id)} has no account ${order.accountId}`);
    return account;
  }

  #refusalOf(account: Account, book: Book, request: OrderRequest): Refusal | undefined {
    if (!isWellFormed(request)) return 'INVALID_ORDER';
    if (request.type === 'LIMIT_MAKER' && book.crosses(request.side, request.ticks))
      return 'WOULD_TAKE';
    if (account.isHouse) return undefined;
    const sameId = account.orderByClientId(request.instrumentId, request.clientOrderId);
    if (sameId !== undefined && isOpen(sameId)) return 'DUPLICATE_CLIENT_ID';
    const free = account.balance(
      paidAsset({ side: request.side, instrument: book.instrument }),
    ).free;
    return fundsNeeded(book, request) > free ? 'INSUFFICIENT_FUNDS' : undefined;
  }

  #accept(account: Account, book: Book, request: OrderRequest, nowMs: number): Order {
    this.counters.orderId += 1;
    const order: Order = {
      id: this.counters.orderId,
      accountId: account.id,
      instrument: book.instrument,
      side: request.side,
      type: request.type,
      timeInForce: request.timeInForce,
      clientOrderId: request.clientOrderId,
      ticks: request.type === 'MARKET' ? 0 : request.ticks,
      lots: lotsOf(book, request),
      quoteBudget: request.lots > 0 ? 0n : request.quoteBudget,
      status: 'NEW',
      filledLots: 0,
      filledQuote: 0n,
      locked: 0n,
      createdMs: nowMs,
      updatedMs: nowMs,
      ahead: undefined,
      behind: undefined,
    };
    if (account.isHouse) return order;
    if (order.type !== 'MARKET') lock(account, order);
    account.remember(order);
    return order;
  }

  #match(account: Account, book: Book, order: Order, nowMs: number): AccountTrade[] {
    const fills: AccountTrade[] = [];
    if (order.type === 'LIMIT_MAKER') return fills;
    if (order.timeInForce === 'FOK' && !isFillable(book, order)) return fills;
    const opposite = book.opposite(order.side);
    for (let level = opposite.best(); level !== undefined; level = opposite.best()) {
      if (!reaches(order, level)) break;
      const wanted = order.lots - order.filledLots;
      if (wanted === 0) break;
      const fill = this.#tradeWithFirst({ account, book, order, level, wanted, nowMs });
      if (!account.isHouse) fills.push(fill);
    }
    return fills;
  }

  #tradeWithFirst(match: {
    account: Account;
    book: Book;
    order: Order;
    level: Level;
    wanted: number;
    nowMs: number;
  }): AccountTrade {
    const { account, book, order, level, wanted, nowMs } = match;
    const maker = level.first;
    if (maker === undefined)
      throw new Error(`empty level ${String(level.ticks)} in the book of ${book.instrument.id}`);
    const lots = Math.min(wanted, maker.lots - maker.filledLots);
    book.tradeId += 1;
    const trade: Trade = {
      id: book.tradeId,
      instrument: book.instrument,
      ticks: level.ticks,
      lots,
      quote: notionalOf(book.instrument, level.ticks, lots),
      takerSide: order.side,
      timeMs: nowMs,
    };
    const owner = this.#owner(maker);
    const resting = book.own(maker.side);
    this.#fill(maker, trade);
    resting.consume(level, lots);
    if (maker.status === 'FILLED') resting.remove(maker, 0);
    this.#fill(order, trade);
    const makerFill = settle(owner, maker, trade, this.fees);
    const takerFill = settle(account, order, trade, this.fees);
    this.#listener.onTrade(trade);
    this.#report(owner, maker, makerFill);
    this.#report(account, order, takerFill);
    return takerFill;
  }

  #fill(order: Order, trade: Trade): void {
    order.filledLots += trade.lots;
    order.filledQuote += trade.quote;
    order.updatedMs = trade.timeMs;
    order.status = order.filledLots === order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
  }

  #report(account: Account, order: Order, fill: AccountTrade): void {
    if (account.isHouse) return;
    if (!isOpen(order)) account.open.delete(order.id);
    account.rememberTrade(fill);
    this.#listener.onOrder(order, 'TRADE', fill);
  }

  /** Decides what becomes of the rest of an order that has traded all it could. */
  #finish(account: Account, book: Book, order: Order, nowMs: number): void {
    if (!isOpen(order)) return;
    if (order.type !== 'MARKET' && order.timeInForce === 'GTC') {
      book.own(order.side).append(order);
      return;
    }
    this.#close(account, order, 'EXPIRED', nowMs);
  }

  #close(
    account: Account,
    order: Order,
    execution: Execution & ('CANCELED' | 'EXPIRED'),
    nowMs: number,
  ): void {
    order.status = execution;
    order.updatedMs = nowMs;
    if (account.isHouse) return;
    unlock(account, order);
    account.open.delete(order.id);
    this.#listener.onOrder(order, execution, undefined);
  }
}

function refused(refusal: Refusal): PlaceResult {
  return { ok: false, refusal };
}

function isWellFormed(request: OrderRequest): boolean {
  if (!Number.isSafeInteger(request.lots) || request.lots < 0) return false;
  if (request.type === 'MARKET') return request.lots > 0 || request.quoteBudget > 0n;
  return Number.isSafeInteger(request.ticks) && request.ticks > 0 && request.lots > 0;
}

function reaches(order: Order, level: Level): boolean {
  if (order.type === 'MARKET') return true;
  return order.side === 'BUY' ? level.ticks <= order.ticks : level.ticks >= order.ticks;
}

function isFillable(book: Book, order: Order): boolean {
  let lots = 0;
  for (const level of book.opposite(order.side).levels()) {
    if (!reaches(order, level)) break;
    lots += level.lots;
    if (lots >= order.lots) return true;
  }
  return false;
}

/** A market order by quote becomes one by base: what its budget is worth against the book at this moment. */
function lotsOf(book: Book, request: OrderRequest): number {
  if (request.lots > 0) return request.lots;
  return lotsWorth(book.opposite(request.side).levels(), book.instrument, request.quoteBudget);
}

/** Atoms of the paid asset that a request needs free before it is taken. */
function fundsNeeded(book: Book, request: OrderRequest): bigint {
  const { instrument } = book;
  if (request.type !== 'MARKET')
    return lockNeeded(instrument, request.side, request.ticks, request.lots);
  if (request.side === 'BUY') {
    return request.lots > 0
      ? costOf(book.asks.levels(), instrument, request.lots)
      : request.quoteBudget;
  }
  return BigInt(lotsOf(book, request)) * instrument.lotAtoms;
}

function costOf(levels: Iterable<Level>, instrument: Instrument, lots: number): bigint {
  let left = lots;
  let cost = 0n;
  for (const level of levels) {
    if (left === 0) break;
    const taken = Math.min(left, level.lots);
    cost += notionalOf(instrument, level.ticks, taken);
    left -= taken;
  }
  return cost;
}

function lotsWorth(levels: Iterable<Level>, instrument: Instrument, budget: bigint): number {
  let left = budget;
  let lots = 0;
  for (const level of levels) {
    const unit = notionalOf(instrument, level.ticks, 1);
    const taken = Math.min(level.lots, Number(left / unit));
    lots += taken;
    left -= notionalOf(instrument, level.ticks, taken);
    if (taken < level.lots) break;
  }
  return lots;
}
