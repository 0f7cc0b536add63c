/** The table of fills, row by row, at the simulated exchange: where a row can be played as a path, both agree. */
import { describe, expect, it } from '@jest/globals';
import { runRowAtVenue } from '../builders/rowVenue.ts';
import { LIMIT_ROWS } from '../fixtures/fillRows/limit.ts';
import { MARKET_ROWS } from '../fixtures/fillRows/market.ts';
import { FINER_ROWS, REARMED_ROWS } from '../fixtures/fillRows/rearmed.ts';
import type { FillRow } from '../fixtures/fillRows/row.ts';
import { STOP_ROWS } from '../fixtures/fillRows/stops.ts';
import { TARGET_ROWS } from '../fixtures/fillRows/targets.ts';

const ROWS = [
  ...MARKET_ROWS,
  ...LIMIT_ROWS,
  ...STOP_ROWS,
  ...TARGET_ROWS,
  ...REARMED_ROWS,
  ...FINER_ROWS,
];
const AT_VENUE = ROWS.filter(({ modelOnly }) => modelOnly === undefined);

const certain = (fills: readonly string[]): string[] =>
  fills.map((fill) => fill.replace(/ \?$/u, ''));

describe('a row at the simulated exchange', () => {
  it.each(AT_VENUE.map((row): [string, FillRow] => [row.name, row]))('%s', async (_name, row) => {
    const { fills, other = fills, venue } = row;
    const readings = [fills, other, venue?.fills ?? fills].map(certain);
    expect(readings).toContainEqual(await runRowAtVenue(row, 'nearer'));
    // Which side fills first is then the other way round; what fills is not.
    const farther = await runRowAtVenue(row, 'farther');
    expect(readings.map((each) => [...each].sort())).toContainEqual([...farther].sort());
  });

  it('gives something else than the table only where the row says so', async () => {
    for (const row of AT_VENUE) {
      if (!row.venue) continue;
      const played = [await runRowAtVenue(row, 'nearer'), await runRowAtVenue(row, 'farther')];
      expect(played).toContainEqual(row.venue.fills);
    }
  });

  it('is asked about most of the table, and the rest says why it cannot be', () => {
    expect(AT_VENUE.length).toBeGreaterThan(80);
    for (const { modelOnly } of ROWS) expect(modelOnly).not.toBe('');
  });
});
