/** Accounts of the simulated exchange: balances, fee rates, and the bounded memory of orders and trades. */
import type { AccountTrade, Order } from './types.ts';

/** Most orders and trades an account keeps in memory; the oldest finished ones are forgotten first. */
const ACCOUNT_HISTORY_MAX = 100_000;

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
   * House accounts provide liquidity: they may go negative, lock nothing, and neither their orders
   * nor their trades are reported or remembered.
   */
  readonly isHouse: boolean;
}

export class Account {
  readonly id: string;
  readonly isHouse: boolean;
  readonly makerPpm: bigint;
  readonly takerPpm: bigint;
  readonly feeAsset: FeeAsset | undefined;
  readonly balances = new Map<string, Balance>();
  /** Open and finished orders, oldest first. */
  orders: Order[] = [];
  /** Trades, oldest first. */
  trades: AccountTrade[] = [];
  /** Open orders by id. */
  readonly open = new Map<number, Order>();
  readonly #byId = new Map<number, Order>();
  /** Latest order per instrument and client id; earlier users of the same id are only found by their order id. */
  readonly #byClientId = new Map<string, Order>();

  constructor(spec: AccountSpec) {
    this.id = spec.id;
    this.isHouse = spec.isHouse;
    this.makerPpm = BigInt(spec.makerPpm);
    this.takerPpm = BigInt(spec.takerPpm);
    this.feeAsset = spec.feeAsset;
    for (const [asset, free] of spec.balances) this.balances.set(asset, { free, locked: 0n });
  }

  balance(asset: string): Balance {
    const known = this.balances.get(asset);
    if (known !== undefined) return known;
    const fresh: Balance = { free: 0n, locked: 0n };
    this.balances.set(asset, fresh);
    return fresh;
  }

  orderById(id: number): Order | undefined {
    return this.#byId.get(id);
  }

  /** The latest order that used a client id on an instrument, open or finished. */
  orderByClientId(instrumentId: string, clientOrderId: string): Order | undefined {
    return this.#byClientId.get(`${instrumentId} ${clientOrderId}`);
  }

  remember(order: Order): void {
    this.orders.push(order);
    this.#byId.set(order.id, order);
    this.#byClientId.set(`${order.instrument.id} ${order.clientOrderId}`, order);
    if (isOpen(order)) this.open.set(order.id, order);
    if (this.orders.length > 2 * ACCOUNT_HISTORY_MAX) this.#forgetOldOrders();
  }

  rememberTrade(trade: AccountTrade): void {
    this.trades.push(trade);
    if (this.trades.length > 2 * ACCOUNT_HISTORY_MAX)
      this.trades = this.trades.slice(-ACCOUNT_HISTORY_MAX);
  }

  /** Puts the memory of orders into the order of their ids, after orders of an earlier run came back. */
  sortOrders(): void {
    this.orders.sort((a, b) => a.id - b.id);
  }

  #forgetOldOrders(): void {
    const cut = this.orders.length - ACCOUNT_HISTORY_MAX;
    const kept: Order[] = [];
    for (const [index, order] of this.orders.entries()) {
      if (index >= cut || isOpen(order)) kept.push(order);
      else this.#forget(order);
    }
    this.orders = kept;
  }

  #forget(order: Order): void {
    this.#byId.delete(order.id);
    const key = `${order.instrument.id} ${order.clientOrderId}`;
    if (this.#byClientId.get(key) === order) this.#byClientId.delete(key);
  }
}

export function isOpen(order: Order): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}
