/**
 * Carries orders out: matches, settles, lets triggers fire, and reports. A cascade is bounded, since each order fires once,
 * and ordered: triggers are looked at when the order that moved the price is done, and those that fire then act one after the
 * other in the order in which they fired.
 *
 * Orders of one account trade with each other, as on Binance with selfTradePreventionMode NONE.
 */
import { isOpen } from './account.ts';
import type { Account } from './account.ts';
import type { Book, Level } from './book.ts';
import type { OrderLists } from './lists.ts';
import { leaveLock, paidAsset, settle, unlock } from './settle.ts';
import type { AccountTrade, EngineListener, Order, Trade } from './types.ts';
import { notionalOf } from './types.ts';
import { isAffordable, isFillable, reaches } from './worth.ts';

/** What the matcher works on, and whom it tells. */
interface MatcherParts {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly fees: Map<string, bigint>;
  readonly lists: OrderLists;
  readonly listener: EngineListener;
}

/** Shared by all orders that did not trade at once. */
const NO_FILLS: AccountTrade[] = [];

export class Matcher {
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #fees: Map<string, bigint>;
  readonly #lists: OrderLists;
  readonly #listener: EngineListener;
  /** Fired, but not carried out yet. Empty between calls. */
  readonly #fired: Order[] = [];
  /** The order whose fills are collected, and they. */
  #watched: Order | undefined;
  #fills = NO_FILLS;

  constructor(parts: MatcherParts) {
    this.#accounts = parts.accounts;
    this.#fees = parts.fees;
    this.#lists = parts.lists;
    this.#listener = parts.listener;
  }

  /** Lets an order that has just been accepted wait or act, and all happen that follows. Returns the order's fills. */
  take(book: Book, order: Order, nowMs: number): readonly AccountTrade[] {
    if (!order.isTriggered) {
      book.add(order);
      return NO_FILLS;
    }
    this.#watched = order;
    this.#fills = NO_FILLS;
    this.#run(book, order, nowMs);
    this.#runFired(book, nowMs);
    this.#watched = undefined;
    return this.#fills;
  }

  /** Holds a price against the triggers, and carries out what fires. */
  onPrice(book: Book, ticks: number, nowMs: number): void {
    this.#fire(book, ticks, nowMs);
    this.#runFired(book, nowMs);
  }

  /** Takes a resting or waiting order out of the market. */
  withdraw(book: Book, order: Order, execution: 'CANCELED' | 'EXPIRED', nowMs: number): void {
    book.remove(order);
    this.#end(order, execution, nowMs);
  }

  /** @throws Error when the order's account is not open. */
  ownerOf(order: Order): Account {
    const account = this.#accounts.get(order.accountId);
    if (account === undefined)
      throw new Error(`order ${String(order.id)} has no account ${order.accountId}`);
    return account;
  }

