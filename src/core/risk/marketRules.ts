/** What a market's filters leave of an order: its largest amount, its step, its price; and how more than that is sold in parts. */
import { dec, divide, floorToStep, minOf, toText, type Decimal } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderType, Side } from '../domain/order.ts';
import { isAtMarket, minNotionalOf, smallestAmount, stepFor } from '../domain/orderSize.ts';
import { refuse, type Refusal } from './view.ts';

/** What of an order the filters look at. */
export interface OrderShape {
  readonly type: OrderType;
  readonly side: Side;
  /** Its limit or its trigger; of a market order the last price. */
  readonly reference: Decimal;
}

const HALF = dec('0.5');

/** The largest amount of one such order, on its step; undefined when any is taken. */
export function largestAmount(shape: OrderShape, instrument: Instrument): Decimal | undefined {
  const { type, reference } = shape;
  const { maxAmount, marketMaxAmount } = instrument;
  const ofAmount = isAtMarket(type) ? lesser(maxAmount, marketMaxAmount) : maxAmount;
  const most = lesser(ofAmount, worth(maxNotionalOf(type, instrument), reference, instrument));
  return most === undefined ? undefined : floorToStep(most, stepFor(type, instrument));
}

/** The largest value of one such order; undefined when any is taken. A stop counts as a limit order and as one at the market. */
export function maxNotionalOf(type: OrderType, instrument: Instrument): Decimal | undefined {
  const { maxNotional, maxNotionalAtMarket = false, marketMaxNotional } = instrument;
  const ofAll = type !== 'market' || maxNotionalAtMarket ? maxNotional : undefined;
  return isAtMarket(type) ? lesser(ofAll, marketMaxNotional) : ofAll;
}

/** The lesser of two bounds of which either may not be there. */
function lesser(a: Decimal | undefined, b: Decimal | undefined): Decimal | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return minOf(a, b);
}

/**
 * What of `amount` goes into the first order when one takes at most `most`: all of it, half when what the most would leave were too
 * little to be sold and half is not, else the most there may be.
 */
export function firstPart(
  amount: Decimal,
  most: Decimal | undefined,
  shape: OrderShape,
  instrument: Instrument,
): Decimal {
  if (most === undefined || amount.lte(most)) return amount;
  const isEnough = (part: Decimal): boolean =>
    part.gte(smallestAmount(shape.type, instrument)) &&
    part.times(shape.reference).gte(minNotionalOf(shape.type, instrument));
  if (isEnough(amount.minus(most))) return most;
  const half = floorToStep(amount.times(HALF), stepFor(shape.type, instrument));
  return half.lte(most) && isEnough(half) ? half : most;
}

/**
 * Why the exchange would not take a limit price or a trigger. Bands lie around its average price of some minutes, for which the
 * last price stands; triggers have none.
 */
export function priceRefusal(
  price: Decimal,
  { type, side }: Omit<OrderShape, 'reference'>,
  instrument: Instrument,
  lastPrice: number,
): Refusal | undefined {
  const bounds = boundsOf(type, side, instrument, lastPrice);
  if (bounds === undefined) return undefined;
  const [min, max] = bounds;
  const value = price.toNumber();
  if (value >= min && value <= max) return undefined;
  return refuse('PRICE_OUT_OF_RANGE', {
    price: toText(price),
    lowest: min,
    highest: max === Infinity ? 'any' : max,
  });
}

/** The lowest and the highest price taken; undefined where any is. */
function boundsOf(
  type: OrderType,
  side: Side,
  instrument: Instrument,
  lastPrice: number,
): readonly [number, number] | undefined {
  const { priceBand, minPrice, maxPrice } = instrument;
  if (priceBand === undefined && minPrice === undefined && maxPrice === undefined) return undefined;
  const [low, high] = type === 'stop' ? [0, Infinity] : bandOf(side, instrument, lastPrice);
  return [
    Math.max(low, minPrice?.toNumber() ?? 0),
    Math.min(high, maxPrice?.toNumber() ?? Infinity),
  ];
}

function bandOf(side: Side, { priceBand }: Instrument, lastPrice: number): [number, number] {
  if (priceBand === undefined || !(lastPrice > 0)) return [0, Infinity];
  const { up, down } = side === 'buy' ? priceBand.buy : priceBand.sell;
  return [lastPrice * down, up === 0 ? Infinity : lastPrice * up];
}

/** The amount that a value is worth at a price, in whole lots. */
function worth(
  value: Decimal | undefined,
  price: Decimal,
  { lotSize }: Instrument,
): Decimal | undefined {
  if (value === undefined || price.isZero()) return undefined;
  return divide(value, price.times(lotSize), 0, 'down').times(lotSize);
}
