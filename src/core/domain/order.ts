import type { Decimal } from './decimal.ts';
import type { Fill } from './fill.ts';
import type { ClientOrderId, ExchangeOrderId, IntentId, MarketSymbol, StrategyId } from './ids.ts';
import type { Side } from './side.ts';
import type { Millis } from './time.ts';

export type { Side } from './side.ts';

/**
 * `limit_maker` is a limit order that is refused instead of taking liquidity (post-only). `stop` is a market sell that the
 * exchange holds until its last price is at or below the trigger; only the engine makes them, to guard a position.
 */
export type OrderType = 'market' | 'limit' | 'limit_maker' | 'stop';

/** `entry` may increase exposure; `exit` only reduces a position and still works while paused or halted. */
export type Purpose = 'entry' | 'exit';

/** All states of `design: orders`; which transition is legal is data in core/orders/transitions.ts. */
export const ORDER_STATES = [
  'PLANNED',
  'SENDING',
  'ACKED',
  'PARTIAL',
  'FILLED',
  'CANCELLING',
  'CANCELLED',
  'REJECTED',
  'EXPIRED',
  'DENIED',
  'UNKNOWN',
  'NOT_PLACED',
  'QUARANTINED',
] as const;

export type OrderState = (typeof ORDER_STATES)[number];

/**
 * What a strategy asks for, before risk has seen it. Prices are plain numbers (they come from indicators);
 * risk turns them into exact, rounded decimals.
 */
export interface Proposal {
  readonly purpose: Purpose;
  readonly side: Side;
  readonly type: Exclude<OrderType, 'stop'>;
  /** Limit price in quote; absent for market orders. */
  readonly price?: number;
  /** Amount in base (exits, mirrored grid orders). Exactly one of `amount` and `quote` is given. */
  readonly amount?: Decimal;
  /** Amount to spend in quote (entries). */
  readonly quote?: Decimal;
  /** Of an entry: the price at which the strategy would sell it at a loss, where it knows one; NaN as good as absent. */
  readonly exitPrice?: number;
  /** Reason code of the decision (see reasons.ts). */
  readonly reason: string;
  /** The numbers the decision rested on, by name; shown by `why`. */
  readonly inputs?: Readonly<Record<string, number | string>>;
  /** Free mark by which the strategy finds its order again, e.g. a grid level: `L07`. */
  readonly tag?: string;
}

/** An intent: what may become exactly one order at the exchange. Immutable once journalled. */
export interface OrderIntent {
  readonly intentId: IntentId;
  readonly clientOrderId: ClientOrderId;
  /** Position in the journal's total order; also orders sends. Starts at 1. */
  readonly sequence: number;
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
  readonly side: Side;
  readonly type: OrderType;
  readonly purpose: Purpose;
  /** Limit price on a tick; absent for market orders and stops. */
  readonly price?: Decimal;
  /** Last price, on a tick, at or below which a stop sells; absent for every other type. */
  readonly trigger?: Decimal;
  /** Base amount on a lot. */
  readonly amount: Decimal;
  /** Price used for exposure of a market order, the trigger, or the limit price: quote per base. */
  readonly referencePrice: Decimal;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, number | string>>;
  readonly tag: string;
  /** Market time of the decision. */
  readonly createdAt: Millis;
  /** The intent this one replaces. */
  readonly parentId?: IntentId;
  /** The other leg of a pair (a stop and the limit order above it): both are sent in one request, and one ends the other. */
  readonly pairId?: IntentId;
}

/** True for what the engine itself keeps at the exchange to guard a position: a stop, or the other leg of a pair. */
export function isGuard({ type, pairId }: OrderIntent): boolean {
  return type === 'stop' || pairId !== undefined;
}

declare const approved: unique symbol;

/**
 * An intent that risk has approved. Only core/risk/approve.ts mints it; gateways accept nothing else.
 */
export type ApprovedOrder = OrderIntent & { readonly [approved]: true };

/** An order as we track it: the intent plus its life. */
export interface OrderRecord {
  readonly intent: OrderIntent;
  state: OrderState;
  exchangeOrderId?: ExchangeOrderId;
  /** Sum of fills, base. */
  filled: Decimal;
  /** Sum of fills, quote (price × amount). */
  filledQuote: Decimal;
  /** Amount the exchange says is filled; only a check against `filled`. */
  reportedFilled: Decimal;
  /** Exchange's final word seen (filled, cancelled, expired, rejected), while fills may still be missing. */
  terminalReport?: 'FILLED' | 'CANCELLED' | 'EXPIRED';
  /** True once a cancel was asked for and not yet answered. */
  cancelRequested: boolean;
  /** Last error or exchange message, redacted; empty when none. */
  message: string;
  /** Market time of the last change. */
  updatedAt: Millis;
}

/** Status words of an exchange, normalised. */
export type ReportedStatus = 'open' | 'closed' | 'canceled' | 'expired' | 'rejected';

/** What the exchange said about one order, normalised by the gateway and copied out of its live objects. */
export interface OrderReport {
  /** Absent when the exchange names none: then the order is not ours, unless the books have it by the exchange's id. */
  readonly clientOrderId?: ClientOrderId;
  readonly exchangeOrderId: ExchangeOrderId;
  readonly symbol: MarketSymbol;
  readonly status: ReportedStatus;
  /** Cumulative filled base amount as reported. */
  readonly filled: Decimal;
  /** Market time of the report; falls back to the time of receipt. */
  readonly at: Millis;
  /** Executions that came along with the report (Binance FULL response); may be empty though filled > 0. */
  readonly fills: readonly Fill[];
  /** What the order is, for one that is in no books of ours; absent where the exchange does not say all of it. */
  readonly terms?: OrderTerms;
}

/** What an order at the exchange sells or buys. */
export interface OrderTerms {
  readonly side: Side;
  /** Base, filled or not. */
  readonly amount: Decimal;
  /** Quote per base; absent for an order at the market. */
  readonly price?: Decimal;
  /** Named by every order of a list of which one ends the others: together they hold what one of them needs. */
  readonly listId?: string;
}
