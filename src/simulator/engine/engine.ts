/**
 * The matching engine: price-time priority over exact integers. Knows no protocol, no socket and no clock;
 * every call carries the market time it happens at. A refusal is a value; an exception is a defect.
 */
import { amendInPlace, amendmentRefusal } from './amend.ts';
import { Account, isOpen } from './account.ts';
import type { AccountSpec } from './account.ts';
import { listRefusalOf, refusalOf, refused } from './admission.ts';
import { Book } from './book.ts';
import { EventCheck } from './eventCheck.ts';
import type { FilterScene } from './filterCheck.ts';
import { brokenFilter } from './filterCheck.ts';
import type { FilterName, Filters } from './filters.ts';
import { NO_EXCHANGE_FILTERS } from './filters.ts';
import { OrderLists } from './lists.ts';
import { Matcher } from './matcher.ts';
import { lock, lockNeeded, paidAsset } from './settle.ts';
import type {
  Amendment,
  EngineListener,
  Instrument,
  ListRequest,
  Order,
  OrderList,
  OrderRequest,
  PlaceListResult,
  PlaceResult,
  Refused,
  TradingStatus,
} from './types.ts';
import { hasTrigger, isAtMarket } from './types.ts';
import { fundsNeeded, lotsOf } from './worth.ts';

interface EngineOptions {
  /** Whether every call ends with {@link EventCheck}, which throws on a violation; default true. */
  readonly checked?: boolean;
  /** Price that filters value market orders at and lay bands around, in ticks; default the last price. */
  readonly averageTicks?: (book: Book) => number;
}

/** The parts of the engine that outlive a restart besides books, accounts and lists. */
interface EngineCounters {
  orderId: number;
  listId: number;
}

export class Engine {
  readonly books = new Map<string, Book>();
  readonly accounts = new Map<string, Account>();
  /** Fees collected so far, in atoms by asset. */
  readonly fees = new Map<string, bigint>();
  /** Everything ever deposited, in atoms by asset: what all balances and fees must sum to. */
  readonly issued = new Map<string, bigint>();
  readonly counters: EngineCounters = { orderId: 0, listId: 0 };
  readonly orderLists = new OrderLists();
  /** Filters of an account's orders over all instruments. */
  exchangeFilters = NO_EXCHANGE_FILTERS;
  readonly #averageTicks: (book: Book) => number;
  readonly #listener: EngineListener;
  readonly #check: EventCheck | undefined;
  readonly #matcher: Matcher;

  constructor(
    instruments: readonly Instrument[],
    listener: EngineListener,
    { checked = true, averageTicks = ({ lastTicks }) => lastTicks }: EngineOptions = {},
  ) {
    this.#averageTicks = averageTicks;
    this.#check = checked ? new EventCheck(this, listener) : undefined;
    this.#listener = this.#check ?? listener;
    const { accounts, fees, orderLists: lists } = this;
    this.#matcher = new Matcher({ accounts, fees, lists, listener: this.#listener });
    for (const instrument of instruments)
      this.books.set(instrument.id, new Book(instrument, listener));
  }

  /** Lists by id, oldest first: all that are not done, and the latest of the others. */
  get lists(): ReadonlyMap<number, OrderList> {
    return this.orderLists.byId;
  }

  /** @throws Error when the id is taken. */
  openAccount(spec: AccountSpec): Account {
    if (this.accounts.has(spec.id)) throw new Error(`account ${spec.id} exists already`);
    const account = new Account(spec);
    this.accounts.set(spec.id, account);
    for (const [asset, atoms] of spec.balances) {
      this.issued.set(asset, (this.issued.get(asset) ?? 0n) + atoms);
    }
    this.#check?.adopt(account);
    return account;
  }

  /** Gives an account more of an asset. @throws Error for an unknown account. */
  deposit(accountId: string, asset: string, atoms: bigint): void {
    const account = this.accounts.get(accountId);
    if (account === undefined) throw new Error(`no account ${accountId}`);
    account.balance(asset).free += atoms;
    this.#check?.takeBalances(account);
    this.issued.set(asset, (this.issued.get(asset) ?? 0n) + atoms);
  }

  /** Takes an amount of an asset out of an account, if so much is free. @throws Error for an unknown account. */
  withdraw(accountId: string, asset: string, atoms: bigint): boolean {
    const account = this.accounts.get(accountId);
    if (account === undefined) throw new Error(`no account ${accountId}`);
    const balance = account.balance(asset);
    if (balance.free < atoms) return false;
    balance.free -= atoms;
    this.#check?.takeBalances(account);
    this.issued.set(asset, (this.issued.get(asset) ?? 0n) - atoms);
    return true;
  }

