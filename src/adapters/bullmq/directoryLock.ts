import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { QueueError, messageOf, systemCode } from './queueError.ts';

/** Who holds a directory. Process ids are reused; a process id with its start time is not. */
interface Holder {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process (field 22 of /proc/PID/stat); '' where there is no /proc. */
  readonly startedAt: string;
}

const LOCK_FILE = 'queue.lock';
/** Taking over a stale lock takes microseconds: a guard older than this was left by a process that died in it. */
const TAKEOVER_MAX_MS = 10_000;
/** A lock may vanish or change between two looks at it; this many looks settle it. */
const ATTEMPTS_MAX = 5;

const startTime = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses, which may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

const isAlive = (holder: Holder): boolean => {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  const startedAt = startTime(holder.pid);
  return startedAt === '' || holder.startedAt === '' || startedAt === holder.startedAt;
};

const parseHolder = (text: string): Holder | undefined => {
  const match = /^(\d+) (\d*)\n$/u.exec(text);
  return match === null ? undefined : { pid: Number(match[1]), startedAt: match[2] ?? '' };
};

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Creates the file, or gives false when it exists. */
const create = (path: string, text: string): boolean => {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw new QueueError(
      'QUEUE_UNAVAILABLE',
      `cannot write the lock of the embedded queue, ${path} (${messageOf(error)})`,
    );
  }
  writeSync(file, text);
  closeSync(file);
  return true;
};

/** Removes a lock that still says what `text` said; one process at a time, so that nobody removes a fresh one. */
const removeStale = (path: string, text: string): void => {
  const guard = `${path}.takeover`;
  if (!create(guard, `${process.pid}\n`)) {
    // Somebody else is at it. Only a guard that was left behind is removed; then look again.
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > TAKEOVER_MAX_MS) rmSync(guard, { force: true });
    return;
  }
  try {
    if (read(path) === text) renameSync(path, `${path}.stale`);
    rmSync(`${path}.stale`, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
};

/**
 * Takes the queue's directory for this process, creating it if need be: a second database engine on the same files
 * destroys them, and the engine has no lock of its own. A lock whose process is gone is taken over.
 * @returns what gives the directory back.
 * @throws QueueError `QUEUE_UNAVAILABLE` that names the process that holds it.
 */
export const lockDirectory = (directory: string): (() => void) => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, LOCK_FILE);
  const mine = `${process.pid} ${startTime(process.pid)}\n`;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (create(path, mine)) {
      return () => {
        if (read(path) === mine) rmSync(path, { force: true });
      };
    }
    const text = read(path);
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder !== undefined && isAlive(holder)) {
      throw new QueueError(
        'QUEUE_UNAVAILABLE',
        `the embedded queue in ${directory} is in use by process ${holder.pid}${holder.pid === process.pid ? ' (this one)' : ''}; ` +
          'stop that one first, or give this instance a data directory of its own',
      );
    }
    removeStale(path, text);
  }
  throw new QueueError(
    'QUEUE_UNAVAILABLE',
    `the lock ${path} keeps changing: another process is starting; try again`,
  );
};
