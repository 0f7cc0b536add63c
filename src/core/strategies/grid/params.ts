import type { z } from 'zod';
import { bound, choice, count, flag } from '../units.ts';

/** Most lines of a grid: each may have an order, and exchanges limit open orders per market (Binance: 200). */
const LINES_MAX = 200;

export const GRID_SHAPE = {
  lower: bound().describe(
    'Lowest line: a price, or a distance from the first price seen. The range is then fixed and survives restarts.',
  ),
  upper: bound().describe('Highest line, written the same way as lower.'),
  lines: count({ min: 3, max: LINES_MAX }).describe(
    'Number of lines, both ends included. Between each two neighbours an equal share of the budget buys low and sells high.',
  ),
  spacing: choice(['geometric', 'arithmetic'])
    .default('geometric')
    .describe(
      'geometric: neighbours differ by the same percentage; arithmetic: by the same amount.',
    ),
  initial_position: choice(['none', 'balanced'])
    .default('none')
    .describe(
      'none: start with quote only; balanced: at the start, buy at market what the lines above the price are to sell.',
    ),
  recenter: choice(['never', 'when_flat'])
    .default('never')
    .describe(
      'when_flat: once the price has left the range and nothing is held, lay the range around the price again. Needs lower and upper as percentages.',
    ),
  max_open_orders: count({ min: 2, max: LINES_MAX })
    .default(20)
    .describe('Most orders open at once: those nearest to the price.'),
  post_only: flag()
    .default(false)
    .describe(
      'True: orders that would trade at once are refused by the exchange, so that only the maker fee is paid.',
    ),
};

export type GridParams = z.output<z.ZodObject<typeof GRID_SHAPE>>;
