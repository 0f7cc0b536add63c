/** Opening the database file: rights, durability, integrity, schema. Everything is read back, nothing is assumed. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { BUSY_TIMEOUT_MS, guarded, journalError } from './errors.ts';
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema.ts';

/** An open connection. */
export type Connection = Database.Database;

/** The WAL file is cut back to this after a checkpoint. */
const WAL_BYTES_MAX = 16 * 1024 * 1024;

/** A checkpoint is tried when the WAL reaches this many pages (4 KiB each). */
const WAL_PAGES_PER_CHECKPOINT = 1_000;

/** `PRAGMA synchronous` as a number. */
const FULL = 2;

/**
 * Opens the journal for writing; makes the folder (0700) and the file (0600) when absent, brings the schema up to date.
 * @throws Error `JOURNAL_SYNC` when the file system cannot give durable commits, `JOURNAL_CORRUPT`, `JOURNAL_NEWER`,
 * `JOURNAL_FOREIGN` when the file is someone else's database, `JOURNAL_BUSY`, `JOURNAL_IO`.
 */
export function openWritable(path: string): Connection {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  return opened(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS }, (db) => {
    checkIdentity(db, path);
    makeDurable(db);
    checkIntegrity(db, path);
    migrate(db, path);
    assertDurable(db, path);
  });
}

/**
 * Opens the journal read-only; works beside a running writer.
 * @throws Error `JOURNAL_MISSING` when there is no file, `JOURNAL_NEWER` or `JOURNAL_OLDER` when its schema is not ours,
 * `JOURNAL_FOREIGN`, `JOURNAL_CORRUPT`, `JOURNAL_IO`.
 */
export function openReadable(path: string): Connection {
  if (!existsSync(path)) {
    throw journalError(
      'JOURNAL_MISSING',
      path,
      'no such file: start the daemon once, or name its data folder',
    );
  }
  return opened(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS }, (db) => {
    checkIdentity(db, path);
    const version = numberOf(db, 'user_version');
    if (version < SCHEMA_VERSION) {
      const text = `schema version ${version}, this program reads ${SCHEMA_VERSION}: start the daemon once, it brings the file up to date`;
      throw journalError('JOURNAL_OLDER', path, text);
    }
    db.pragma('query_only = ON');
    db.pragma('trusted_schema = OFF');
  });
}

/** Opens, runs the checks, and closes again when one of them fails. */
function opened(
  path: string,
  options: Database.Options,
  prepare: (db: Connection) => void,
): Connection {
  const db = guarded(path, () => new Database(path, options));
  try {
    guarded(path, () => prepare(db));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Before anything is written: is this file ours, and not from the future? */
function checkIdentity(db: Connection, path: string): void {
  const applicationId = numberOf(db, 'application_id');
  const version = numberOf(db, 'user_version');
  if (applicationId !== APPLICATION_ID && !isBlank(db)) {
    const text = 'a database, but not a Plimsoll journal: choose another data folder';
    throw journalError('JOURNAL_FOREIGN', path, text);
  }
  if (version > SCHEMA_VERSION) {
    const text = `schema version ${version} is newer than this program's ${SCHEMA_VERSION}: upgrade Plimsoll, or restore a backup from before the upgrade`;
    throw journalError('JOURNAL_NEWER', path, text);
  }
}

function isBlank(db: Connection): boolean {
  return db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
}

/** synchronous comes after WAL: switching to WAL silently lowers it to NORMAL, and so does every new open. */
function makeDurable(db: Connection): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma(`wal_autocheckpoint = ${WAL_PAGES_PER_CHECKPOINT}`);
  db.pragma(`journal_size_limit = ${WAL_BYTES_MAX}`);
}

/** @throws Error `JOURNAL_SYNC` unless commits of this connection survive a power loss. Exported for its test. */
export function assertDurable(db: Connection, path: string): void {
  const mode = String(db.pragma('journal_mode', { simple: true }));
  const synchronous = numberOf(db, 'synchronous');
  if (mode === 'wal' && synchronous === FULL && numberOf(db, 'foreign_keys') === 1) return;
  const text = `commits would not be durable (journal_mode=${mode}, synchronous=${synchronous}): use a local file system`;
  throw journalError('JOURNAL_SYNC', path, text);
}

function checkIntegrity(db: Connection, path: string): void {
  const answer = String(db.pragma('quick_check(1)', { simple: true })).replaceAll('\n', ' ');
  if (answer === 'ok') return;
  const text = `the file is damaged (${answer}): keep a copy of it and its -wal, restore the last backup, start again`;
  throw journalError('JOURNAL_CORRUPT', path, text);
}

/**
 * Each step in a transaction of its own; the version is read inside it, in case another process was faster. A step may make a
 * table anew that others refer to, so references are checked at its end instead of on the way.
 */
function migrate(db: Connection, path: string): void {
  db.pragma('foreign_keys = OFF');
  MIGRATIONS.forEach((sql, index) => {
    const apply = db.transaction(() => {
      if (numberOf(db, 'user_version') > index) return;
      db.exec(sql);
      assertReferences(db, path);
      db.pragma(`user_version = ${index + 1}`);
    });
    if (numberOf(db, 'user_version') <= index) apply.immediate();
  });
  db.pragma('foreign_keys = ON');
}

function assertReferences(db: Connection, path: string): void {
  if (db.prepare('PRAGMA foreign_key_check').all().length === 0) return;
  const text = 'rows refer to rows that are not there: restore the last backup, start again';
  throw journalError('JOURNAL_CORRUPT', path, text);
}

function numberOf(db: Connection, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}
