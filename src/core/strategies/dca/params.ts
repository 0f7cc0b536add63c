import type { z } from 'zod';
import { DAY_MS } from '../../domain/time.ts';
import { INTERVAL_MIN_MS } from '../common.ts';
import { duration, money } from '../units.ts';

export const DCA_SHAPE = {
  every: duration({ min: INTERVAL_MIN_MS, max: 365 * DAY_MS }).describe(
    'Market time between buys. The first buy is made on the first completed bar.',
  ),
  amount: money().describe(
    'Quote spent on each buy, fee included; the last one of a budget may be up to 2 % smaller, when those before cost a little more.',
  ),
};

export type DcaParams = z.output<z.ZodObject<typeof DCA_SHAPE>>;
