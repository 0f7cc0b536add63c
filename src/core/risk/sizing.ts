/** Turns what a strategy asked for into numbers an exchange accepts: prices on ticks, amounts on lots. */
import { ceilToStep, divide, floorToStep, fromFloat, type Decimal } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';
import { lotCost } from './exposure.ts';

/** True for a positive finite number. */
export function isPrice(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/**
 * A price as an exact decimal, float noise dropped: a sell at 100.30000000000001 belongs on 100.3, not on 100.31. `price` must pass
 * `isPrice`.
 */
export function exactPrice(price: number): Decimal {
  return fromFloat(price);
}

/** A limit price on a tick that is never worse than asked for: buys round down, sells up. May be 0 for a tiny buy price. */
export function tickPrice(price: Decimal, side: Side, instrument: Instrument): Decimal {
  return side === 'buy'
    ? floorToStep(price, instrument.tickSize)
    : ceilToStep(price, instrument.tickSize);
}

/** Largest amount on a lot that `quote` pays for at `price`, taker fee included. */
export function amountFor(quote: Decimal, price: Decimal, instrument: Instrument): Decimal {
  return divide(quote, lotCost(price, instrument), 0, 'down').times(instrument.lotSize);
}

/** An amount on a lot, rounded down. */
export function lotAmount(amount: Decimal, instrument: Instrument): Decimal {
  return floorToStep(amount, instrument.lotSize);
}
