/** The checks a real exchange makes on every order, so that play money behaves like the real thing. */
import { isOnStep, toText } from '../../core/domain/decimal.ts';
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
  const { price, amount, referencePrice } = order;
  const { tickSize, lotSize, minAmount, maxAmount, minNotional } = instrument;
  if (price !== undefined && (!price.gt(0) || !isOnStep(price, tickSize))) {
    const message = `price ${toText(price)} is not a multiple of ${toText(tickSize)}`;
    return { code: 'PRICE_OFF_TICK', message };
  }
  if (!amount.gt(0) || !isOnStep(amount, lotSize)) {
    const message = `amount ${toText(amount)} is not a multiple of ${toText(lotSize)}`;
    return { code: 'AMOUNT_OFF_LOT', message };
  }
  if (amount.lt(minAmount) || (maxAmount !== undefined && amount.gt(maxAmount))) {
    const most = maxAmount === undefined ? 'any' : toText(maxAmount);
    const message = `amount ${toText(amount)} is outside of ${toText(minAmount)} to ${most}`;
    return { code: 'AMOUNT_OUT_OF_RANGE', message };
  }
  const notional = (price ?? referencePrice).times(amount);
  if (notional.lt(minNotional)) {
    const message = `notional ${toText(notional)} is below ${toText(minNotional)}`;
    return { code: 'NOTIONAL_TOO_SMALL', message };
  }
  return undefined;
}
