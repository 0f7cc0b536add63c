/** Whether an amount is one that may be ordered. */
import { maxOf, minOf, subtract, toText, ZERO, type Decimal } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import { lotAmount } from './sizing.ts';
import { refuse, type Refusal, type RiskView } from './view.ts';

/** `wanted`, cut to what is held, in the account, not being sold yet, and at most one order. */
export function exitAmount(wanted: Decimal, view: RiskView): Decimal | Refusal {
  const { instrument, position, book, baseBalance } = view;
  const reserved = book.of(view.strategy.id).openSells;
  const free = minOf(
    subtract(position.amount, reserved),
    subtract(baseBalance, book.reservedBase(instrument.base)),
  );
  const available = lotAmount(maxOf(free, ZERO), instrument);
  if (available.isZero()) {
    return refuse('NOTHING_TO_EXIT', {
      position: toText(position.amount),
      reserved: toText(reserved),
    });
  }
  const amount = minOf(wanted, available);
  return instrument.maxAmount === undefined
    ? amount
    : minOf(amount, lotAmount(instrument.maxAmount, instrument));
}

/** The first of the market's limits on size that an amount at this price breaks. */
export function sizeRefusal(
  amount: Decimal,
  reference: Decimal,
  instrument: Instrument,
): Refusal | undefined {
  const { minAmount, maxAmount, minNotional } = instrument;
  if (amount.isZero() || amount.lt(minAmount)) {
    const least = maxOf(minAmount, instrument.lotSize);
    return refuse('AMOUNT_TOO_SMALL', { amount: toText(amount), minAmount: toText(least) });
  }
  if (maxAmount !== undefined && amount.gt(maxAmount)) {
    return refuse('AMOUNT_TOO_LARGE', { amount: toText(amount), maxAmount: toText(maxAmount) });
  }
  const notional = reference.times(amount);
  if (notional.lt(minNotional)) {
    return refuse('NOTIONAL_TOO_SMALL', {
      notional: toText(notional),
      minNotional: toText(minNotional),
    });
  }
  return undefined;
}
