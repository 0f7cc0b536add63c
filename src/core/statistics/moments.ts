/** Moments of a series of numbers. */

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation (n − 1). */
  readonly deviation: number;
  /** Third standardised moment; 0 for a symmetric distribution. */
  readonly skewness: number;
  /** Fourth standardised moment, not in excess: 3 for the normal distribution. */
  readonly kurtosis: number;
}

/** Values that differ by less than this share of their mean differ by rounding alone. */
const ROUNDING = 1e-12;

/** Undefined for fewer than two values and for values that do not differ. */
export function momentsOf(values: readonly number[]): Moments | undefined {
  const count = values.length;
  if (count < 2) return undefined;
  const mean = meanOf(values);
  let [second, third, fourth] = [0, 0, 0];
  for (const value of values) {
    const off = value - mean;
    second += off ** 2;
    third += off ** 3;
    fourth += off ** 4;
  }
  const spread = second / count;
  if (!(spread ** 2 > 0) || spread <= (mean * ROUNDING) ** 2) return undefined;
  return {
    ...{ count, mean },
    deviation: Math.sqrt(second / (count - 1)),
    skewness: third / count / spread ** 1.5,
    kurtosis: fourth / count / spread ** 2,
  };
}

/** NaN without values. */
export function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

export function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** The value below which a share `q` of ascending values lies, between neighbours in proportion; NaN without values. */
export function quantileOf(ascending: readonly number[], q: number): number {
  const place = (ascending.length - 1) * q;
  const below = Math.floor(place);
  const low = ascending[below] ?? Number.NaN;
  const high = ascending[Math.min(below + 1, ascending.length - 1)] ?? Number.NaN;
  return low + (high - low) * (place - below);
}
