/** Whether an order that was approved still keeps the rules of its market, which may have changed since. */
import { floorToStep, toText } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import { stepFor } from '../domain/orderSize.ts';
import type { OrderIntent } from '../domain/order.ts';
import { priceRefusal } from './marketRules.ts';
import { sizeRefusal } from './sizeChecks.ts';
import type { Refusal } from './view.ts';

/** The first rule it breaks, in words; empty when it keeps them all. @param lastPrice NaN: none has been seen. */
export function brokenRule(
  intent: OrderIntent,
  instrument: Instrument,
  lastPrice = Number.NaN,
): string {
  const { amount, price, trigger, referencePrice: reference, type, side } = intent;
  const step = stepFor(type, instrument);
  if (!floorToStep(amount, step).eq(amount))
    return `the amount ${toText(amount)} is off the lot size ${toText(step)}`;
  for (const value of [price, trigger]) {
    if (value === undefined) continue;
    if (!floorToStep(value, instrument.tickSize).eq(value))
      return `the price ${toText(value)} is off the tick size ${toText(instrument.tickSize)}`;
    const refusal = priceRefusal(value, intent, instrument, lastPrice);
    if (refusal !== undefined) return wordsOf(refusal);
  }
  const refusal = sizeRefusal(amount, { type, side, reference }, instrument);
  return refusal === undefined ? '' : wordsOf(refusal);
}

function wordsOf({ code, inputs }: Refusal): string {
  const numbers = Object.entries(inputs).map(([name, value]) => `${name} ${String(value)}`);
  return `${code} (${numbers.join(', ')})`;
}
