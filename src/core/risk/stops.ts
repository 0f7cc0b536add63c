/** The stop-loss: a fixed fraction under the average entry price. */
import type { Position } from '../domain/position.ts';

/** The numbers of a stop-loss that is reached: inputs of the note STOP_LOSS. */
export interface StopLossHit {
  readonly price: number;
  readonly stopPrice: number;
  /** Fraction under the average price. */
  readonly stopLoss: number;
  readonly averagePrice: number;
}

/** Price at which a position bought at `averagePrice` on average is sold; NaN when flat. `fraction` in (0, 1). */
export function stopPriceOf(averagePrice: number, fraction: number): number {
  return averagePrice * (1 - fraction);
}

/** The stop price of a position, NaN when it is flat (what is left is less than one order). */
export function stopLossPrice(position: Position, fraction: number): number {
  if (position.openedAt === undefined) return Number.NaN;
  return stopPriceOf(position.cost.toNumber() / position.amount.toNumber(), fraction);
}

/**
 * The hit when `price` is at or below the stop, undefined otherwise and when flat (`averagePrice` NaN). Float arithmetic only:
 * it runs on every price.
 */
export function checkStopLoss(
  averagePrice: number,
  fraction: number,
  price: number,
): StopLossHit | undefined {
  const stopPrice = stopPriceOf(averagePrice, fraction);
  // NaN on either side is no hit.
  return price <= stopPrice ? { price, stopPrice, stopLoss: fraction, averagePrice } : undefined;
}
