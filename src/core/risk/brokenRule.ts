/** Whether an order that was approved still keeps the rules of its market, which may have changed since. */
import { floorToStep, toText } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderIntent } from '../domain/order.ts';
import { sizeRefusal } from './sizeChecks.ts';

/** The first rule it breaks, in words; empty when it keeps them all. */
export function brokenRule(intent: OrderIntent, instrument: Instrument): string {
  const { amount, price, trigger, referencePrice } = intent;
  const { lotSize, tickSize } = instrument;
  if (!floorToStep(amount, lotSize).eq(amount))
    return `the amount ${toText(amount)} is off the lot size ${toText(lotSize)}`;
  for (const value of [price, trigger])
    if (value !== undefined && !floorToStep(value, tickSize).eq(value))
      return `the price ${toText(value)} is off the tick size ${toText(tickSize)}`;
  const refusal = sizeRefusal(amount, referencePrice, instrument);
  if (refusal === undefined) return '';
  const numbers = Object.entries(refusal.inputs).map(([name, value]) => `${name} ${String(value)}`);
  return `${refusal.code} (${numbers.join(', ')})`;
}
