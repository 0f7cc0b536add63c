/** The checks a real exchange makes on every order, so that play money behaves like the real thing. */
import { isAboveZero, isOnStep, toText, type Decimal } from '../../core/domain/decimal.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import type { OrderIntent } from '../../core/domain/order.ts';

export interface FilterRefusal {
  readonly code: 'PRICE_OFF_TICK' | 'AMOUNT_OFF_LOT' | 'AMOUNT_OUT_OF_RANGE' | 'NOTIONAL_TOO_SMALL';
  readonly message: string;
}

/** The first rule of the market that an order breaks; undefined when it keeps them all. */
export function filterRefusal(
  order: OrderIntent,
  instrument: Instrument,
): FilterRefusal | undefined {
  return (
    offStep(order, instrument) ?? outOfRange(order, instrument) ?? belowNotional(order, instrument)
  );
}

function offStep(order: OrderIntent, instrument: Instrument): FilterRefusal | undefined {
  const { amount } = order;
  const price = order.price ?? order.trigger;
  const { tickSize, lotSize } = instrument;
  if (price !== undefined && !isPositiveMultiple(price, tickSize)) {
    const message = `price ${toText(price)} is not a multiple of ${toText(tickSize)}`;
    return { code: 'PRICE_OFF_TICK', message };
  }
  if (isPositiveMultiple(amount, lotSize)) return undefined;
  const message = `amount ${toText(amount)} is not a multiple of ${toText(lotSize)}`;
  return { code: 'AMOUNT_OFF_LOT', message };
}

function outOfRange(order: OrderIntent, instrument: Instrument): FilterRefusal | undefined {
  const { amount } = order;
  const { minAmount, maxAmount } = instrument;
  if (amount.gte(minAmount) && (maxAmount === undefined || amount.lte(maxAmount))) return undefined;
  const most = maxAmount === undefined ? 'any' : toText(maxAmount);
  const message = `amount ${toText(amount)} is outside of ${toText(minAmount)} to ${most}`;
  return { code: 'AMOUNT_OUT_OF_RANGE', message };
}

function belowNotional(order: OrderIntent, instrument: Instrument): FilterRefusal | undefined {
  const notional = (order.price ?? order.referencePrice).times(order.amount);
  if (notional.gte(instrument.minNotional)) return undefined;
  const message = `notional ${toText(notional)} is below ${toText(instrument.minNotional)}`;
  return { code: 'NOTIONAL_TOO_SMALL', message };
}

function isPositiveMultiple(value: Decimal, step: Decimal): boolean {
  return isAboveZero(value) && isOnStep(value, step);
}
