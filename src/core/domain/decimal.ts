/** Exact decimals as the program speaks of them: money, amounts and prices. The arithmetic is in amount.ts. */
import { dec, divide, roundTo, ZERO, type Amount } from './amount.ts';

export {
  ceilToStep,
  dec,
  divide,
  floorToStep,
  fromFloat,
  isOnStep,
  roundTo,
  ZERO,
} from './amount.ts';

/** An exact decimal number. Immutable. */
export type Decimal = Amount;

export const ONE: Decimal = dec(1);

/** Canonical text: plain notation, no exponent, no trailing zeros, no negative zero. What is stored and printed. */
export function toText(value: Decimal): string {
  return value.toString();
}

/** a + b. Most terms of the books are nothing. */
export function add(a: Decimal, b: Decimal): Decimal {
  if (b === ZERO) return a;
  return a === ZERO ? b : a.plus(b);
}

/** a − b. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  if (a === b) return ZERO;
  return b === ZERO ? a : a.minus(b);
}

/** Text with exactly so many decimals, ties to even. */
export function toFixedText(value: Decimal, decimals: number): string {
  const text = toText(roundTo(value, decimals, 'half-even'));
  const [, fraction = ''] = text.split('.');
  const missing = '0'.repeat(decimals - fraction.length);
  return fraction === '' && decimals > 0 ? `${text}.${missing}` : text + missing;
}

/** True when value > 0. */
export function isAboveZero(value: Decimal): boolean {
  return value.units > 0;
}

/** The nearest float. */
export function toFloat(value: Decimal): number {
  return value.toNumber();
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

/** The number with at most so many significant digits, ties to even: for people. */
export function toSignificant(value: Decimal, digits: number): Decimal {
  const { units, scale } = value.trimmed();
  const length = String(units < 0 ? -units : units).length;
  if (length <= digits) return value;
  const places = scale - (length - digits);
  if (places >= 0) return roundTo(value, places, 'half-even');
  const power = dec(`1e${String(-places)}`);
  return divide(value, power, 0, 'half-even').times(power);
}
