import type { z } from 'zod';
import { minScore } from '../common.ts';
import { count, factor } from '../units.ts';

/** Longest look-back of a strategy's indicators, in bars. */
const LENGTH_MAX = 500;

export const TREND_SHAPE = {
  ema_fast: count({ min: 2, max: LENGTH_MAX }).describe(
    'Length of the fast moving average, in bars.',
  ),
  ema_slow: count({ min: 3, max: LENGTH_MAX }).describe(
    'Length of the slow moving average, in bars.',
  ),
  atr_length: count({ min: 2, max: LENGTH_MAX })
    .default(14)
    .describe('Length of the average true range behind the trailing stop, in bars.'),
  atr_multiple: factor({ min: 0.5, max: 20 })
    .default(3)
    .describe(
      'Distance of the trailing stop from the highest close since the entry, in average true ranges.',
    ),
  min_score: minScore('0 keeps out of markets that are bearish on the whole.'),
};

export type TrendParams = z.output<z.ZodObject<typeof TREND_SHAPE>>;
