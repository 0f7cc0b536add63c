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

/** A process that was killed a moment ago may still be on its way out: so long it is waited for. */
const DYING_MAX_MS = 3_000;
const DYING_STEP_MS = 50;
/** States of /proc/PID/stat in which a process is over and only waits to be collected. */
const DEAD_STATES = 'ZXx';

/** State and start time of a process (fields 3 and 22 of /proc/PID/stat); empty where there is no /proc. */
const statOf = (pid: number): { readonly state: string; readonly startedAt: string } => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses, which may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
  } catch {
    return { state: '', startedAt: '' };
  }
};

const isAlive = (holder: Holder): boolean => {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  const { state, startedAt } = statOf(holder.pid);
  if (state !== '' && DEAD_STATES.includes(state)) return false;
  return startedAt === '' || holder.startedAt === '' || startedAt === holder.startedAt;
};

/** Whether the holder lives on: one that is just dying is given the time to. */
const staysAlive = (holder: Holder): boolean => {
  for (let waitedMs = 0; waitedMs < DYING_MAX_MS; waitedMs += DYING_STEP_MS) {
    if (!isAlive(holder)) return false;
    if (holder.pid === process.pid) return true;
    // Nothing else can go on before the queue is open, so this thread may as well sleep.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DYING_STEP_MS);
  }
  return true;
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

const makeDirectory = (directory: string): void => {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new QueueError(
      'QUEUE_UNAVAILABLE',
      `${directory} cannot be made a folder for the embedded queue (${messageOf(error)}); remove what is there or make it writable`,
    );
  }
};

/**
 * Takes the queue's directory for this process, creating it if need be: a second database engine on the same files
 * destroys them, and the engine has no lock of its own. A lock whose process is gone is taken over.
 * @returns what gives the directory back.
 * @throws QueueError `QUEUE_UNAVAILABLE` that names the process that holds it.
 */
export const lockDirectory = (directory: string): (() => void) => {
  makeDirectory(directory);
  const path = join(directory, LOCK_FILE);
  const mine = `${process.pid} ${statOf(process.pid).startedAt}\n`;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (create(path, mine)) {
      return () => {
        if (read(path) === mine) rmSync(path, { force: true });
      };
    }
    const text = read(path);
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder !== undefined && staysAlive(holder)) {
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
