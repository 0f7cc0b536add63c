import type { Bar } from '../domain/market.ts';

/**
 * Wilder's true range: the bar's range extended to the close before it. The first bar has no close before it and so no
 * true range (TA-Lib; some charts take high − low there, which is off until the smoothing has forgotten it).
 */
export function trueRange(bar: Bar, closeBefore: number): number {
  const top = bar.high > closeBefore ? bar.high : closeBefore;
  const bottom = bar.low < closeBefore ? bar.low : closeBefore;
  return top - bottom;
}
