// eslint-disable-next-line no-restricted-imports -- a child that lives for seconds, to keep 600 MB out of the daemon
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QueueError, messageOf } from './queueError.ts';

/** The database; complete whenever it has this name. */
const DATABASE = 'database';
/** A database being created, with the number of the process that wants it. */
const UNFINISHED = 'unfinished-';
/** The last database that could not be used, kept for whoever wants to know why. One at most. */
const BROKEN = 'broken';
/** Creating takes 2–5 s on an ordinary disk. */
const CREATE_DEADLINE_MS = 120_000;
/** How much of a failed creation's words is kept. */
const STDERR_MAX_CHARACTERS = 2_000;

/** Runs the creation to its end. @returns what it complained about; undefined when it succeeded. */
const create = async (entry: URL, target: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    // No environment: a child that needs no key gets none.
    const child = spawn(process.execPath, [fileURLToPath(entry), target], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {},
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), CREATE_DEADLINE_MS);
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-STDERR_MAX_CHARACTERS);
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve(messageOf(error));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : `${signal ?? `exit code ${code ?? 0}`} ${words.trim()}`);
    });
  });

/**
 * The directory of the embedded queue. Everything in it can be deleted at any time between two runs: the journal
 * knows what has to be done. The caller holds its lock.
 */
export class QueueDirectory {
  readonly #directory: string;
  readonly #createEntry: URL;

  constructor(directory: string, createEntry: URL) {
    this.#directory = directory;
    this.#createEntry = createEntry;
  }

  /**
   * Makes sure that there is a complete database, creating one if need be.
   * @returns its path.
   * @throws QueueError `QUEUE_UNAVAILABLE` when it cannot be created (disk full, no permission, too little memory).
   */
  async prepare(): Promise<string> {
    const target = join(this.#directory, DATABASE);
    await this.#removeUnfinished();
    // Without this file the engine would take the directory for a new one, and initialise it in our own process.
    if (existsSync(join(target, 'PG_VERSION'))) return target;
    await rm(target, { recursive: true, force: true });
    const unfinished = join(this.#directory, `${UNFINISHED}${process.pid}`);
    const problem = await create(this.#createEntry, unfinished);
    if (problem !== undefined) {
      await this.#removeUnfinished();
      throw new QueueError(
        'QUEUE_UNAVAILABLE',
        `the embedded queue's database could not be created in ${this.#directory} (${problem}); it needs 60 MB of disk ` +
          'and, once, 700 MB of memory; or set REDIS_URL to use Redis instead',
      );
    }
    await rename(unfinished, target);
    return target;
  }

  /** Moves the database aside, so that the next {@link prepare} creates a new one. */
  async discard(): Promise<void> {
    const broken = join(this.#directory, BROKEN);
    await rm(broken, { recursive: true, force: true });
    const database = join(this.#directory, DATABASE);
    if (existsSync(database)) await rename(database, broken);
  }

  async #removeUnfinished(): Promise<void> {
    const names = await readdir(this.#directory);
    const unfinished = names.filter((name) => name.startsWith(UNFINISHED));
    await Promise.all(
      unfinished.map(async (name) =>
        rm(join(this.#directory, name), { recursive: true, force: true }),
      ),
    );
  }
}
