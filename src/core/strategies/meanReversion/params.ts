import type { z } from 'zod';
import { DAY_MS } from '../../domain/time.ts';
import { INTERVAL_MIN_MS, minScore } from '../common.ts';
import { CHANNELS } from '../../indicators/catalogue/directions.ts';
import { OSCILLATORS } from '../../indicators/catalogue/oscillators.ts';
import { LOOK_BACK_MAX, usualKey } from '../indicatorKeys.ts';
import { duration, factor } from '../units.ts';

const { length, deviations } = CHANNELS.bollinger.params;

export const MEAN_REVERSION_SHAPE = {
  bollinger_length: usualKey(length, { min: 5, max: LOOK_BACK_MAX }).describe(
    'Length of the Bollinger bands, in bars.',
  ),
  bollinger_deviations: usualKey(deviations, { min: 0.5, max: 5 }).describe(
    'Half-width of the Bollinger bands, in standard deviations.',
  ),
  rsi_length: usualKey(OSCILLATORS.rsi.params.length, {
    min: 2,
    max: LOOK_BACK_MAX,
  }).describe('Length of the relative strength index, in bars.'),
  entry_percent_b: factor({ min: -1, max: 0.5 })
    .default(0.05)
    .describe(
      'Enter when %b is at or below this. %b says where the close lies between the bands: 0 on the lower, 1 on the upper.',
    ),
  entry_rsi: factor({ min: 1, max: 60 })
    .default(30)
    .describe('Enter only when the relative strength index (0 … 100) is at or below this as well.'),
  exit_percent_b: factor({ min: 0, max: 1.5 })
    .default(0.5)
    .describe('Leave when %b is at or above this; 0.5 is the middle band.'),
  exit_rsi: factor({ min: 40, max: 99 })
    .default(65)
    .describe('Leave when the relative strength index is at or above this.'),
  max_hold: duration({ min: INTERVAL_MIN_MS, max: 365 * DAY_MS })
    .optional()
    .describe('Leave after this much market time, reverted or not. Absent: no time stop.'),
  min_score: minScore(
    'A floor such as -0.6 keeps out of falling knives: reversion always buys into weakness.',
  ),
};

export type MeanReversionParams = z.output<z.ZodObject<typeof MEAN_REVERSION_SHAPE>>;
