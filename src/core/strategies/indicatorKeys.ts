/** Keys of a strategy file that are parameters of an indicator: the catalogue says what they may be, and what they usually are. */
import type { z } from 'zod';
import type { IndicatorParam } from '../indicators/catalogue/row.ts';
import { count, factor, type Range } from './units.ts';

/** Longest look-back of a kind's indicators, in bars. */
export const LOOK_BACK_MAX = 500;

/**
 * A required key.
 * @param within where the kind is stricter than the indicator
 */
export function indicatorKey(param: IndicatorParam, within: Range): z.ZodNumber {
  const range = { min: Math.max(param.min, within.min), max: Math.min(param.max, within.max) };
  return param.isWhole ? count(range) : factor(range);
}

/** The same, with what is usual where it is left out. */
export function usualKey(param: IndicatorParam, within: Range): z.ZodDefault<z.ZodNumber> {
  return indicatorKey(param, within).default(param.default);
}
