/** Prices of takers: seen, moved by the slippage, on a tick that is worse for the order. */
import {
  ceilToStep,
  floorToStep,
  fromFloat,
  maxOf,
  minOf,
  toFloat,
  type Decimal,
} from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';

/** True for a positive finite number. */
export function isPrice(value: number): boolean {
  return value > 0 && Number.isFinite(value);
}

/** What a taker pays or gets where the market is at `seen`: worse by `slippage`, a fraction, and rounded against the order. */
export function takerPrice(
  seen: number,
  side: Side,
  slippage: number,
  { tickSize }: Instrument,
): Decimal {
  const isBuy = side === 'buy';
  const moved = fromFloat(seen * (isBuy ? 1 + slippage : 1 - slippage));
  return isBuy ? ceilToStep(moved, tickSize) : maxOf(floorToStep(moved, tickSize), tickSize);
}

/** The worse of two prices for an order. */
export function worseOf(a: Decimal, b: Decimal, side: Side): Decimal {
  return side === 'buy' ? maxOf(a, b) : minOf(a, b);
}

/** The better of two prices for an order: a limit bounds what it pays. */
export function betterOf(a: Decimal, b: Decimal, side: Side): Decimal {
  return side === 'buy' ? minOf(a, b) : maxOf(a, b);
}

/** The first tick at or below a price. */
export function tickBelow(price: number, { tickSize }: Instrument): number {
  return toFloat(floorToStep(fromFloat(price), tickSize));
}

/** The first tick at or above it. */
export function tickAbove(price: number, { tickSize }: Instrument): number {
  return toFloat(ceilToStep(fromFloat(price), tickSize));
}
