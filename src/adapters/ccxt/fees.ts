/** What was charged for an execution, from ccxt's unified trade. */
import { ZERO } from '../../core/domain/decimal.ts';
import type { Fee } from '../../core/domain/fill.ts';
import { asset } from '../../core/domain/ids.ts';
import { decimalOf, field, listOf, textOf } from './values.ts';

/** Reads the fees of ccxt's trade, one entry per asset, empty when nothing was charged; undefined when they are not told. */
export type FeeReader = (trade: unknown) => readonly Fee[] | undefined;

/**
 * Every entry of `fees`, which some exchanges have instead of `fee`, or the one `fee`. Entries of nothing are left out unless
 * there is nothing else; a part that says no amount, or no asset though it is something, makes the whole unknown.
 */
export const unifiedFees: FeeReader = (trade) => {
  const entries = listOf(field(trade, 'fees')) ?? [];
  const parts = entries.length > 0 ? entries : [field(trade, 'fee')];
  const found: Fee[] = [];
  for (const part of parts) {
    const fee = feeOf(field(part, 'currency'), field(part, 'cost'));
    if (fee === undefined) return undefined;
    found.push(fee);
  }
  return mergeFees(found);
};

/** @returns undefined unless both are told; nothing needs no asset. */
export function feeOf(currency: unknown, cost: unknown): Fee | undefined {
  const amount = decimalOf(cost);
  if (amount === undefined) return undefined;
  const name = textOf(currency);
  if (name === undefined && !amount.isZero()) return undefined;
  return { asset: asset(name ?? ''), amount };
}

/** One entry per asset; those of nothing only when all are, and then the first that has a name. */
export function mergeFees(fees: readonly Fee[]): readonly Fee[] {
  const sums = new Map<Fee['asset'], Fee['amount']>();
  for (const { asset: name, amount } of fees) sums.set(name, (sums.get(name) ?? ZERO).plus(amount));
  const merged = [...sums].map(([name, amount]) => ({ asset: name, amount }));
  const charged = merged.filter(({ amount }) => !amount.isZero());
  if (charged.length > 0) return charged;
  return merged.filter(({ asset: name }) => name !== '').slice(0, 1);
}
