/** Orders as a matcher holds them, and what it says to whoever owns them. */
import { toFloat, type Decimal } from '../domain/decimal.ts';
import type { OrderType, Side } from '../domain/order.ts';
import type { Millis } from '../domain/time.ts';

/** An order waiting in a matcher. Owners extend it with what they need to find it again. */
export interface WaitingOrder {
  readonly side: Side;
  readonly type: OrderType;
  /** Whose it is: what comes of one of their orders may lead to more of theirs, within the same bar. */
  readonly owner: string;
  /** A leg of what guards the owner's position: when it sells, everything of the owner's ends. */
  readonly isGuard: boolean;
  /** On a tick; absent for market orders and stops. */
  readonly price?: Decimal;
  /** On a tick; stops have one, and they sell. */
  readonly trigger?: Decimal;
  /** Base not yet filled, on a lot, > 0 while it waits. The matcher reduces it. */
  remaining: Decimal;
  /** When it reaches the market. It sees nothing from before. */
  readonly placedAt: Millis;
}

/** What a fill is besides its order and its amount. */
export interface Deal {
  readonly price: Decimal;
  readonly liquidity: 'maker' | 'taker';
  readonly at: Millis;
  /** False when the bar leaves open whether it happened. */
  readonly isCertain: boolean;
}

/** Part or all of an order was filled; `order.remaining` is already reduced. */
export interface Execution<Order extends WaitingOrder> extends Deal {
  readonly order: Order;
  readonly amount: Decimal;
}

/** Why an order left the matcher before it was filled. */
export type EndReason = 'wouldTake' | 'unaffordable';

/** Whoever owns the orders and the money. Calls are synchronous; they may add and remove orders. */
export interface MatchOwner<Order extends WaitingOrder> {
  /** How much of `amount` the account can pay for at `price`, on a lot, ≥ 0. Asked for market orders only. */
  affordable(order: Order, price: Decimal, amount: Decimal): Decimal;
  /** A stop is a market order from now on. */
  triggered(order: Order, at: Millis): void;
  executed(execution: Execution<Order>): void;
  ended(order: Order, reason: EndReason, at: Millis): void;
}

/**
 * Whether the rest of a bar goes to one of its extremes: it certainly does, it may, or that is over. An order from before the bar
 * sees all of it.
 */
export type Chance = 'sure' | 'maybe' | 'over';

/** What is left of a bar. Its close always is. */
export interface Ahead {
  low: Chance;
  high: Chance;
}

/** An order in a matcher, with what the matcher knows of it. */
export interface Slot<Order extends WaitingOrder> {
  readonly order: Order;
  /** Limit price, or a stop's trigger. A market order has the best there is, so that it comes first: infinite for buys, 0 for sells. */
  readonly limit: number;
  readonly placement: number;
  /** A price was seen since it was placed: from then on it can only be a maker. */
  rested: boolean;
  /** A stop that has become a market order. */
  triggered: boolean;
  /** What it sees of the bar `bornIn`, within which it was placed; of every other it sees all. */
  readonly ahead: Ahead;
  /** Serial number of the bar within which it was placed; 0 when it was not. */
  readonly bornIn: number;
  /** Of that bar nothing is certain for it: it replaces what was there, and is in force from the next one on. */
  readonly isLate: boolean;
  /** Serial number of the last bar in which it had its turn. */
  servedIn: number;
  /** Base that is queued before it at its price; NaN while that is not known. */
  queued: number;
}

/** Price of the order as a number: see {@link Slot.limit}. */
export function limitOf({ side, price, trigger }: WaitingOrder): number {
  const given = price ?? trigger;
  if (given !== undefined) return toFloat(given);
  return side === 'buy' ? Infinity : 0;
}

/** A market order, or a stop that has become one. */
export function isAtMarket<Order extends WaitingOrder>({ order, triggered }: Slot<Order>): boolean {
  return order.type === 'market' || triggered;
}

/** A stop that still waits for its trigger. */
export function isWaitingStop<Order extends WaitingOrder>({
  order,
  triggered,
}: Slot<Order>): boolean {
  return order.type === 'stop' && !triggered;
}
