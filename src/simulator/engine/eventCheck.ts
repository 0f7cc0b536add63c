/**
 * The engine checks itself after every call, at a cost that grows only with what the call touched: money moved but was neither
 * made nor lost, balances lock what their open orders lock, orders lock what they need and stand where they should,
 * fills add up and keep to limits, the book is not crossed. {@link selfCheck} is the same over everything at once.
 *
 * It learns of changes as a listener does and keeps its own account of them, so a change that the engine does not report is
 * a violation as well.
 */
import type { Account, Balance } from './account.ts';
import { isOpen } from './account.ts';
import type { Book } from './book.ts';
import { HashSlots } from './hashSlots.ts';
import type { OrderLists } from './lists.ts';
import { lockViolation, paidAsset } from './settle.ts';
import type { AccountTrade, EngineListener, Execution, Order, OrderList, Trade } from './types.ts';

/** What is known of a balance from the last check. */
interface Money {
  total: bigint;
  /** Sum of what open orders lock of it. */
  lockedByOrders: bigint;
}

/** What is known of an open order from the reports so far. */
interface Seen {
  readonly order: Order;
  readonly account: Account;
  /** Of the asset the order pays with. */
  readonly balance: Balance;
  readonly money: Money;
  locked: bigint;
  filledLots: number;
}

/** What of the engine is looked at. */
interface CheckedParts {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly fees: ReadonlyMap<string, bigint>;
  readonly orderLists: OrderLists;
}

export class EventCheck implements EngineListener {
  readonly #engine: CheckedParts;
  readonly #listener: EngineListener;
  readonly #money = new Map<Balance, Money>();
  readonly #fees = new Map<string, bigint>();
  /** Open orders of users by id. */
  readonly #seen = new HashSlots<Seen>();
  #houses: Account[] = [];
  /** Orders reported since the last check; an order may be in it more than once. */
  readonly #touched: Seen[] = [];
  #hasTraded = false;

  /** Passes everything on to `listener`. */
  constructor(engine: CheckedParts, listener: EngineListener) {
    this.#engine = engine;
    this.#listener = listener;
  }

  onOrder(order: Order, execution: Execution, fill: AccountTrade | undefined): void {
    const seen = this.#seenOf(order) ?? this.#see(order);
    if (fill !== undefined) {
      seen.filledLots += fill.lots;
      if (!isWithinLimit(order, fill)) fail(order, `traded at ${String(fill.ticks)} ticks`);
    }
    this.#touched.push(seen);
    this.#listener.onOrder(order, execution, fill);
  }

  onTrade(trade: Trade): void {
    this.#hasTraded = true;
    this.#listener.onTrade(trade);
  }

  onList(list: OrderList): void {
    this.#listener.onList?.(list);
  }

  onLevel(...change: Parameters<EngineListener['onLevel']>): void {
    this.#listener.onLevel(...change);
  }

  /** A new account. */
  adopt(account: Account): void {
    if (account.isHouse) this.#houses.push(account);
    this.takeBalances(account);
  }

  /** Takes an account's balances as they are: money came from outside. */
  takeBalances(account: Account): void {
    for (const balance of account.balances.values())
      this.#moneyOf(balance).total = balance.free + balance.locked;
  }

