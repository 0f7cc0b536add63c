import { describe, expect, it } from '@jest/globals';
import { BUSY_ATTEMPTS_MAX, guarded } from '../../../../src/adapters/sqlite/errors.ts';

/** An error as the driver throws it. */
const sqliteError = (code: string): Error => Object.assign(new Error('as SQLite says'), { code });

/** Work that fails this often before it succeeds. */
function failing(times: number, error: Error) {
  let runs = 0;
  return {
    runs: () => runs,
    work: () => {
      runs += 1;
      if (runs <= times) throw error;
      return 'done';
    },
  };
}

describe('guarded work', () => {
  it('is tried again while the database is locked, up to the bound', () => {
    const soon = failing(BUSY_ATTEMPTS_MAX - 1, sqliteError('SQLITE_BUSY_SNAPSHOT'));
    expect(guarded('file', soon.work)).toBe('done');
    const late = failing(BUSY_ATTEMPTS_MAX, sqliteError('SQLITE_BUSY'));
    expect(() => guarded('file', late.work)).toThrow('JOURNAL_BUSY: file: ');
    expect(late.runs()).toBe(BUSY_ATTEMPTS_MAX);
  });

  it('is never tried again for another reason', () => {
    const full = failing(1, sqliteError('SQLITE_FULL'));
    expect(() => guarded('file', full.work)).toThrow('JOURNAL_FULL');
    expect(full.runs()).toBe(1);
  });

  it.each([
    ['SQLITE_CORRUPT_INDEX', 'JOURNAL_CORRUPT'],
    ['SQLITE_NOTADB', 'JOURNAL_CORRUPT'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'JOURNAL_INVALID'],
    ['SQLITE_IOERR_FSYNC', 'JOURNAL_IO'],
    ['SQLITE_CANTOPEN', 'JOURNAL_IO'],
  ])('says %s as %s, with the cause', (code, ours) => {
    const cause = sqliteError(code);
    const { work } = failing(1, cause);
    expect(() => guarded('file', work)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`${ours}: file: `), cause }),
    );
    expect(() => guarded('file', failing(1, cause).work)).toThrow(`(${code}: as SQLite says)`);
  });

  it('passes other errors on as they are', () => {
    const error = new Error('ours');
    expect(() => guarded('file', failing(1, error).work)).toThrow(error);
  });
});
