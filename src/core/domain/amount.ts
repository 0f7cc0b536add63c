/**
 * Exact decimal numbers: money, amounts and prices. A number is a whole count of units and the decimal places of one unit; 12.50 is
 * 1250 units of two places. The count is a number as long as it is a safe integer, which nearly all are, and a bigint beyond.
 * Sums, products and comparisons are exact, whatever the magnitudes. What is not exact has a name: `divide`, `roundTo`,
 * `floorToStep`, `ceilToStep`. Text only at the edges.
 */

/** The whole count of a number: a bigint only when it is no safe integer. */
type Units = number | bigint;

/** What can become an exact number: canonical text (preferred), an exact number, or a finite number (its shortest decimal text). */
export type AmountInput = string | number | Amount;

/** down: toward zero · floor: toward −∞ · ceil: toward +∞ · half-even: to the nearest, ties to the even neighbour. */
export type Rounding = 'down' | 'floor' | 'ceil' | 'half-even';

const SAFE = Number.MAX_SAFE_INTEGER;
const SAFE_BIG = BigInt(SAFE);
/** Powers of ten that a float holds exactly. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, places) => Number(`1e${places}`));
/** Grows with what is asked for: scales are as long as the texts that were read. */
const BIG_POWERS: bigint[] = [1n];
/** Longest text that is read as a number, and largest exponent in it: beyond what any float or exchange writes. */
const TEXT_LENGTH_MAX = 1_000;
const EXPONENT_MAX = 400;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/u;
/** Digits of a computed float that mean something. */
const NOISE_DIGITS = 12;
const TEN_TO_NOISE = 1e12;
/** Digits of a whole number that is safe, whatever they are. */
const SAFE_DIGITS = 15;
const TEN_TO_SAFE = 1e15;
/** Decimal places that most floats have which were written as text. */
const SHORT_PLACES = 8;

/** An exact decimal number. Immutable. Made by `dec` and by arithmetic; zero is always the one object `ZERO`. */
export class Amount {
  /** Whole count; a safe integer whenever it is a number. */
  declare readonly units: Units;
  /** Decimal places of one unit, ≥ 0. Not the fewest possible: 1.5 may be 150 units of two places. */
  declare readonly scale: number;

  /** Use `dec`. `units` must be a safe integer or a bigint beyond. */
  constructor(units: Units, scale: number) {
    this.units = units;
    this.scale = scale;
  }

  plus(other: AmountInput): Amount {
    const b = dec(other);
    if (b.units === 0) return this;
    if (this.units === 0) return b;
    if (this.scale === b.scale) return sum(this.units, b.units, b.scale);
    return this.scale < b.scale
      ? sum(raised(this.units, b.scale - this.scale), b.units, b.scale)
      : sum(this.units, raised(b.units, this.scale - b.scale), this.scale);
  }

  minus(other: AmountInput): Amount {
    const b = dec(other);
    if (b.units === 0) return this;
    if (this.scale === b.scale) return difference(this.units, b.units, b.scale);
    return this.scale < b.scale
      ? difference(raised(this.units, b.scale - this.scale), b.units, b.scale)
      : difference(this.units, raised(b.units, this.scale - b.scale), this.scale);
  }

  times(other: AmountInput): Amount {
    const b = dec(other);
    const scale = this.scale + b.scale;
    if (typeof this.units === 'number' && typeof b.units === 'number') {
      const product = this.units * b.units;
      // Were the true product beyond the safe integers, the rounded one would be so too.
      if (product <= SAFE && product >= -SAFE) return ofNumber(product, scale);
    }
    return ofBig(BigInt(this.units) * BigInt(b.units), scale);
  }

  neg(): Amount {
    if (this.units === 0) return this;
    return new Amount(-this.units, this.scale);
  }

  abs(): Amount {
    return this.units < 0 ? this.neg() : this;
  }

  /** −1, 0 or 1: this number is less than, equal to or greater than the other. */
  compare(other: AmountInput): number {
    const b = dec(other);
    if (this.scale === b.scale) return order(this.units, b.units);
    return this.scale < b.scale
      ? order(raised(this.units, b.scale - this.scale), b.units)
      : order(this.units, raised(b.units, this.scale - b.scale));
  }

