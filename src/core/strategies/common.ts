/** The keys that every strategy file has, whatever its kind. */
import { z } from 'zod';
import { DAY_MS, SECOND_MS } from '../domain/time.ts';
import { duration, factor, flag, money, name, percent, symbol, timeframe } from './units.ts';

/** Version of the strategy file format. */
const STRATEGY_SCHEMA_VERSION = 1;

/** A schema version that this build knows. */
export function schemaVersion(known: number): z.ZodLiteral<number> {
  return z.literal(known, {
    error: ({ input }) =>
      input === undefined
        ? `is missing; write schema_version: ${known}`
        : `${JSON.stringify(input)} is not known to this version of Plimsoll; it reads schema_version: ${known}`,
  });
}

export const COMMON_SHAPE = {
  schema_version: schemaVersion(STRATEGY_SCHEMA_VERSION).describe('Version of the file format.'),
  id: name('grid-btc').describe(
    'Name of the strategy. Unique, and the same for ever: its orders, fills and state are kept under it.',
  ),
  symbol: symbol().describe('Spot market to trade.'),
  timeframe: timeframe().describe('Length of the bars on whose completion the strategy decides.'),
  budget: money().describe(
    'Most quote the strategy may have at work: cost of its position plus its open buys, fees included.',
  ),
  stop_loss: percent({ min: 0.001, max: 0.95 })
    .optional()
    .describe(
      'Sell the whole position when the price is this far below its average entry price. Held by the exchange where it can hold a stop, watched here besides. Absent: no stop-loss.',
    ),
  take_profit: percent({ min: 0.001, max: 10 })
    .optional()
    .describe(
      'Sell the whole position when the price is this far above its average entry price, entry fees included. Held by the exchange together with a stop_loss where it can join the two, watched here otherwise. Absent: no take-profit.',
    ),
  cooldown: duration({ min: 0, max: 365 * DAY_MS })
    .prefault('0s')
    .describe('Market time without new entries after a stop-loss.'),
  enabled: flag()
    .default(true)
    .describe('False: the file is checked, but the strategy does not run.'),
};

/** Shortest interval that a schedule may have. */
export const INTERVAL_MIN_MS = 60 * SECOND_MS;

/** The signal gate of a kind that enters on one price pattern. */
export function minScore(advice: string): z.ZodOptional<z.ZodNumber> {
  return factor({ min: -1, max: 1 })
    .optional()
    .describe(
      `Enter only while the signal score (−1 bearish … 1 bullish) is at least this. Absent: no gate. ${advice}`,
    );
}
