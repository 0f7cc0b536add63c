/**
 * Exact decimals for money and amounts. The only importer of the decimal library.
 * Precision is 60 significant digits: no product of two exchange quantities is ever rounded silently.
 */
import { Decimal as BaseDecimal } from 'decimal.js';

const Exact = BaseDecimal.clone({ precision: 60, rounding: BaseDecimal.ROUND_HALF_EVEN });

/** An exact decimal number. Immutable. */
export type Decimal = BaseDecimal;

/** What can become a decimal: canonical text (preferred), a decimal, or a finite number (its shortest decimal text). */
export type DecimalInput = string | number | Decimal;

export const ZERO: Decimal = new Exact(0);
export const ONE: Decimal = new Exact(1);

/**
 * Makes an exact decimal.
 * @throws Error `DECIMAL_INVALID` when the input is not a finite decimal number.
 */
export function dec(input: DecimalInput): Decimal {
  const value = parse(input);
  if (!value?.isFinite())
    throw new Error(`DECIMAL_INVALID: not a finite decimal: ${String(input)}`);
  return value;
}

function parse(input: DecimalInput): Decimal | undefined {
  try {
    return new Exact(input);
  } catch {
    return undefined;
  }
}

/** Canonical text: plain notation, no exponent, no trailing zeros, no negative zero. What is stored and printed. */
export function toText(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}

/** Largest multiple of `step` that is ≤ value (toward −∞). `step` > 0. */
export function floorToStep(value: Decimal, step: Decimal): Decimal {
  return value.div(step).floor().mul(step);
}

/** Smallest multiple of `step` that is ≥ value. `step` > 0. */
export function ceilToStep(value: Decimal, step: Decimal): Decimal {
  return value.div(step).ceil().mul(step);
}

/** True when `value` is an exact multiple of `step`. */
export function isOnStep(value: Decimal, step: Decimal): boolean {
  return value.mod(step).isZero();
}

export function minOf(a: Decimal, b: Decimal): Decimal {
  return a.lte(b) ? a : b;
}

export function maxOf(a: Decimal, b: Decimal): Decimal {
  return a.gte(b) ? a : b;
}

export function sumOf(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}