  eq(other: AmountInput): boolean {
    return this.compare(other) === 0;
  }

  lt(other: AmountInput): boolean {
    return this.compare(other) < 0;
  }

  lte(other: AmountInput): boolean {
    return this.compare(other) <= 0;
  }

  gt(other: AmountInput): boolean {
    return this.compare(other) > 0;
  }

  gte(other: AmountInput): boolean {
    return this.compare(other) >= 0;
  }

  isZero(): boolean {
    return this.units === 0;
  }

  isNegative(): boolean {
    return this.units < 0;
  }

  /** Every digit that carries information, and no other: without trailing zeros. */
  trimmed(): Amount {
    let { units, scale } = this;
    if (typeof units === 'number') for (; scale > 0 && units % 10 === 0; scale -= 1) units /= 10;
    else for (; scale > 0 && units % 10n === 0n; scale -= 1) units /= 10n;
    if (scale === this.scale) return this;
    return typeof units === 'number' ? new Amount(units, scale) : ofBig(units, scale);
  }

  /** The nearest float. */
  toNumber(): number {
    const power = POWERS[this.scale];
    // Both are exact, so the quotient is the nearest float.
    if (typeof this.units === 'number' && power !== undefined) return this.units / power;
    return Number(this.toString());
  }

  /** Canonical text: plain notation, no exponent, no trailing zeros, no negative zero. */
  toString(): string {
    const { units, scale } = this.trimmed();
    if (scale === 0) return String(units);
    const isNegative = units < 0;
    const digits = String(isNegative ? -units : units).padStart(scale + 1, '0');
    const point = digits.length - scale;
    return `${isNegative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export const ZERO: Amount = new Amount(0, 0);

/**
 * Makes an exact number.
 * @throws Error `DECIMAL_INVALID` when the input is not a finite decimal number.
 */
export function dec(input: AmountInput): Amount {
  if (typeof input === 'object') return input;
  const value =
    (typeof input === 'number' ? short(input, TEN_TO_SAFE) : undefined) ?? parse(String(input));
  if (!value) throw new Error(`DECIMAL_INVALID: not a finite decimal: ${String(input)}`);
  return value;
}

/**
 * A computed float as an exact number of twelve significant digits: the rest is float noise, and rounding must not turn noise into
 * a whole tick.
 * @throws Error `DECIMAL_INVALID` when the float is not finite.
 */
export function fromFloat(value: number): Amount {
  return short(value, TEN_TO_NOISE) ?? dec(value.toPrecision(NOISE_DIGITS));
}

/** The number that a float was written as, if it has few decimal places and less than `below` units: without going through text. */
function short(value: number, below: number): Amount | undefined {
  for (let places = 0; places <= SHORT_PLACES; places += 1) {
    const power = POWERS[places] ?? Number.NaN;
    const units = Math.round(value * power);
    // So few digits come back from a float unchanged: no other number of so few digits is this float.
    if (Math.abs(units) < below && units / power === value) return ofNumber(units, places);
  }
  return undefined;
}

function parse(text: string): Amount | undefined {
  const match = text.length <= TEXT_LENGTH_MAX ? NUMBER.exec(text) : null;
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const exponent = Number(power);
  if (whole + fraction === '' || Math.abs(exponent) > EXPONENT_MAX) return undefined;
  const size = ofDigits(whole + fraction, fraction.length - exponent);
  return sign === '-' ? size.neg() : size;
}

/** A negative scale stands for zeros at the end. */
function ofDigits(digits: string, scale: number): Amount {
  const all = scale < 0 ? digits + '0'.repeat(-scale) : digits;
  const places = Math.max(scale, 0);
  return all.length <= SAFE_DIGITS
    ? ofNumber(Number(all), places).trimmed()
    : ofBig(BigInt(all), places).trimmed();
}

/** a ÷ b with at most `scale` decimal places. @throws Error `DIVISION_BY_ZERO`. */
export function divide(a: Amount, b: Amount, scale: number, rounding: Rounding): Amount {
  if (b.units === 0) throw new Error(`DIVISION_BY_ZERO: ${a.toString()} by 0`);
  const places = scale + b.scale - a.scale;
  return places >= 0
    ? quotient(raised(a.units, places), b.units, scale, rounding)
    : quotient(a.units, raised(b.units, -places), scale, rounding);
}

/** The number with at most `scale` decimal places. */
export function roundTo(value: Amount, scale: number, rounding: Rounding): Amount {
  if (value.scale <= scale) return value;
  return quotient(value.units, raised(1, value.scale - scale), scale, rounding);
}

/** Largest multiple of `step` that is ≤ value (toward −∞). `step` > 0. */
export function floorToStep(value: Amount, step: Amount): Amount {
  return toStep(value, step, 'floor');
}

/** Smallest multiple of `step` that is ≥ value. `step` > 0. */
export function ceilToStep(value: Amount, step: Amount): Amount {
  return toStep(value, step, 'ceil');
}

/** True when `value` is an exact multiple of `step`. */
export function isOnStep(value: Amount, step: Amount): boolean {
  return floorToStep(value, step).eq(value);
}

function toStep(value: Amount, step: Amount, rounding: Rounding): Amount {
  // Most ticks and lots are one unit: their multiples are the numbers of so many places.
  if (step.units === 1) return roundTo(value, step.scale, rounding);
  return divide(value, step, 0, rounding).times(step);
}

function ofNumber(units: number, scale: number): Amount {
  return units === 0 ? ZERO : new Amount(units, scale);
}

function ofBig(units: bigint, scale: number): Amount {
  if (units <= SAFE_BIG && units >= -SAFE_BIG) return ofNumber(Number(units), scale);
  return new Amount(units, scale);
}

function sum(a: Units, b: Units, scale: number): Amount {
  if (typeof a === 'number' && typeof b === 'number') {
    const total = a + b;
    if (total <= SAFE && total >= -SAFE) return ofNumber(total, scale);
  }
  return ofBig(BigInt(a) + BigInt(b), scale);
}

function difference(a: Units, b: Units, scale: number): Amount {
  if (typeof a === 'number' && typeof b === 'number') {
    const left = a - b;
    if (left <= SAFE && left >= -SAFE) return ofNumber(left, scale);
  }
  return ofBig(BigInt(a) - BigInt(b), scale);
}

/** units × 10^places. */
function raised(units: Units, places: number): Units {
  const power = POWERS[places];
  if (typeof units === 'number' && power !== undefined) {
    const product = units * power;
    if (product <= SAFE && product >= -SAFE) return product;
  }
  return BigInt(units) * bigPower(places);
}

function bigPower(places: number): bigint {
  let power = BIG_POWERS[places];
  if (power === undefined) BIG_POWERS[places] = power = 10n ** BigInt(places);
  return power;
}

/** The language compares numbers with bigints exactly. */
function order(a: Units, b: Units): number {
  if (a === b) return 0;
  return a < b ? -1 : a > b ? 1 : 0;
}

function quotient(n: Units, d: Units, scale: number, rounding: Rounding): Amount {
  if (typeof n === 'number' && typeof d === 'number') {
    const rest = n % d;
    const whole = (n - rest) / d;
    return ofNumber(whole + correction(whole, rest, d, rounding), scale);
  }
  const [big, by] = [BigInt(n), BigInt(d)];
  const whole = big / by;
  const units = whole + BigInt(correction(whole, big % by, by, rounding));
  return ofBig(units, scale).trimmed();
}

/** What rounding adds to a quotient that was cut toward zero. `rest` has the sign of the numerator. */
function correction(whole: Units, rest: Units, d: Units, rounding: Rounding): number {
  if (rest === 0 || rest === 0n || rounding === 'down') return 0;
  const away = rest < 0 === d < 0 ? 1 : -1;
  if (rounding === 'floor') return Math.min(away, 0);
  if (rounding === 'ceil') return Math.max(away, 0);
  const half = order(doubled(rest), sizeOf(d));
  return half > 0 || (half === 0 && isOdd(whole)) ? away : 0;
}

function sizeOf(units: Units): Units {
  return units < 0 ? -units : units;
}

/** Twice the size. Doubling a float is exact. */
function doubled(units: Units): Units {
  const size = sizeOf(units);
  return typeof size === 'number' ? size * 2 : size * 2n;
}

function isOdd(units: Units): boolean {
  return typeof units === 'number' ? units % 2 !== 0 : units % 2n !== 0n;
}
