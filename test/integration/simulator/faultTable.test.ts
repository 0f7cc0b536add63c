/** The fault table, every row on both venues, with unmodified ccxt.pro. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultBench, VENUES } from './faultBench.ts';
import { FAULT_TABLE } from './faultTable.ts';

/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;

describe.each(VENUES)('on %s', (venue) => {
  let bench: FaultBench;
  beforeAll(async () => {
    bench = await FaultBench.start(venue);
  }, SETUP_MS);
  afterEach(async () => {
    await bench.renew();
    expect(bench.simulator.state().violations).toEqual([]);
  });
  afterAll(async () => {
    await bench.close();
  });

  it.each(FAULT_TABLE)('$fault', async ({ run, [venue]: outcome }) => {
    expect(await run(bench)).toBe(outcome);
  });
});
