/** Whether an amount is one that may be ordered, and how much of what is wanted goes into one order. */
import {
  floorToStep,
  maxOf,
  minOf,
  subtract,
  toText,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import {
  firstPart,
  isTooSmall,
  largestAmount,
  maxNotionalOf,
  minNotionalOf,
  smallestAmount,
  stepFor,
  type OrderShape,
} from './marketRules.ts';
import { refuse, type Refusal, type RiskView } from './view.ts';

/** What goes into one order. */
export interface Cut {
  readonly amount: Decimal;
  /** More than that, on a lot, when the exchange takes no more in one order; else the same. */
  readonly wanted: Decimal;
}

/** `wanted`, cut to what is held, in the account and not being sold yet, and to what one order may be. */
export function exitCut(wanted: Decimal, shape: OrderShape, view: RiskView): Cut | Refusal {
  const { instrument, position, book, baseBalance } = view;
  const reserved = book.of(view.strategy.id).openSells;
  const free = minOf(
    subtract(position.amount, reserved),
    subtract(baseBalance, book.reservedBase(instrument.base)),
  );
  const step = stepFor(shape.type, instrument);
  const available = floorToStep(maxOf(free, ZERO), step);
  if (available.isZero()) {
    return refuse('NOTHING_TO_EXIT', {
      position: toText(position.amount),
      reserved: toText(reserved),
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
