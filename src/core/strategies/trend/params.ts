import type { z } from 'zod';
import { AVERAGES } from '../../indicators/catalogue/averages.ts';
import { VOLATILITIES } from '../../indicators/catalogue/measures.ts';
import { minScore } from '../common.ts';
import { indicatorKey, LOOK_BACK_MAX, usualKey } from '../indicatorKeys.ts';
import { factor } from '../units.ts';

const { length: average } = AVERAGES.ema.params;

export const TREND_SHAPE = {
  ema_fast: indicatorKey(average, { min: 2, max: LOOK_BACK_MAX }).describe(
    'Length of the fast moving average, in bars.',
  ),
  ema_slow: indicatorKey(average, { min: 3, max: LOOK_BACK_MAX }).describe(
    'Length of the slow moving average, in bars.',
  ),
  atr_length: usualKey(VOLATILITIES.atr.params.length, {
    min: 2,
    max: LOOK_BACK_MAX,
  }).describe('Length of the average true range behind the trailing stop, in bars.'),
  atr_multiple: factor({ min: 0.5, max: 20 })
    .default(3)
    .describe(
      'Distance of the trailing stop from the highest close since the entry, in average true ranges.',
    ),
  min_score: minScore('0 keeps out of markets that are bearish on the whole.'),
};

export type TrendParams = z.output<z.ZodObject<typeof TREND_SHAPE>>;
