/**
 * One daemon per data folder. The lock is a file that names its owner: process id, start time and a random instance.
 *
 * It appears complete and only if it is not there yet (a finished file is hard-linked into place). The lock of a dead owner is
 * replaced under a second lock, `<file>.takeover`, after looking again: of two that race, one finds the other's lock.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, systemCode } from '../errors.ts';
import { parseFields, textField } from '../fields.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './processIdentity.ts';

export interface LockOwner extends ProcessIdentity {
  /** Random, made for each lock: tells two locks of one process apart. */
  readonly instance: string;
  /** RFC 3339 UTC. */
  readonly since: string;
}

export interface HeldLock {
  readonly file: string;
  readonly owner: LockOwner;
  /** The last owner died without letting go. */
  readonly tookOver: boolean;
  /** Lets go; a second call does nothing. */
  release(): void;
}

/** A lock can be let go between two looks at it; more often than this in a row it is not chance. */
const ATTEMPTS_MAX = 10;
/** Locks that guard the takeover of locks: each was left by a process killed within microseconds. */
const GUARDS_MAX = 3;

/**
 * Takes the lock.
 * @throws Error `ALREADY_RUNNING` naming the owner, `LOCK_FAILED` when the file cannot be made.
 */
export function acquireLock(file: string): HeldLock {
  return acquire(file, GUARDS_MAX);
}

/** The living owner of a lock, or undefined when nobody holds it. */
export function lockOwner(file: string): LockOwner | undefined {
  const owner = parseOwner(readLock(file));
  return owner && isAlive(owner) ? owner : undefined;
}

function acquire(file: string, guardsLeft: number): HeldLock {
  const owner: LockOwner = {
    ...ownIdentity(),
    instance: randomUUID(),
    since: new Date().toISOString(),
  };
  const draft = `${file}.${owner.instance}`;
  prepare(file, draft, owner);
  try {
    return held(file, owner, place(file, draft, guardsLeft));
  } finally {
    rmSync(draft, { force: true });
  }
}

function prepare(file: string, draft: string, owner: LockOwner): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(owner)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Error(`LOCK_FAILED: cannot make ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Puts the draft in the lock's place. True when it replaced a dead owner's. */
function place(file: string, draft: string, guardsLeft: number): boolean {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (linked(draft, file)) return false;
    const found = readLock(file);
    if (found === undefined) continue;
    refuseIfAlive(file, found);
    if (guardsLeft === 0) {
      throw new Error(
        `LOCK_FAILED: ${file} was left by a dead process; remove it and what stands beside it`,
      );
    }
    if (replaced(file, draft, { found, guardsLeft: guardsLeft - 1 })) return true;
  }
  throw new Error(
    `LOCK_FAILED: ${file} appears and vanishes; is something else starting and stopping here?`,
  );
}

/** Replaces a dead owner's lock unless somebody else did so meanwhile. */
function replaced(
  file: string,
  draft: string,
  { found, guardsLeft }: { readonly found: string; readonly guardsLeft: number },
): boolean {
  const guard = acquire(`${file}.takeover`, guardsLeft);
  try {
    if (readLock(file) !== found) return false;
    renameSync(draft, file);
    return true;
  } finally {
    guard.release();
  }
}

function held(file: string, owner: LockOwner, tookOver: boolean): HeldLock {
  return {
    file,
    owner,
    tookOver,
    release: () => {
      if (parseOwner(readLock(file))?.instance === owner.instance) rmSync(file, { force: true });
    },
  };
}

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw new Error(`LOCK_FAILED: cannot make ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function refuseIfAlive(file: string, text: string): void {
  const owner = parseOwner(text);
  if (!owner || !isAlive(owner)) return;
  throw new Error(`ALREADY_RUNNING: process ${owner.pid} holds ${file} since ${owner.since}`);
}

function readLock(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined for a file that no lock of ours wrote in full: its writer cannot be alive. */
function parseOwner(text: string | undefined): LockOwner | undefined {
  const fields = parseFields(text ?? '');
  const pid = Number(fields?.['pid']);
  const instance = textField(fields, 'instance');
  if (!Number.isSafeInteger(pid) || pid <= 0 || instance === '') return undefined;
  return {
    pid,
    startTime: textField(fields, 'startTime'),
    instance,
    since: textField(fields, 'since'),
  };
}
