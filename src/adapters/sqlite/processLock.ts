/**
 * Locks between processes. `FILE.held` is an empty file on which a transaction stands: the kernel ends it with the process, and
 * knows of it in every container. `FILE` says who holds it, for people and for messages; nothing is decided by it.
 *
 * `FILE.held` is never removed: somebody might be about to lock it. And nothing here opens it but SQLite: closing any other
 * handle of it would drop the lock of this process (fcntl(2)).
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { HeldLock, LockOwner, ProcessLocks } from '../../ports/processLock.ts';
import { isSqliteError } from './errors.ts';
import { ownIdentity, signalProcess } from './processIdentity.ts';

/** A look at a lock takes microseconds, and a killed process some milliseconds to end: so long it is tried. */
const WAIT_MS = 2_000;
/** The file can be removed between opening and locking it; more often than this in a row it is not chance. */
const ATTEMPTS_MAX = 5;
/**
 * What lets go of each lock that is held. A connection that is collected would let go, too: this keeps it. The words of whoever
 * never lets go are removed at the end of the process.
 */
const held = new Map<Database.Database, () => void>();
process.on('exit', () => {
  for (const release of held.values()) release();
});
const UNKNOWN: LockOwner = { pid: 0, startTime: '', pidNamespace: '', instance: '', since: '' };

export const processLocks: ProcessLocks = { take, owner: ownerOf, signal: signalProcess };

function take(file: string): HeldLock {
  const empty = heldFile(file);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    makeFile(file, empty);
    const inode = inodeOf(empty);
    const connection = locked(file, empty);
    if (inode !== undefined && inodeOf(empty) === inode) return announced(file, connection);
    connection.close();
  }
  throw new Error(`LOCK_FAILED: ${empty} appears and vanishes; does something remove it?`);
}

/** Undefined when the transaction could be begun, so nobody has one. */
function ownerOf(file: string): LockOwner | undefined {
  const empty = heldFile(file);
  if (!existsSync(empty)) return undefined;
  let connection: Database.Database | undefined;
  try {
    connection = new Database(empty, { readonly: true, fileMustExist: true, timeout: 0 });
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    return undefined;
  } catch (error) {
    if (isBusy(error)) return said(file) ?? UNKNOWN;
    if (!existsSync(empty)) return undefined;
    throw failed(empty, error);
  } finally {
    connection?.close();
  }
}

function heldFile(file: string): string {
  return `${file}.held`;
}

/** Only when it is absent: to open it here while this process holds it would let go of it. */
function makeFile(file: string, empty: string): void {
  if (existsSync(empty)) return;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(empty, 'wx', 0o600));
  } catch (error) {
    if (!existsSync(empty)) throw failed(empty, error);
  }
}

/** A connection whose transaction locks the file. Nothing is ever written to it, and no journal is kept beside it. */
function locked(file: string, empty: string): Database.Database {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(empty, { fileMustExist: true, timeout: WAIT_MS });
    connection.pragma('journal_mode = MEMORY');
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection?.close();
    if (!isBusy(error)) throw failed(empty, error);
    const { pid, since } = said(file) ?? UNKNOWN;
    const who = pid === 0 ? 'another process' : `process ${String(pid)}`;
    const when = since === '' ? '' : ` since ${since}`;
    throw new Error(`ALREADY_RUNNING: ${who} holds ${file}${when}`, { cause: error });
  }
}

/** Says who holds it, complete or not at all. */
function announced(file: string, connection: Database.Database): HeldLock {
  const owner: LockOwner = {
    ...ownIdentity(),
    instance: randomUUID(),
    since: new Date().toISOString(),
  };
  const draft = `${file}.${owner.instance}`;
  try {
    writeFileSync(draft, `${JSON.stringify(owner)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    // The words decide nothing: without room for them it is held all the same, or a full disk would keep everybody out.
    if (!isNoRoom(error)) {
      connection.close();
      throw failed(file, error);
    }
  }
  const release = (): void => {
    if (!held.delete(connection)) return;
    if (said(file)?.instance === owner.instance) rmSync(file, { force: true });
    connection.close();
  };
  held.set(connection, release);
  return { owner, release };
}

/** What the file says; undefined when it is not there, or not a lock's. */
function said(file: string): LockOwner | undefined {
  try {
    const fields: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof fields !== 'object' || fields === null) return undefined;
    const { pid, ...texts } = { ...UNKNOWN, ...fields };
    const good = Number.isSafeInteger(pid) && Object.values(texts).every(isText);
    return good ? { pid, ...texts } : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function inodeOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
}

function isBusy(error: unknown): boolean {
  return isSqliteError(error) && error.code.startsWith('SQLITE_BUSY');
}

function isNoRoom(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  );
}

function failed(file: string, error: unknown): Error {
  const words = error instanceof Error ? error.message : String(error);
  return new Error(`LOCK_FAILED: ${file} cannot be locked: ${words}`, { cause: error });
}
