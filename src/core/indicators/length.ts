/** The longest look-back an indicator accepts, in bars: bounds memory (a window of this length takes about 1 MB). */
export const LENGTH_MAX = 20_000;

/**
 * A look-back in bars, checked once at construction.
 * @throws RangeError naming the parameter when it is not a whole number in [1, LENGTH_MAX].
 */
export function checkedLength(name: string, bars: number): number {
  if (!Number.isInteger(bars) || bars < 1 || bars > LENGTH_MAX) {
    throw new RangeError(`${name}: ${bars} is not a whole number of bars from 1 to ${LENGTH_MAX}`);
  }
  return bars;
}
