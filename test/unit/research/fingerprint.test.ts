/** What the strategies do and get over seeded data, to the last digit: a change that was not meant shows here. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { seededBars } from '../../fingerprint/bars.ts';
import { CASES } from '../../fingerprint/cases.ts';
import { BARS, SEED } from '../../fingerprint/record.ts';
import { fingerprintOf, type Fingerprint } from '../../fingerprint/fingerprint.ts';

const known = JSON.parse(
  readFileSync(new URL('../../fixtures/fingerprints.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Fingerprint>>;

describe('a backtest over seeded bars', () => {
  const data = { columns: seededBars(BARS, SEED), timeframe: '1m', priceDecimals: 2 } as const;

  it.each(CASES.map((run) => [run.name, run] as const))(
    'fills and decides as before: %s (a wanted change: npm run fingerprint -- --write, and a line in CHANGELOG)',
    async (name, run) => {
      expect(await fingerprintOf(run, data)).toEqual(known[name]);
    },
  );
});
