/** What an order got altogether. */
import { dec, toFloat, ZERO, type Decimal } from '../../core/domain/decimal.ts';
import { feesOf } from '../../core/domain/fill.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { TracedOrder } from './trace.ts';

export interface Sums {
  /** Base. */
  readonly amount: Decimal;
  /** Quote, without fees. */
  readonly value: Decimal;
  /** By asset. */
  readonly fees: ReadonlyMap<string, Decimal>;
  readonly fills: number;
  /** Opening times of the bars of the first fill and of the last. */
  readonly firstBar: Millis;
  readonly lastBar: Millis;
  /** A bar left open whether one of the fills happened. */
  readonly isUncertain: boolean;
}

export function sumsOf({ fills }: Pick<TracedOrder, 'fills'>): Sums {
  let [amount, value] = [ZERO, ZERO];
  const fees = new Map<string, Decimal>();
  for (const { fill } of fills) {
    amount = amount.plus(fill.amount);
    value = value.plus(fill.price.times(fill.amount));
    for (const fee of feesOf(fill))
      fees.set(fee.asset, (fees.get(fee.asset) ?? ZERO).plus(fee.amount));
  }
  const bars = fills.map(({ bar }) => bar);
  return {
    ...{ amount, value, fees },
    fills: fills.length,
    firstBar: bars[0] ?? Number.NaN,
    lastBar: bars.at(-1) ?? Number.NaN,
    isUncertain: fills.some(({ fill }) => fill.certain === false),
  };
}

/** NaN when nothing was traded. */
export function averageOf({ amount, value }: Sums): number {
  return toFloat(value) / toFloat(amount);
}

/** Quote that went out (negative) or came in, fees in the quote asset taken off; what was charged in other assets is not in it. */
export function cashOf(sums: Sums, side: 'buy' | 'sell', quote: string): Decimal {
  const fee = sums.fees.get(quote) ?? ZERO;
  return side === 'buy' ? dec('0').minus(sums.value).minus(fee) : sums.value.minus(fee);
}

/** Fees are charged in whole units of the eighth decimal. */
const FEE_STEP = 1e-8;

/** True when both were charged the same part of what they traded, in the same assets. */
export function isSameFee(a: Sums, b: Sums): boolean {
  const assets = new Set([...a.fees.keys(), ...b.fees.keys()]);
  const tolerance = (a.fills + b.fills) * FEE_STEP;
  const scale = toFloat(a.amount) / toFloat(b.amount);
  const valueScale = toFloat(a.value) / toFloat(b.value);
  return [...assets].every((asset) => {
    const [feeA, feeB] = [toFloat(a.fees.get(asset) ?? ZERO), toFloat(b.fees.get(asset) ?? ZERO)];
    return (
      Math.abs(feeA - feeB * scale) <= tolerance * Math.max(1, scale) ||
      Math.abs(feeA - feeB * valueScale) <= tolerance * Math.max(1, valueScale)
    );
  });
}