  /** Trades what crosses, then decides what becomes of the rest. */
  #run(book: Book, order: Order, nowMs: number): void {
    const { tradeId } = book;
    const firstTicks = book.opposite(order.side).best()?.ticks ?? 0;
    this.#match(book, order, nowMs);
    if (isOpen(order)) {
      if (mayRest(book, order)) book.add(order);
      else this.#end(order, 'EXPIRED', nowMs);
    }
    if (book.tradeId === tradeId) return;
    this.#fire(book, firstTicks, nowMs);
    this.#fire(book, book.lastTicks, nowMs);
  }

  #match(book: Book, order: Order, nowMs: number): void {
    if (order.type === 'LIMIT_MAKER') return;
    if (order.timeInForce === 'FOK' && !isFillable(book, order)) return;
    const opposite = book.opposite(order.side);
    while (order.filledLots < order.lots) {
      const level = opposite.best();
      if (level === undefined || !reaches(order, level)) return;
      this.#trade(book, level, order, nowMs);
    }
  }

  /** One trade of an order with the first in the queue of a level; or, where both are one account's, the end of the first. */
  #trade(book: Book, level: Level, order: Order, nowMs: number): void {
    const maker = level.first;
    if (maker === undefined)
      throw new Error(`empty level ${String(level.ticks)} in the book of ${book.instrument.id}`);
    this.#cancelOther(book, maker, nowMs);
    if (maker.accountId === order.accountId && this.ownerOf(maker).expiresOwnMakers) {
      this.withdraw(book, maker, 'EXPIRED', nowMs);
      return;
    }
    const lots = Math.min(order.lots - order.filledLots, maker.lots - maker.filledLots);
    book.tradeId += 1;
    book.lastTicks = level.ticks;
    const trade: Trade = {
      id: book.tradeId,
      instrument: book.instrument,
      ticks: level.ticks,
      lots,
      quote: notionalOf(book.instrument, level.ticks, lots),
      takerSide: order.side,
      timeMs: nowMs,
    };
    fill(maker, trade);
    const resting = book.own(maker.side);
    resting.consume(level, lots);
    if (maker.status === 'FILLED') resting.remove(maker, 0);
    fill(order, trade);
    const owner = this.ownerOf(maker);
    const account = this.ownerOf(order);
    if (owner === account && owner.isHouse) {
      // The house trades with itself: what it pays it receives, and it pays no fees.
      this.#listener.onTrade(trade);
      return;
    }
    const makerFill = settle(owner, maker, trade, this.#fees);
    const takerFill = settle(account, order, trade, this.#fees);
    this.#listener.onTrade(trade);
    this.#reportFill(owner, maker, makerFill);
    this.#reportFill(account, order, takerFill);
  }

  #reportFill(account: Account, order: Order, made: AccountTrade): void {
    if (account.isHouse) return;
    if (order === this.#watched) this.#collect(made);
    account.trades.push(made);
    if (isOpen(order)) {
      this.#listener.onOrder(order, 'TRADE', made);
      return;
    }
    account.close(order);
    this.#listener.onOrder(order, 'TRADE', made);
    this.#closeList(order);
  }

  #collect(made: AccountTrade): void {
    if (this.#fills === NO_FILLS) this.#fills = [];
    this.#fills.push(made);
  }

  /** An order that is in no queue any more ends without being filled. */
  #end(order: Order, execution: 'CANCELED' | 'EXPIRED', nowMs: number): void {
    order.status = execution;
    order.updatedMs = nowMs;
    const account = this.ownerOf(order);
    if (account.isHouse) return;
    unlock(account, order);
    account.close(order);
    this.#listener.onOrder(order, execution, undefined);
    this.#closeList(order);
  }

  #closeList(order: Order): void {
    const list = this.#lists.closed(order);
    if (list !== undefined) this.#listener.onList?.(list);
  }

  /** Of a pair, an order that trades or fires expires the other and keeps what it needs of their lock. */
  #cancelOther(book: Book, winner: Order, nowMs: number): void {
    const loser = this.#lists.openOther(winner);
    if (loser === undefined) return;
    leaveLock(this.ownerOf(winner), winner, loser);
    this.withdraw(book, loser, 'EXPIRED', nowMs);
  }

  #fire(book: Book, ticks: number, nowMs: number): void {
    for (;;) {
      const order = book.triggers.take(ticks);
      if (order === undefined) return;
      order.isTriggered = true;
      order.workingMs = nowMs;
      order.updatedMs = nowMs;
      this.#fired.push(order);
      this.#cancelOther(book, order, nowMs);
      if (!this.ownerOf(order).isHouse) this.#listener.onOrder(order, 'TRIGGERED', undefined);
    }
  }

  #runFired(book: Book, nowMs: number): void {
    if (this.#fired.length === 0) return;
    // The list grows while it is worked through.
    for (const order of this.#fired) {
      if (this.#canPay(book, order)) this.#run(book, order, nowMs);
      else this.#end(order, 'EXPIRED', nowMs);
    }
    this.#fired.length = 0;
  }

  /**
   * An order that now trades at the market gives up its lock and must afford the market as it is; one that cannot expires
   * (an assumption: Binance names INSUFFICIENT_BALANCES among its reasons but not when it applies).
   */
  #canPay(book: Book, order: Order): boolean {
    if (order.ticks > 0) return true;
    const account = this.ownerOf(order);
    if (account.isHouse) return true;
    unlock(account, order);
    return isAffordable(book, order, account.balance(paidAsset(order.side, order.instrument)).free);
  }
}

/** Whether what is left of an order may wait in the book. A maker that would take has not traded, and ends. */
function mayRest(book: Book, order: Order): boolean {
  if (order.ticks === 0 || order.timeInForce !== 'GTC') return false;
  return order.type !== 'LIMIT_MAKER' || !book.crosses(order.side, order.ticks);
}

function fill(order: Order, trade: Trade): void {
  order.filledLots += trade.lots;
  order.filledQuote += trade.quote;
  order.updatedMs = trade.timeMs;
  order.status = order.filledLots === order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
}
