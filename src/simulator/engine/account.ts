/** Accounts of the simulated exchange: balances, fee rates, and the bounded memory of orders and trades. */
import { OpenOrders } from './openOrders.ts';
import { OrderHistory } from './orderHistory.ts';
import { TradeHistory } from './tradeHistory.ts';
import type { Order } from './types.ts';

/** So many of its latest finished orders, and of its latest trades, an account remembers at the least. */
const HISTORY_MIN = 100_000;

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
  /** May change between trades. */
  feeAsset: FeeAsset | undefined;
  readonly expiresOwnMakers: boolean;
  readonly balances = new Map<string, Balance>();
  readonly finished: OrderHistory;
  readonly trades = new TradeHistory(HISTORY_MIN);
  readonly open = new OpenOrders();

  constructor(spec: AccountSpec) {
    this.id = spec.id;
    this.isHouse = spec.isHouse;
    this.makerPpm = BigInt(spec.makerPpm);
    this.takerPpm = BigInt(spec.takerPpm);
    this.feeAsset = spec.feeAsset;
    this.finished = new OrderHistory(spec.id, HISTORY_MIN);
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

  /** How many orders are remembered. */
  get orderCount(): number {
    return this.open.size + this.finished.length;
  }

  /**
   * Orders that are remembered, by id: open ones, and those that ended at `fromMs` of market time or later. An open order is
   * the live one, a finished one is made again as it was.
   */
  ordersSince(fromMs = 0): Order[] {
    return [...this.finished.since(fromMs), ...this.open.values()].sort((a, b) => a.id - b.id);
  }

  /** An order that is remembered, open or finished. */
  orderById(id: number): Order | undefined {
    return this.open.get(id) ?? this.finished.byId(id);
  }

  /** The latest order that used a client id on an instrument, open or finished. */
  orderByClientId(instrumentId: string, clientOrderId: string): Order | undefined {
    return (
      this.open.byClientId(instrumentId, clientOrderId) ??
      this.finished.byClientId(instrumentId, clientOrderId)
    );
  }

  /** Takes in a new order, or one of an earlier run. */
  remember(order: Order): void {
    if (isOpen(order)) this.open.add(order);
    else this.finished.push(order);
  }

  /** Notes that an order has ended. It must not change any more. */
  close(order: Order): void {
    this.open.delete(order);
    this.finished.push(order);
  }
}

export function isOpen(order: Order): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}
