/** What can be sold of what is held. */
import { dec, floorToStep, isAboveZero, toFloat, type Decimal } from '../domain/decimal.ts';
import { feeIn, type Fill } from '../domain/fill.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderRecord, OrderType } from '../domain/order.ts';
import { isTooSmall, minNotionalOf, stepFor } from '../domain/orderSize.ts';

/** The strategy's open order with this tag. At most one is ever open per tag. */
export function openOrderOf(orders: readonly OrderRecord[], tag: string): OrderRecord | undefined {
  return orders.find((order) => order.intent.tag === tag);
}

/**
 * True when an order of this kind for this amount at this price would pass the market's minimums. While no price is known the
 * minimum notional is left out: what may be sellable counts as held.
 */
export function isSellable(
  amount: Decimal,
  price: number,
  instrument: Instrument,
  type: OrderType = 'limit',
): boolean {
  const lots = floorToStep(amount, stepFor(type, instrument));
  if (!isAboveZero(lots) || isTooSmall(lots, type, instrument)) return false;
  const isPriced = price > 0 && price < Infinity;
  return !isPriced || isWorth(lots, price, minNotionalOf(type, instrument));
}

/** How far a product of floats may be from the exact one, as a fraction; ample. */
const FLOAT_ERROR = 1e-9;

/** amount × price ≥ least, exactly; floats decide where they are far apart. */
function isWorth(amount: Decimal, price: number, least: Decimal): boolean {
  const value = toFloat(amount) * price;
  const bound = toFloat(least);
  if (Math.abs(value - bound) > bound * FLOAT_ERROR) return value > bound;
  return amount.times(dec(price)).gte(least);
}

/** What a fill does to the base amount held, a fee charged in base included: positive for buys. */
export function baseChange(fill: Fill, instrument: Instrument): Decimal {
  const fee = feeIn(fill, instrument.base);
  return fill.side === 'buy' ? fill.amount.minus(fee) : fill.amount.plus(fee).neg();
}