  /** @throws Error for an instrument that is not listed. */
  book(instrumentId: string): Book {
    const book = this.books.get(instrumentId);
    if (book === undefined) throw new Error(`no instrument ${instrumentId}`);
    return book;
  }

  /** Takes an order: it waits for its trigger, or trades what crosses and then rests, expires or is filled. */
  place(request: OrderRequest, nowMs: number): PlaceResult {
    const account = this.accounts.get(request.accountId);
    if (account === undefined) return refused('UNKNOWN_ACCOUNT');
    const book = this.books.get(request.instrumentId);
    if (book === undefined) return refused('UNKNOWN_INSTRUMENT');
    const refusal = refusalOf(this.#scene(account, book), request);
    if (refusal !== undefined) return refusal;
    const needed = account.isHouse ? 0n : fundsNeeded(book, request);
    const paying = paidAsset(request.side, book.instrument);
    if (needed > 0n && needed > account.balance(paying).free) return refused('INSUFFICIENT_FUNDS');

    const order = this.#makeOrder(book, request, 0, nowMs);
    if (!account.isHouse) {
      if (order.type !== 'MARKET') lock(account, order, needed);
      account.remember(order);
      this.#listener.onOrder(order, 'NEW', undefined);
    }
    const fills = this.#matcher.take(book, order, nowMs);
    this.#check?.verify(book);
    return { ok: true, order, fills };
  }

  /** Takes two orders of which one cancels the other, or neither. They share one lock: the larger need. House accounts have no lists. */
  placeList(request: ListRequest, nowMs: number): PlaceListResult {
    const [first] = request.legs;
    const account = this.accounts.get(first.accountId);
    if (account === undefined || account.isHouse) return refused('UNKNOWN_ACCOUNT');
    const book = this.books.get(first.instrumentId);
    if (book === undefined) return refused('UNKNOWN_INSTRUMENT');
    const refusal = this.#listRefusalOf(account, book, request);
    if (refusal !== undefined) return refusal;

    const list = this.#makeList(account, book, request, nowMs);
    for (const order of list.orders) {
      book.add(order);
      this.#listener.onOrder(order, 'NEW', undefined);
    }
    this.#listener.onList?.(list);
    this.#check?.verify(book);
    return { ok: true, list };
  }

  /**
   * Changes price and quantity of an open order. A smaller quantity alone keeps its place; anything else goes to the end of
   * its price's queue, and first trades what it now crosses, as a new order would.
   */
  amend(order: Order, to: Amendment, nowMs: number): PlaceResult {
    const account = this.#matcher.ownerOf(order);
    const book = this.book(order.instrument.id);
    const refusal = isOpen(order)
      ? amendmentRefusal(this.#scene(account, book), order, to)
      : refused('INVALID_ORDER');
    if (refusal !== undefined) return refusal;
    const isTaken = amendInPlace(account, book, order, to);
    order.updatedMs = nowMs;
    this.#listener.onOrder(order, 'AMENDED', undefined);
    const fills = isTaken ? this.#matcher.take(book, order, nowMs) : [];
    this.#check?.verify(book);
    return { ok: true, order, fills };
  }

  /** Cancels an open order, and with it the other of its list. False when it is not open any more. */
  cancel(order: Order, nowMs: number): boolean {
    if (!isOpen(order)) return false;
    const book = this.book(order.instrument.id);
    const other = this.orderLists.openOther(order);
    this.#matcher.withdraw(book, order, 'CANCELED', nowMs);
    if (other !== undefined) this.#matcher.withdraw(book, other, 'CANCELED', nowMs);
    this.#check?.verify(book);
    return true;
  }

  /** Cancels an account's open orders, of one instrument or of all. Returns them, oldest first. */
  cancelAll(accountId: string, instrumentId: string | undefined, nowMs: number): Order[] {
    const open = this.accounts.get(accountId)?.open.values() ?? [];
    const orders = open.filter(
      ({ instrument }) => instrumentId === undefined || instrument.id === instrumentId,
    );
    for (const order of orders) this.cancel(order, nowMs);
    return orders;
  }

  /** Opens or closes an instrument. Delisting expires everything that rests or waits. */
  setStatus(instrumentId: string, status: TradingStatus, nowMs: number): void {
    const book = this.book(instrumentId);
    book.status = status;
    if (status !== 'DELISTED') return;
    for (const order of [...book.orders()]) this.#matcher.withdraw(book, order, 'EXPIRED', nowMs);
    this.#check?.verify(book);
  }

  /** Changes filters; orders that are open already stay as they are. @throws Error for a step that is not a positive integer. */
  replaceInstrument(instrumentId: string, filters: Partial<Filters>): void {
    const book = this.book(instrumentId);
    const instrument: Instrument = { ...book.instrument, ...filters };
    for (const name of ['tickStep', 'lotStep'] as const) {
      if (!Number.isSafeInteger(instrument[name]) || instrument[name] < 1)
        throw new Error(`${name} ${String(instrument[name])}: expected a positive integer`);
    }
    book.instrument = instrument;
  }

  /**
   * A trade happened elsewhere, such as in a recording: its price fires triggers. The engine's own trades do so by
   * themselves. Ignored while the instrument is not trading.
   */
  onLastPrice(instrumentId: string, ticks: number, nowMs: number): void {
    const book = this.book(instrumentId);
    if (book.status !== 'TRADING') return;
    book.lastTicks = ticks;
    this.#matcher.onPrice(book, ticks, nowMs);
    this.#check?.verify(book);
  }

  /** Puts an order that was open in an earlier run back at the end of its queue, with its lock as it was. */
  restore(order: Order): void {
    const account = this.#matcher.ownerOf(order);
    if (!account.isHouse) account.remember(order);
    if (!isOpen(order)) return;
    this.book(order.instrument.id).add(order);
  }

  /** Ends a restore: what the engine holds now is what it is checked against from here on. */
  restored(): void {
    this.#check?.reset();
  }

  /**
   * The filter that orders of one account and instrument, one or the two of a list, would break if they were placed now;
   * undefined for none, and for an account or an instrument that is not known.
   */
  brokenFilter(requests: readonly [OrderRequest, ...OrderRequest[]]): FilterName | undefined {
    const account = this.accounts.get(requests[0].accountId);
    const book = this.books.get(requests[0].instrumentId);
    if (account === undefined || book === undefined) return undefined;
    return brokenFilter(this.#scene(account, book), requests);
  }

  #scene(account: Account, book: Book): FilterScene {
    const averageTicks = account.isHouse ? 0 : this.#averageTicks(book);
    return { account, book, averageTicks, exchange: this.exchangeFilters };
  }

  #listRefusalOf(account: Account, book: Book, request: ListRequest): Refused | undefined {
    if (this.orderLists.find(account.id, request.clientListId)?.status === 'EXECUTING')
      return refused('DUPLICATE_CLIENT_ID');
    const refusal = listRefusalOf(this.#scene(account, book), request);
    if (refusal !== undefined) return refusal;
    const [first] = request.legs;
    const { free } = account.balance(paidAsset(first.side, book.instrument));
    const isTooMuch = request.legs.some((leg) => fundsNeeded(book, leg) > free);
    return isTooMuch ? refused('INSUFFICIENT_FUNDS') : undefined;
  }

  #makeOrder(book: Book, request: OrderRequest, listId: number, nowMs: number): Order {
    this.counters.orderId += 1;
    const isTriggered = !hasTrigger(request.type);
    return {
      id: this.counters.orderId,
      accountId: request.accountId,
      instrument: book.instrument,
      side: request.side,
      type: request.type,
      timeInForce: request.timeInForce,
      clientOrderId: request.clientOrderId,
      ticks: isAtMarket(request.type) ? 0 : request.ticks,
      triggerTicks: request.triggerTicks ?? 0,
      lots: lotsOf(book, request),
      quoteBudget: request.lots > 0 ? 0n : request.quoteBudget,
      icebergLots: request.icebergLots ?? 0,
      listId,
      isTriggered,
      status: 'NEW',
      filledLots: 0,
      filledQuote: 0n,
      locked: 0n,
      createdMs: nowMs,
      updatedMs: nowMs,
      workingMs: isTriggered ? nowMs : 0,
      ahead: undefined,
      behind: undefined,
    };
  }

  #makeList(account: Account, book: Book, request: ListRequest, nowMs: number): OrderList {
    this.counters.listId += 1;
    const id = this.counters.listId;
    const first = this.#makeOrder(book, request.legs[0], id, nowMs);
    const second = this.#makeOrder(book, request.legs[1], id, nowMs);
    const list: OrderList = {
      id,
      clientListId: request.clientListId,
      accountId: account.id,
      instrument: book.instrument,
      orders: [first, second],
      status: 'EXECUTING',
      createdMs: nowMs,
      updatedMs: nowMs,
    };
    this.orderLists.add(list);
    const needs = [lockNeeded(first, first.lots), lockNeeded(second, second.lots)] as const;
    if (needs[1] > needs[0]) lock(account, second, needs[1]);
    else lock(account, first, needs[0]);
    account.remember(first);
    account.remember(second);
    return list;
  }
}
