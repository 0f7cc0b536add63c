/** The checks a real exchange makes on every order, so that play money behaves like the real thing. */
import { isAboveZero, isOnStep, toFloat, toText, type Decimal } from '../../core/domain/decimal.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import type { OrderIntent } from '../../core/domain/order.ts';

/** Why an order is not taken. */
export interface PaperRefusal {
  readonly code:
    | 'SYMBOL_UNKNOWN'
    | 'PRICE_OFF_TICK'
    | 'AMOUNT_OFF_LOT'
    | 'AMOUNT_OUT_OF_RANGE'
    | 'NOTIONAL_TOO_SMALL'
    | 'STOP_WOULD_TRIGGER'
    | 'PAIR_PRICES'
    | 'INSUFFICIENT_FUNDS'
    | 'POST_ONLY_WOULD_TAKE';
  readonly message: string;
}

/** A market's rules, and its last price: NaN when none has been seen. */
interface MarketView {
  readonly instrument: Instrument;
  readonly price: number;
}

/** The first rule that an order, or one of the two legs of a pair, breaks; undefined when they keep them all. */
export function refusalOf(
  order: OrderIntent,
  partner: OrderIntent | undefined,
  { instrument, price }: MarketView,
): PaperRefusal | undefined {
  return (
    filterRefusal(order, instrument) ??
    (partner && filterRefusal(partner, instrument)) ??
    wouldTrigger(order, price) ??
    (partner && notAround(order, partner, price))
  );
}

function filterRefusal(order: OrderIntent, instrument: Instrument): PaperRefusal | undefined {
  return (
    offStep(order, instrument) ?? outOfRange(order, instrument) ?? belowNotional(order, instrument)
  );
}

/** A stop that the last price has reached already would not wait. */
function wouldTrigger({ trigger }: OrderIntent, last: number): PaperRefusal | undefined {
  if (trigger === undefined || !(last <= toFloat(trigger))) return undefined;
  const message = `the last price ${last} is at or below the trigger ${toText(trigger)}`;
  return { code: 'STOP_WOULD_TRIGGER', message };
}

/** A pair lies around the last price. */
function notAround(
  { trigger }: OrderIntent,
  { price }: OrderIntent,
  last: number,
): PaperRefusal | undefined {
  if (trigger === undefined || price === undefined) {
    return { code: 'PAIR_PRICES', message: 'a pair is a stop and a limit order above it' };
  }
  if (Number.isNaN(last) || last < toFloat(price)) return undefined;
  const message = `the last price ${last} is at or above the limit ${toText(price)}`;
  return { code: 'PAIR_PRICES', message };
}

function offStep(order: OrderIntent, instrument: Instrument): PaperRefusal | undefined {
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

function outOfRange(order: OrderIntent, instrument: Instrument): PaperRefusal | undefined {
  const { amount } = order;
  const { minAmount, maxAmount } = instrument;
  if (amount.gte(minAmount) && (maxAmount === undefined || amount.lte(maxAmount))) return undefined;
  const most = maxAmount === undefined ? 'any' : toText(maxAmount);
  const message = `amount ${toText(amount)} is outside of ${toText(minAmount)} to ${most}`;
  return { code: 'AMOUNT_OUT_OF_RANGE', message };
}

function belowNotional(order: OrderIntent, instrument: Instrument): PaperRefusal | undefined {
  const notional = (order.price ?? order.referencePrice).times(order.amount);
  if (notional.gte(instrument.minNotional)) return undefined;
  const message = `notional ${toText(notional)} is below ${toText(instrument.minNotional)}`;
  return { code: 'NOTIONAL_TOO_SMALL', message };
}

function isPositiveMultiple(value: Decimal, step: Decimal): boolean {
  return isAboveZero(value) && isOnStep(value, step);
}
