import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aftermathOf, panicFile } from '../../../src/compose/panicFile.ts';

let folder: string;
let database: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-panic-'));
  database = join(folder, 'plimsoll.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('what a panic did past the books', () => {
  it('stands beside them, a line per deed, of every panic until one starts', () => {
    panicFile(database).record({ what: 'begin', why: 'JOURNAL_CORRUPT' });
    const file = panicFile(database);
    const { path } = file;
    file.record({ what: 'sell', amount: '0.5' });
    expect([path, file.trouble()]).toEqual([`${database}.panic`, '']);
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { at: expect.any(String), what: 'begin', why: 'JOURNAL_CORRUPT' },
      { at: expect.any(String), what: 'sell', amount: '0.5' },
    ]);
  });

  it('is no error when it cannot be written, but said', () => {
    const file = panicFile(join(folder, 'nowhere', 'plimsoll.db'));
    file.record({ what: 'begin' });
    expect(file.trouble()).toContain('ENOENT');
  });

  it('is found by the next start and put aside once that is on record', () => {
    expect(aftermathOf(database)).toBeUndefined();
    panicFile(database).record({ what: 'begin' });
    const aftermath = aftermathOf(database);
    expect(aftermath?.reason).toMatch(/^panic: it went past the books at \d{4}-\d\d-\d\dT/u);
    expect(existsSync(`${database}.panic`)).toBe(true);
    aftermath?.settled();
    expect(aftermathOf(database)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^plimsoll\.db\.panic-\d{4}/u)]);
  });
});
