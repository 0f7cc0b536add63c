/** What several strategies do and get at the beginning of every clean recorded file; `npm run fingerprint` takes the whole files. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { RECORDED_ROWS, type Recorded } from '../../fingerprint/record.ts';
import { cleanFiles, dataFolder, recordedFingerprint } from '../../fingerprint/recorded.ts';

const FIXTURE = new URL('../../fixtures/recordedFingerprints.json', import.meta.url);
const folder = dataFolder();

describe('a backtest over recorded bars', () => {
  if (folder === undefined) {
    it('is left out: there are no recorded candles (set PLIMSOLL_TEST_DATA to their folder)', () => {
      expect(dataFolder()).toBeUndefined();
    });
    return;
  }
  const known = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Recorded;

  it.each(cleanFiles(folder))('fills and decides as before: %s', async (name) => {
    expect(await recordedFingerprint(folder, name, RECORDED_ROWS)).toEqual(known[name]?.beginning);
  });
});
