/** SQLite's errors in the journal's words: each code says what happened and what to do about it. */

/** How long one statement waits for another process's lock. It blocks the event loop, so it is short. */
export const BUSY_TIMEOUT_MS = 50;

/** Attempts at a locked database before `JOURNAL_BUSY`: together at most `BUSY_TIMEOUT_MS` × this. */
export const BUSY_ATTEMPTS_MAX = 4;

const WHAT: readonly (readonly [prefix: string, code: string, advice: string])[] = [
  [
    'SQLITE_FULL',
    'JOURNAL_FULL',
    'no room to write; nothing of this transaction was kept: free disk space',
  ],
  [
    'SQLITE_BUSY',
    'JOURNAL_BUSY',
    'another process holds the write lock: close it (an open sqlite3 shell?)',
  ],
  ['SQLITE_LOCKED', 'JOURNAL_BUSY', 'the database is locked within this process'],
  [
    'SQLITE_CORRUPT',
    'JOURNAL_CORRUPT',
    'the file is damaged: keep a copy, restore the last backup, start again',
  ],
  [
    'SQLITE_NOTADB',
    'JOURNAL_CORRUPT',
    'not a SQLite database: move the file away or restore the last backup',
  ],
  [
    'SQLITE_CONSTRAINT',
    'JOURNAL_INVALID',
    'the step contradicts the journal; nothing of it was kept',
  ],
  [
    'SQLITE_MISMATCH',
    'JOURNAL_INVALID',
    'the step holds a value of the wrong type; nothing of it was kept',
  ],
  [
    'SQLITE_',
    'JOURNAL_IO',
    'reading or writing the file failed: check the disk and the rights of the file',
  ],
];

/** An error with the journal's code first, and where it happened. */
export function journalError(code: string, where: string, text: string): Error {
  return new Error(`${code}: ${where}: ${text}`);
}

/** Runs `work`, tries again while the database is locked (bounded), and translates SQLite's errors. `where` names the file. */
export function guarded<Value>(where: string, work: () => Value): Value {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return work();
    } catch (error) {
      if (isBusy(error) && attempt < BUSY_ATTEMPTS_MAX) continue;
      throw translated(error, where);
    }
  }
}

function isBusy(error: unknown): boolean {
  return isSqliteError(error) && error.code.startsWith('SQLITE_BUSY');
}

function translated(error: unknown, where: string): unknown {
  if (!isSqliteError(error)) return error;
  const found = WHAT.find(([prefix]) => error.code.startsWith(prefix));
  const [, code, advice] = found ?? ['', 'JOURNAL_IO', 'unexpected error'];
  return new Error(`${code}: ${where}: ${advice} (${error.code}: ${error.message})`, {
    cause: error,
  });
}

/** By its code, not its class: the native driver keeps the class of whoever loaded it first in this process. */
export function isSqliteError(
  error: unknown,
): error is { readonly code: string; readonly message: string } {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_');
}
