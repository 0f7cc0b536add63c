/** The table of fills, row by row, through a whole session over the exchange model. */
import { describe, expect, it } from '@jest/globals';
import { runRow } from '../builders/fillRows.ts';
import { LIMIT_ROWS } from '../fixtures/fillRows/limit.ts';
import { MARKET_ROWS } from '../fixtures/fillRows/market.ts';
import { FINER_ROWS, REARMED_ROWS } from '../fixtures/fillRows/rearmed.ts';
import { STOP_ROWS } from '../fixtures/fillRows/stops.ts';
import { TARGET_ROWS } from '../fixtures/fillRows/targets.ts';

const TABLES = [
  ['market orders', MARKET_ROWS],
  ['limit orders', LIMIT_ROWS],
  ['stops', STOP_ROWS],
  ['targets', TARGET_ROWS],
  ['orders that a fill leads to', REARMED_ROWS],
  ['data finer than the strategy', FINER_ROWS],
] as const;

describe.each(TABLES)('%s', (_title, rows) => {
  it.each(rows.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    const strict = await runRow(row, 'strict');
    expect(strict.fills).toEqual(row.fills);
    expect(strict.ambiguousBars > 0).toBe(row.other !== undefined);
    for (const code of row.notes ?? []) expect(strict.run.decisions.has(code)).toBe(true);
    const other = await runRow(row, 'other');
    expect(other.fills).toEqual(row.other ?? row.fills);
  });
});
