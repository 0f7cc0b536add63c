import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { journalOn, openJournal } from '../../../../src/adapters/sqlite/journal.ts';
import { openWritable } from '../../../../src/adapters/sqlite/database.ts';
import { Reserve } from '../../../../src/adapters/sqlite/reserve.ts';
import { ACCOUNT, temporaryFolder } from '../../../builders/books.ts';
import { aPlan, T0 } from '../../../builders/journal.ts';

const BYTES = 3_000_000;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.dispose();
});

describe('the reserve', () => {
  it('takes its space when as much is left besides, and gives it up once', () => {
    const path = join(folder.path, 'db.reserve');
    const reserve = new Reserve(path, BYTES, () => 2 * BYTES);
    expect(reserve.isSpent).toBe(true);
    reserve.build();
    expect(statSync(path).size).toBe(BYTES);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(reserve.isSpent).toBe(false);
    expect(reserve.spend()).toBe(true);
    expect(existsSync(path)).toBe(false);
    expect(reserve.spend()).toBe(false);
  });

  it('takes nothing of a disk that is nearly full, and again when there is room', () => {
    const path = join(folder.path, 'db.reserve');
    let free = 2 * BYTES - 1;
    const reserve = new Reserve(path, BYTES, () => free);
    reserve.build();
    expect(reserve.isSpent).toBe(true);
    free = 2 * BYTES;
    reserve.build();
    expect(reserve.isSpent).toBe(false);
  });

  it('leaves nothing behind when it cannot be written', () => {
    const path = join(folder.path, 'missing', 'db.reserve');
    const reserve = new Reserve(path, BYTES, () => Infinity);
    reserve.build();
    expect(reserve.isSpent).toBe(true);
  });

  it('is never there, nor missing, where none is wanted', () => {
    const reserve = new Reserve(join(folder.path, 'db.reserve'), 0);
    reserve.build();
    expect([reserve.isSpent, reserve.spend()]).toEqual([false, false]);
  });
});

describe("a journal's health", () => {
  it('tells of the reserve', () => {
    const journal = openJournal(join(folder.path, 'a.db'), { ...ACCOUNT, reserveBytes: BYTES });
    journal.recover();
    expect(journal.tend().reserveSpent).toBe(false);
    expect(journal.spendReserve()).toBe(true);
    expect(journal.spendReserve()).toBe(false);
    journal.close();
  });

  it('cuts a write-ahead log that has outgrown its bounds', () => {
    const db = openWritable(join(folder.path, 'b.db'));
    const journal = journalOn(db, ACCOUNT);
    journal.recover();
    db.pragma('wal_autocheckpoint = 0');
    const filler = 'x'.repeat(500_000);
    for (let round = 0; round < 80; round += 1) {
      const note = { at: T0, code: 'GRID_LEVEL', inputs: { filler, round } };
      journal.commit({ ...aPlan([]), notes: [note] });
    }
    expect(statSync(`${db.name}-wal`).size).toBeGreaterThan(32 * 1024 * 1024);
    expect(journal.tend().walBytes).toBe(0);
    journal.close();
  });
});
