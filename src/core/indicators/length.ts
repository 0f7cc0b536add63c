/** The longest look-back an indicator accepts, in bars: bounds memory (a window of this length takes about 1 MB). */
export const LENGTH_MAX = 20_000;

/**
 * A look-back in bars, checked once at construction.
 * @throws RangeError naming the parameter when it is not a whole number in [min, LENGTH_MAX].
 */
export function checkedLength(name: string, bars: number, min = 1): number {
  if (!Number.isInteger(bars) || bars < min || bars > LENGTH_MAX) {
    throw new RangeError(
      `${name}: ${bars} is not a whole number of bars from ${min} to ${LENGTH_MAX}`,
    );
  }
  return bars;
}

/** @throws RangeError naming the parameter when it is not a number in the range, limits included. */
export function checkedNumber(
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  if (!(value >= min && value <= max))
    throw new RangeError(`${name}: ${value} is not a number from ${min} to ${max}`);
  return value;
}

/** @throws RangeError naming both when the first is not shorter than the second. */
export function checkedOrder(fast: number, slow: number): void {
  if (fast >= slow) throw new RangeError(`fast: ${fast} is not shorter than slow, ${slow}`);
}
