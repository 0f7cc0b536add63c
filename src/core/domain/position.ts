import { subtract, type Decimal } from './decimal.ts';
import type { Fill } from './fill.ts';
import type { Asset, IntentId, MarketSymbol, StrategyId } from './ids.ts';
import type { Millis } from './time.ts';

/**
 * What one strategy holds of one market. Always equal to the sum of its fills and booked transfers:
 * amount = Σ bought − Σ sold − Σ fees charged in the base asset + Σ booked.
 */
export interface Position {
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
  /** Base, ≥ 0 on spot. */
  readonly amount: Decimal;
  /** Quote paid for `amount`, fees included. 0 when flat. */
  readonly cost: Decimal;
  /** Quote won or lost by sells against average cost, fees included. */
  readonly realisedPnl: Decimal;
  /** Fees in quote; a fee charged in base is valued at its fill's price, one in a third asset is not in here. */
  readonly feesQuote: Decimal;
  /** Fills counted. */
  readonly fills: number;
  /** Market time of the first fill since the position was last flat; absent when flat. */
  readonly openedAt?: Millis;
  /** What booked transfers have brought altogether, less what they have taken; absent: there was none. */
  readonly booked?: AmountAndCost;
  /**
   * What of `amount` and `cost` is left of earlier sales and too little for an order. It counts neither as held nor as spent, and goes
   * with the next sale; absent: there is none.
   */
  readonly dust?: AmountAndCost;
}

/** Base, and the quote that it cost. */
export interface AmountAndCost {
  readonly amount: Decimal;
  readonly cost: Decimal;
}

/** Base held by a strategy on purpose: without dust. */
export function workingAmount({ amount, dust }: Position): Decimal {
  return dust === undefined ? amount : subtract(amount, dust.amount);
}

/** Quote at work in a position: what it cost, without dust. */
export function workingCost({ cost, dust }: Position): Decimal {
  return dust === undefined ? cost : subtract(cost, dust.cost);
}

/**
 * Why a position changed without a fill. gone: the account does not have it any more · oversold: it had sold more than it held, which
 * is made good · adopted: coins that were in the account already were given to it · fees: fees of other markets took it · moved: its
 * strategy trades another market now, or this one again · dust: what a strategy that is not configured any more has left goes along with
 * the sale of another one.
 */
export const BOOKING_CAUSES = ['gone', 'oversold', 'adopted', 'fees', 'moved', 'dust'] as const;
export type BookingCause = (typeof BOOKING_CAUSES)[number];

/** An amount that came into a strategy's position or went out of it without a fill. */
export interface BookedTransfer {
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
  /** Market time. */
  readonly at: Millis;
  /** Base; negative: it went out. Never 0. */
  readonly amount: Decimal;
  /** Quote that went with it, of the same sign or 0: what it cost. */
  readonly cost: Decimal;
  /** Fills that the position had counted by then: its place among them. */
  readonly afterFills: number;
  readonly cause: BookingCause;
  readonly reason: string;
}

/** What is to be booked into or out of a position now; without a cost, its share of what the position cost goes with it. */
export type Booking = Omit<BookedTransfer, 'at' | 'cost' | 'afterFills'> & {
  readonly cost?: Decimal;
};

/**
 * Whose position shrinks when less of a coin is there than positions say. newest: what was opened last goes first · pro-rata: each by
 * its size · a strategy's id: that one alone.
 */
export type ShareRule = 'newest' | 'pro-rata' | StrategyId;

/** A position that is to be booked from one name to another, as a whole. */
export interface PositionMove {
  readonly from: StrategyId;
  readonly to: StrategyId;
  readonly symbol: MarketSymbol;
  readonly reason: string;
}

/** A fill with its owner. */
export interface AttributedFill {
  readonly fill: Fill;
  readonly strategyId: StrategyId;
  readonly intentId: IntentId;
}

/** The ledger's own balance of one asset: opening balance, plus what was deposited since, plus everything fills did to it. */
export interface LedgerBalance {
  readonly asset: Asset;
  readonly opening: Decimal;
  /** Deposits less withdrawals that were adopted. */
  readonly deposited: Decimal;
  readonly total: Decimal;
}

/** Money that came or went without a trade, as the operator adopted it. */
export interface Transfer {
  readonly asset: Asset;
  /** Positive for a deposit, negative for a withdrawal; never 0. */
  readonly amount: Decimal;
  readonly reason: string;
}
