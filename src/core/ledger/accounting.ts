/** Average-cost accounting of one position, exact. */
import {
  add,
  dec,
  divide,
  isAboveZero,
  minOf,
  subtract,
  toFloat,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import { feeIn, type Fill } from '../domain/fill.ts';
import type { MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import {
  workingAmount,
  workingCost,
  type AmountAndCost,
  type BookedTransfer,
  type Position,
} from '../domain/position.ts';
import type { Millis } from '../domain/time.ts';

/**
 * Decimal places of the cost that a partial sell takes out of a position. The quotient is the only inexact step in the
 * ledger; rounding it to a fixed scale keeps every later sum exact: what was paid = cost left + cost sold, to the last digit.
 */
export const COST_DECIMALS = 18;

/** A position with nothing in it. */
export function flatPosition(strategyId: StrategyId, symbol: MarketSymbol): Position {
  return {
    strategyId,
    symbol,
    amount: ZERO,
    cost: ZERO,
    realisedPnl: ZERO,
    feesQuote: ZERO,
    fills: 0,
  };
}

/**
 * The position after one more fill.
 * A fee charged in the base asset comes out of the amount; one in quote goes into cost or out of the proceeds; one in a third
 * asset touches only that asset's balance. More sold than held leaves a negative amount at no cost: the sum of fills stays true.
 */
export function positionAfter(position: Position, fill: Fill, instrument: Instrument): Position {
  const feeBase = feeIn(fill, instrument.base);
  const feeQuote = feeIn(fill, instrument.quote);
  const notional = fill.price.times(fill.amount);
  const next =
    fill.side === 'buy'
      ? bought(position, subtract(fill.amount, feeBase), add(notional, feeQuote))
      : sold(position, add(fill.amount, feeBase), subtract(notional, feeQuote));
  const dust = fill.side === 'buy' ? position.dust : dustLeft(position.dust, next, instrument);
  const after: Changing = {
    strategyId: position.strategyId,
    symbol: position.symbol,
    amount: next.amount,
    cost: next.cost,
    realisedPnl: next.realisedPnl,
    feesQuote: add(position.feesQuote, inQuote(feeBase, feeQuote, fill.price)),
    fills: position.fills + 1,
  };
  if (position.booked !== undefined) after.booked = position.booked;
  if (dust !== undefined) after.dust = dust;
  if (isOpen(after, instrument)) after.openedAt = position.openedAt ?? fill.at;
  return after;
}

/** The position after something was booked into it or out of it. Nothing is realised: it comes and goes at what it cost. */
export function positionAfterTransfer(
  position: Position,
  { amount, cost, at, cause }: BookedTransfer,
  instrument: Instrument,
): Position {
  const { booked = NOTHING, openedAt = at, dust, ...before } = position;
  const after: Changing = {
    ...before,
    amount: add(position.amount, amount),
    cost: add(position.cost, cost),
    booked: { amount: add(booked.amount, amount), cost: add(booked.cost, cost) },
  };
  const came = cause === 'dust' ? dustWith(dust, { amount, cost }) : dust;
  const left = amount.isNegative() ? dustLeft(dust, after, instrument) : came;
  if (left !== undefined) after.dust = left;
  if (isOpen(after, instrument)) after.openedAt = openedAt;
  return after;
}

/** The position when all that is in it is dust: it can be sold by no order as the market stands. */
export function allDust({ openedAt: _openedAt, ...position }: Position): Position {
  const { amount, cost } = position;
  return { ...position, dust: { amount, cost } };
}

const NOTHING: AmountAndCost = { amount: ZERO, cost: ZERO };

type Changing = Position & {
  openedAt?: Millis;
  booked?: AmountAndCost;
  dust?: AmountAndCost;
};

function dustWith(dust: AmountAndCost = NOTHING, more: AmountAndCost): AmountAndCost {
  return { amount: add(dust.amount, more.amount), cost: add(dust.cost, more.cost) };
}

/**
 * What is dust after something has gone: everything when that is less than any order; else what was, as far as it is still there, at
 * its share of the cost: what went took its share of the cost of all, so that the rest has one average price.
 */
function dustLeft(
  dust: AmountAndCost | undefined,
  left: AmountAndCost,
  instrument: Instrument,
): AmountAndCost | undefined {
  const { amount, cost } = left;
  if (!isAboveZero(amount)) return undefined;
  if (isLessThanOneOrder(amount, instrument)) return { amount, cost };
  if (dust === undefined) return undefined;
  const still = minOf(dust.amount, amount);
  return { amount: still, cost: costShare(left, still) };
}

/** Whether more is held than what no order could sell. */
function isOpen(position: Position, instrument: Instrument): boolean {
  const amount = workingAmount(position);
  return isAboveZero(amount) && !isLessThanOneOrder(amount, instrument);
}

/** What of the position's cost goes with `amount` of it; all of it with the last. */
export function costShare({ amount: held, cost }: AmountAndCost, amount: Decimal): Decimal {
  return amount.gte(held) ? cost : divide(cost.times(amount), held, COST_DECIMALS, 'half-even');
}

/** Fees at the price of their fill. What was not charged at all is ZERO itself, which costs no arithmetic. */
function inQuote(feeBase: Decimal, feeQuote: Decimal, price: Decimal): Decimal {
  if (feeBase === ZERO) return feeQuote;
  const worth = feeBase.times(price);
  return feeQuote === ZERO ? worth : add(feeQuote, worth);
}

type Core = Pick<Position, 'amount' | 'cost' | 'realisedPnl'>;

function bought(position: Position, received: Decimal, paid: Decimal): Core {
  return {
    amount: add(position.amount, received),
    cost: add(position.cost, paid),
    realisedPnl: position.realisedPnl,
  };
}

function sold(position: Position, given: Decimal, proceeds: Decimal): Core {
  const costOut = costShare(position, given);
  return {
    amount: subtract(position.amount, given),
    cost: subtract(position.cost, costOut),
    realisedPnl: add(position.realisedPnl, subtract(proceeds, costOut)),
  };
}

/** Too little to be sold by any order: what base fees and lot rounding leave behind. Counts as flat. */
function isLessThanOneOrder(amount: Decimal, instrument: Instrument): boolean {
  return amount.lt(instrument.lotSize) || amount.lt(instrument.minAmount);
}

/** Average price paid per base, dust left out, as a number; NaN when the position is flat (`openedAt` absent). */
export function averagePriceOf(position: Position): number {
  if (position.openedAt === undefined) return Number.NaN;
  return toFloat(workingCost(position)) / toFloat(workingAmount(position));
}

/** Quote a position would gain or lose if sold at `price`, fees of that sale left out. */
export function unrealisedPnl(position: Position, price: number): Decimal {
  return position.amount.times(dec(price)).minus(position.cost);
}
