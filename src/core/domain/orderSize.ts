/** The step and the least of one order on a market, by its kind: orders that trade at the market may have rules of their own. */
import { maxOf, toText, ZERO, type Decimal } from './decimal.ts';
import type { Instrument } from './instrument.ts';
import type { OrderType } from './order.ts';

/** Whether an order of this kind trades at the market, now or when the exchange triggers it. */
export function isAtMarket(type: OrderType): boolean {
  return type === 'market' || type === 'stop';
}

/** The amount step of such an order. */
export function stepFor(type: OrderType, { lotSize, marketLotSize }: Instrument): Decimal {
  if (marketLotSize === undefined || !isAtMarket(type)) return lotSize;
  return marketLotSize.gt(lotSize) ? marketLotSize : lotSize;
}

/** The smallest value of one such order; 0 when any is taken. */
export function minNotionalOf(type: OrderType, instrument: Instrument): Decimal {
  const { minNotional, minNotionalAtMarket = true } = instrument;
  return type === 'market' && !minNotionalAtMarket ? ZERO : minNotional;
}

/** The smallest amount of one such order, in base; a step at least. */
export function smallestAmount(type: OrderType, instrument: Instrument): Decimal {
  const { minAmount, marketMinAmount } = instrument;
  const least = maxOf(minAmount, stepFor(type, instrument));
  return isAtMarket(type) && marketMinAmount !== undefined ? maxOf(least, marketMinAmount) : least;
}

/** Whether an amount is less than the smallest; costs no more than it must, since every order is asked. */
export function isTooSmall(amount: Decimal, type: OrderType, instrument: Instrument): boolean {
  if (amount.isZero() || amount.lt(instrument.minAmount)) return true;
  const { marketMinAmount } = instrument;
  return marketMinAmount !== undefined && isAtMarket(type) && amount.lt(marketMinAmount);
}

/** The least amount and the least value of one such order, in words. */
export function leastText(type: OrderType, instrument: Instrument): string {
  const amount = `${toText(smallestAmount(type, instrument))} ${instrument.base}`;
  const value = minNotionalOf(type, instrument);
  return value.isZero() ? amount : `${amount} or ${toText(value)} ${instrument.quote}`;
}
