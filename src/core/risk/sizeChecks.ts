/** Whether an amount is one that may be ordered, and how much of what is wanted goes into one order. */
import {
  floorToStep,
  maxOf,
  minOf,
  roundTo,
  subtract,
  toFloat,
  toText,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import { givenUpAt, isAmple, unsellable } from '../domain/exitSize.ts';
import type { Instrument } from '../domain/instrument.ts';
import { isTooSmall, minNotionalOf, smallestAmount, stepFor } from '../domain/orderSize.ts';
import { firstPart, largestAmount, maxNotionalOf, type OrderShape } from './marketRules.ts';
import type { Position } from '../domain/position.ts';
import { refuse, type Refusal, type RiskView } from './view.ts';

/** Decimal places of a value for people; down, so that what is too little does not look like enough. */
const SHOWN_DECIMALS = 8;

/** What goes into one order. */
export interface Cut {
  readonly amount: Decimal;
  /** More than that, on a lot, when the exchange takes no more in one order; else the same. */
  readonly wanted: Decimal;
}

/** `wanted`, cut to what is held, in the account and not being sold yet, and to what one order may be. */
export function exitCut(wanted: Decimal, shape: OrderShape, view: RiskView): Cut | Refusal {
  const { instrument, position, book, baseBalance, absent = ZERO } = view;
  const reserved = book.of(view.strategy.id).openSells;
  const free = minOf(
    subtract(subtract(position.amount, absent), reserved),
    subtract(baseBalance, book.reservedBase(instrument.base)),
  );
  const step = stepFor(shape.type, instrument);
  const available = floorToStep(maxOf(free, ZERO), step);
  if (available.isZero()) {
    return refuse('NOTHING_TO_EXIT', {
      position: toText(position.amount),
      reserved: toText(reserved),
      absent: toText(absent),
    });
  }
  const whole = onStep(minOf(wanted, available), step, instrument);
  return {
    amount: firstPart(whole, largestAmount(shape, instrument), shape, instrument),
    wanted: whole,
  };
}

/** What is wanted is on a lot already; orders at the market may have a coarser step. */
function onStep(amount: Decimal, step: Decimal, { lotSize }: Instrument): Decimal {
  return step === lotSize ? amount : floorToStep(amount, step);
}

/** `wanted`, cut to what one order may be and what the account may still hold. */
export function entryCut(wanted: Decimal, shape: OrderShape, view: RiskView): Cut | Refusal {
  const { instrument } = view;
  const step = stepFor(shape.type, instrument);
  const whole = onStep(wanted, step, instrument);
  const most = largestAmount(shape, instrument);
  const amount = most === undefined ? whole : minOf(whole, most);
  const positionRoom = view.positionRoom?.();
  if (positionRoom === undefined || amount.lte(positionRoom)) return { amount, wanted: whole };
  const room = floorToStep(maxOf(positionRoom, ZERO), step);
  if (sizeRefusal(room, shape, instrument) === undefined) return { amount: room, wanted: whole };
  return refuse('POSITION_LIMIT', {
    maxPosition: toText(instrument.maxPosition ?? ZERO),
    base: instrument.base,
    room: toText(room),
  });
}

/** The first of the market's limits on size that an amount at this price breaks. */
export function sizeRefusal(
  amount: Decimal,
  shape: OrderShape,
  instrument: Instrument,
): Refusal | undefined {
  const { type, reference } = shape;
  if (isTooSmall(amount, type, instrument)) {
    const least = smallestAmount(type, instrument);
    return refuse('AMOUNT_TOO_SMALL', { amount: toText(amount), minAmount: toText(least) });
  }
  const most = largestAmount(shape, instrument);
  if (most !== undefined && amount.gt(most)) return tooLarge(amount, shape, instrument);
  const notional = reference.times(amount);
  const minNotional = minNotionalOf(type, instrument);
  if (notional.lt(minNotional))
    return refuse('NOTIONAL_TOO_SMALL', {
      notional: toText(notional),
      minNotional: toText(minNotional),
    });
  return undefined;
}

/** A buy at the price `paid` that could not be sold again where it would be given up. @param exitPrice where the strategy itself would do that. */
export function exitRefusal(
  amount: Decimal,
  paid: number,
  exitPrice: number | undefined,
  view: RiskView,
): Refusal | undefined {
  const { instrument, position, strategy } = view;
  const bought = toFloat(amount);
  const { amountFloat: held, averagePrice: heldAt } = view.holding ?? floatsOf(position);
  const working = position.dust ? held - toFloat(position.dust.amount) : held;
  const average = heldAt > 0 ? (bought * paid + working * heldAt) / (bought + working) : paid;
  const at = givenUpAt(average, strategy.stopLoss, exitPrice);
  if (isAmple(bought, held, at, instrument)) return undefined;
  const found = unsellable(amount, position.amount, at, instrument);
  if (found === undefined) return undefined;
  const { base, quote, symbol } = instrument;
  return refuse('EXIT_TOO_SMALL', {
    sellable: toText(found.amount),
    exitPrice: found.price,
    where: at < average ? 'its stop' : 'the price paid',
    value: toText(roundTo(found.value, SHOWN_DECIMALS, 'down')),
    least: found.least,
    ...{ base, quote, symbol },
  });
}

function floatsOf({ amount, cost }: Position): NonNullable<RiskView['holding']> {
  const amountFloat = toFloat(amount);
  return { amountFloat, averagePrice: toFloat(cost) / amountFloat };
}

/** What an amount is too large for: the largest value, or the largest amount. */
function tooLarge(amount: Decimal, shape: OrderShape, instrument: Instrument): Refusal {
  const notional = shape.reference.times(amount);
  const maxNotional = maxNotionalOf(shape.type, instrument);
  if (maxNotional !== undefined && notional.gt(maxNotional))
    return refuse('NOTIONAL_TOO_LARGE', {
      notional: toText(notional),
      maxNotional: toText(maxNotional),
    });
  const most = largestAmount(shape, instrument) ?? amount;
  return refuse('AMOUNT_TOO_LARGE', { amount: toText(amount), maxAmount: toText(most) });
}
