/** Accounts of the simulated exchange: balances, fee rates, and the bounded memory of orders and trades. */
import type { AccountTrade, Order } from './types.ts';

/** Orders and trades an account keeps in memory; beyond it the oldest finished ones are forgotten. */
const ACCOUNT_HISTORY_MAX = 100_000;
/** They are forgotten in one go when so many are too many, so that each costs O(1). */
const FORGOTTEN_AT_ONCE = 25_000;

/** An account's holding of one asset, in atoms. */
export interface Balance {
  free: bigint;
  locked: bigint;
}

/** An asset of the account's own choice that fees are paid in while enough of it is free, as BNB on Binance. */
export interface FeeAsset {
  readonly asset: string;
  /** Price of one whole unit in atoms of each quote asset; trades against any other quote pay the ordinary fee. */
  readonly prices: ReadonlyMap<string, bigint>;
  /** Taken off the rate, in parts per million: 250000 is a quarter. */
  readonly discountPpm: bigint;
}

/** How an account is opened. */
export interface AccountSpec {
  readonly id: string;
  /** Starting balances in atoms by asset. */
  readonly balances: ReadonlyMap<string, bigint>;
  /** Fee rates in parts per million of what is received: 1000 is 0.1 %. */
  readonly makerPpm: number;
  readonly takerPpm: number;
  readonly feeAsset?: FeeAsset;
  /**
   * Of two of its orders that would trade with each other the resting one expires, as by default on Binance (EXPIRE_MAKER) and
   * OKX (cancel_maker). Absent: they trade.
   */
  readonly expiresOwnMakers?: boolean;
  /**
   * House accounts provide liquidity: they may go negative, lock nothing, and neither their orders
   * nor their trades are reported or remembered. A trade of one with itself moves nothing and is free.
   */
  readonly isHouse: boolean;
}

export class Account {
  readonly id: string;
  readonly isHouse: boolean;
  readonly makerPpm: bigint;
  readonly takerPpm: bigint;
  readonly feeAsset: FeeAsset | undefined;
  readonly expiresOwnMakers: boolean;
  readonly balances = new Map<string, Balance>();
  /** Open and finished orders, by id once {@link sortOrders} has been called or no order of an earlier run came back. */
  readonly orders: Order[] = [];
  /** Trades, oldest first. */
  readonly trades: AccountTrade[] = [];
  /** Open orders by id. */
  readonly open = new Map<number, Order>();
  /** Open orders by instrument and client id. */
  readonly #openByClientId = new Map<string, Map<string, Order>>();
  readonly #finished = new FinishedOrders();
  /** So many remembered orders are too many. */
  #forgetAt = ACCOUNT_HISTORY_MAX + FORGOTTEN_AT_ONCE;

  constructor(spec: AccountSpec) {
    this.id = spec.id;
    this.isHouse = spec.isHouse;
    this.makerPpm = BigInt(spec.makerPpm);
    this.takerPpm = BigInt(spec.takerPpm);
    this.feeAsset = spec.feeAsset;
    this.expiresOwnMakers = spec.expiresOwnMakers ?? false;
    for (const [asset, free] of spec.balances) this.balances.set(asset, { free, locked: 0n });
  }

  balance(asset: string): Balance {
    const known = this.balances.get(asset);
    if (known !== undefined) return known;
    const fresh: Balance = { free: 0n, locked: 0n };
    this.balances.set(asset, fresh);
    return fresh;
  }

  /** An order that is remembered, open or finished. */
  orderById(id: number): Order | undefined {
    const open = this.open.get(id);
    if (open !== undefined) return open;
    let low = 0;
    let high = this.orders.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.orders[middle]?.id ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    const order = this.orders[low];
    return order?.id === id ? order : undefined;
  }

  /** The open order that uses a client id on an instrument. */
  openByClientId(instrumentId: string, clientOrderId: string): Order | undefined {
    return this.#openByClientId.get(instrumentId)?.get(clientOrderId);
  }

  /** The latest order that used a client id on an instrument, open or finished. */
  orderByClientId(instrumentId: string, clientOrderId: string): Order | undefined {
    return (
      this.openByClientId(instrumentId, clientOrderId) ??
      this.#finished.find(this.orders, instrumentId, clientOrderId)
    );
  }

  remember(order: Order): void {
    this.orders.push(order);
    if (isOpen(order)) {
      this.open.set(order.id, order);
      this.#openIds(order).set(order.clientOrderId, order);
    }
    if (this.orders.length > this.#forgetAt) this.#forgetOldOrders();
  }

  /** Notes that an order is not open any more. */
  close(order: Order): void {
    this.open.delete(order.id);
    this.#openIds(order).delete(order.clientOrderId);
  }

  rememberTrade(trade: AccountTrade): void {
    this.trades.push(trade);
    if (this.trades.length > ACCOUNT_HISTORY_MAX + FORGOTTEN_AT_ONCE)
      this.trades.splice(0, FORGOTTEN_AT_ONCE);
  }

  /** Puts the memory of orders into the order of their ids, after orders of an earlier run came back. */
  sortOrders(): void {
    this.orders.sort((a, b) => a.id - b.id);
    this.#finished.clear();
  }

  #openIds(order: Order): Map<string, Order> {
    const { id } = order.instrument;
    const known = this.#openByClientId.get(id);
    if (known !== undefined) return known;
    const fresh = new Map<string, Order>();
    this.#openByClientId.set(id, fresh);
    return fresh;
  }

  /** In place: a copy would keep what is forgotten alive until the garbage collector comes to it. */
  #forgetOldOrders(): void {
    const oldest = this.orders.splice(0, this.orders.length - ACCOUNT_HISTORY_MAX);
    this.orders.unshift(...oldest.filter(isOpen));
    this.#forgetAt = this.orders.length + FORGOTTEN_AT_ONCE;
    this.#finished.clear();
  }
}

/** An index of remembered orders by client id, made when somebody asks: placing orders pays nothing for it. */
class FinishedOrders {
  /** Latest order per instrument and client id; earlier users of the same id are only found by their order id. */
  readonly #byClientId = new Map<string, Order>();
  /** So many of the remembered orders are in the index. */
  #count = 0;

  find(orders: readonly Order[], instrumentId: string, clientOrderId: string): Order | undefined {
    for (; this.#count < orders.length; this.#count += 1) {
      const order = orders[this.#count];
      if (order !== undefined)
        this.#byClientId.set(`${order.instrument.id} ${order.clientOrderId}`, order);
    }
    return this.#byClientId.get(`${instrumentId} ${clientOrderId}`);
  }

  clear(): void {
    this.#byClientId.clear();
    this.#count = 0;
  }
}

export function isOpen(order: Order): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}
