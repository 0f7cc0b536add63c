/** Exact numbers of the oracle's own: one that judges an arithmetic must not share it. */
import { Decimal } from 'decimal.js';

/** More digits than any sum of a simulation has. */
const Oracle = Decimal.clone({ precision: 200, toExpNeg: -9e15, toExpPos: 9e15 });

export type Exact = Decimal;

/** @param value text of a number, or something whose text is one: the program's own numbers come in only so */
export function exact(value: string | number | { toString(): string }): Exact {
  return new Oracle(String(value));
}

export const ZERO: Exact = exact('0');

export function sumOf(values: Iterable<Exact>): Exact {
  let sum = ZERO;
  for (const value of values) sum = sum.plus(value);
  return sum;
}

export function minOf(...values: readonly Exact[]): Exact {
  return Oracle.min(...values);
}
