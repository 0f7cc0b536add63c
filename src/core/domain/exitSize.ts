/** Whether what is bought could be sold again at the price at which it would be given up: what no exchange takes is never sold. */
import {
  add,
  dec,
  floorToStep,
  ONE,
  subtract,
  toFloat,
  toText,
  ZERO,
  type Decimal,
} from './decimal.ts';
import type { Instrument } from './instrument.ts';
import { minNotionalOf, smallestAmount, stepFor } from './orderSize.ts';

/** What could be sold, and why that is too little. */
export interface Unsellable {
  /** Base after the buy's fee, on the step of an order at the market. */
  readonly amount: Decimal;
  readonly price: number;
  /** amount × price. */
  readonly value: Decimal;
  /** The least that is taken, with its unit. */
  readonly least: string;
}

/** A market's rules for sells at the market, as floats. */
interface Least {
  /** What of a buy is left after its fee. */
  readonly kept: number;
  readonly step: number;
  readonly amount: number;
  readonly notional: number;
}

const leasts = new WeakMap<Instrument, Least>();

function leastOf(instrument: Instrument): Least {
  let least = leasts.get(instrument);
  if (least === undefined) {
    least = {
      kept: 1 - toFloat(instrument.takerFee),
      step: toFloat(stepFor('market', instrument)),
      amount: toFloat(smallestAmount('market', instrument)),
      notional: toFloat(minNotionalOf('market', instrument)),
    };
    leasts.set(instrument, least);
  }
  return least;
}

/** Room for the rounding of floats. */
const SURELY = 1.001;

/**
 * Whether there is far more than enough to sell, as there nearly always is; false says nothing.
 * @param bought base, before the fee of the buy. @param price at which all would be given up.
 */
export function isAmple(
  bought: number,
  held: number,
  price: number,
  instrument: Instrument,
): boolean {
  const least = leastOf(instrument);
  const lots = held + bought * least.kept - least.step;
  return lots > least.amount * SURELY && lots * price > least.notional * SURELY;
}

/**
 * Undefined when the exit, by one order at the market, would be taken. The buy's fee is taken in base, which leaves the least.
 * @param bought base, before the fee of the buy. @param price at which all would be given up.
 */
export function unsellable(
  bought: Decimal,
  held: Decimal,
  price: number,
  instrument: Instrument,
): Unsellable | undefined {
  const received = bought.times(subtract(ONE, instrument.takerFee));
  const amount = floorToStep(add(held, received), stepFor('market', instrument));
  const value = price > 0 && price < Infinity ? amount.times(dec(price)) : ZERO;
  const smallest = smallestAmount('market', instrument);
  const found = { amount, price, value };
  if (amount.lt(smallest)) return { ...found, least: `${toText(smallest)} ${instrument.base}` };
  const minNotional = minNotionalOf('market', instrument);
  if (value.gte(minNotional)) return undefined;
  return { ...found, least: `${toText(minNotional)} ${instrument.quote}` };
}

/**
 * The price at which a position is given up: its stop, or where the strategy itself would sell at a loss; of both the higher, which a
 * falling price reaches first. Without either, the average price itself.
 * @param averagePrice in quote, fees left out. @param stopLoss fraction under it. @param exitPrice NaN: the strategy knows none.
 */
export function givenUpAt(
  averagePrice: number,
  stopLoss: number | undefined,
  exitPrice = Number.NaN,
): number {
  const own = exitPrice > 0 ? exitPrice : 0;
  const stop = stopLoss === undefined ? 0 : averagePrice * (1 - stopLoss);
  return stop === 0 && own === 0 ? averagePrice : Math.min(Math.max(stop, own), averagePrice);
}