  /** Takes the whole engine as it is: after a restore. */
  reset(): void {
    this.#money.clear();
    this.#seen.clear();
    this.#fees.clear();
    this.#touched.length = 0;
    this.#hasTraded = false;
    this.#houses = [];
    for (const [asset, atoms] of this.#engine.fees) this.#fees.set(asset, atoms);
    for (const account of this.#engine.accounts.values()) {
      this.adopt(account);
      for (const order of account.open.values()) {
        const seen = this.#see(order);
        seen.locked = order.locked;
        seen.filledLots = order.filledLots;
        seen.money.lockedByOrders += order.locked;
      }
    }
  }

  /** @throws Error naming the violation, after a call on a book. */
  verify(book: Book): void {
    for (const seen of this.#touched) this.#checkOrder(book, seen);
    for (const seen of this.#touched) this.#checkBalance(seen);
    if (this.#hasTraded) this.#checkConservation(book);
    checkTouch(book);
    this.#touched.length = 0;
    this.#hasTraded = false;
  }

  #seenOf({ id }: Order): Seen | undefined {
    for (let slot = id; ; slot += 1) {
      const seen = this.#seen.at(slot);
      if (seen === undefined || seen.order.id === id) return seen;
    }
  }

  #see(order: Order): Seen {
    const account = this.#engine.accounts.get(order.accountId);
    if (account === undefined) return fail(order, 'has no account');
    const balance = account.balance(paidAsset(order.side, order.instrument));
    const money = this.#moneyOf(balance);
    const seen: Seen = { order, account, balance, money, locked: 0n, filledLots: 0 };
    this.#seen.add(order.id, seen);
    return seen;
  }

  #moneyOf(balance: Balance): Money {
    const known = this.#money.get(balance);
    if (known !== undefined) return known;
    const fresh: Money = { total: 0n, lockedByOrders: 0n };
    this.#money.set(balance, fresh);
    return fresh;
  }

  #checkOrder(book: Book, seen: Seen): void {
    const { order } = seen;
    if (order.locked !== seen.locked) {
      seen.money.lockedByOrders += order.locked - seen.locked;
      seen.locked = order.locked;
    }
    if (seen.filledLots !== order.filledLots || order.filledLots > order.lots)
      fail(
        order,
        `says ${String(order.filledLots)} filled, its fills sum to ${String(seen.filledLots)}`,
      );
    if (!isOpen(order)) {
      if (order.locked !== 0n) fail(order, `is done and locks ${String(order.locked)} atoms`);
      this.#seen.delete(order.id, seen);
      return;
    }
    const violation = lockViolation(order, this.#engine.orderLists.openOther(order));
    if (violation !== undefined) fail(order, violation);
    if (!isInItsQueue(book, order)) fail(order, 'is open but in no queue');
    if (seen.account.open.byClientId(order.instrument.id, order.clientOrderId) !== order)
      fail(order, 'shares its client id with another open order');
  }

  #checkBalance({ order, balance, money }: Seen): void {
    if (balance.locked !== money.lockedByOrders) {
      fail(
        order,
        `left ${String(balance.locked)} atoms locked, open orders lock ${String(money.lockedByOrders)}`,
      );
    }
    if (balance.free < 0n) fail(order, `left a free balance of ${String(balance.free)} atoms`);
    if (!this.#hasTraded && balance.free + balance.locked !== money.total)
      fail(order, 'changed a balance without a trade');
  }

  /** What all sides of the trades gained and the fees sum to nothing, asset by asset. */
  #checkConservation(book: Book): void {
    const gained = new Map<string, bigint>();
    const { base, quote } = book.instrument;
    for (const { account } of this.#touched) {
      this.#countGain(gained, account, base);
      this.#countGain(gained, account, quote);
      if (account.feeAsset !== undefined) this.#countGain(gained, account, account.feeAsset.asset);
    }
    for (const account of this.#houses) {
      this.#countGain(gained, account, base);
      this.#countGain(gained, account, quote);
    }
    for (const [asset, net] of gained) {
      const collected = this.#engine.fees.get(asset) ?? 0n;
      const made = net + collected - (this.#fees.get(asset) ?? 0n);
      this.#fees.set(asset, collected);
      if (made !== 0n)
        throw new Error(`${asset}: trades in ${book.instrument.id} made ${String(made)} atoms`);
    }
  }

  #countGain(gained: Map<string, bigint>, account: Account, asset: string): void {
    const balance = account.balance(asset);
    const money = this.#moneyOf(balance);
    const total = balance.free + balance.locked;
    gained.set(asset, (gained.get(asset) ?? 0n) + total - money.total);
    money.total = total;
  }
}

function isWithinLimit(order: Order, fill: AccountTrade): boolean {
  if (!order.isTriggered) return false;
  if (order.ticks === 0) return true;
  return order.side === 'BUY' ? fill.ticks <= order.ticks : fill.ticks >= order.ticks;
}

function isInItsQueue(book: Book, order: Order): boolean {
  const queue = order.isTriggered
    ? book.own(order.side).level(order.ticks)
    : book.triggers.queueOf(order);
  return (
    queue !== undefined &&
    (order.ahead === undefined) === (queue.first === order) &&
    (order.behind === undefined) === (queue.last === order)
  );
}

function checkTouch(book: Book): void {
  const bid = book.bids.best();
  const ask = book.asks.best();
  const { id } = book.instrument;
  if (bid !== undefined && ask !== undefined && bid.ticks >= ask.ticks)
    throw new Error(`${id}: book is crossed, bid ${String(bid.ticks)} ≥ ask ${String(ask.ticks)}`);
  for (const level of [bid, ask]) {
    if (level !== undefined && (level.lots <= 0 || level.first === undefined))
      throw new Error(`${id}: level ${String(level.ticks)} is in the book with nothing in it`);
  }
}

function fail(order: Order, what: string): never {
  throw new Error(`order ${String(order.id)} ${what}`);
}
