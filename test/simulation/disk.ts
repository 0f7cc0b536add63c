/**
 * The disk under the journal: real SQLite files in a folder in memory. A kill leaves what the process had written; a power loss
 * leaves what SQLite had synced, which under `synchronous=FULL` is every commit and under anything less is not.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openWritable, type Connection } from '../../src/adapters/sqlite/database.ts';
import { journalOn } from '../../src/adapters/sqlite/journal.ts';
import type { Mark, MarkFile } from '../../src/adapters/sqlite/mark.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { Dice } from './dice.ts';

export const ACCOUNT = { exchange: 'simulated', account: 'bot' } as const;
/** `PRAGMA synchronous` under which every commit is on disk when it returns. */
const FULL = 2;
/** Room to write: pages beyond what the file has. */
const PLENTY_PAGES = 1 << 30;
const PAGE_BYTES = 4_096;
/** What is set aside for a full disk: here, enough for some minutes. */
const RESERVE_PAGES = 60;

/** What is left of the last writes when a process or the machine ends. */
export type Loss =
  /** The process is gone; the system has its writes. */
  | 'process'
  /** The machine is gone; what was not synced may be lost. */
  | 'power'
  /** The process ended inside its last commit. */
  | 'torn';

export interface OpenDisk {
  readonly journal: Journal;
  readonly connection: Connection;
}

/** A folder for many simulations in a row; RAM-backed where there is such a place. */
export class DiskFolder {
  readonly path: string;
  readonly template: string;

  constructor() {
    const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    this.path = mkdtempSync(join(parent, 'plimsoll-sim-'));
    this.template = join(this.path, 'template.db');
    openWritable(this.template).close();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export class Disk {
  readonly #folder: DiskFolder;
  readonly #dice: Dice;
  #generation = 0;
  #path: string;
  #open: OpenDisk | undefined;
  /** Beside the journal, whichever copy of it is there. */
  readonly #mark: MarkFile = markInMemory();
  #backup: string | undefined;
  #lockedPath = '';
  /** Virtual time since which somebody else holds the write lock; undefined while nobody does. */
  lockedSince: number | undefined;
  /** Bytes of the write-ahead log before the last commit that was begun. */
  #logBefore = 0;
  /** Pages that may still be added; undefined while there is room. */
  #quotaPages: number | undefined;
  /** The space set aside for a full disk has been given up. */
  isReserveSpent = false;
  /** Virtual time at which a full disk first refused a commit; undefined while there is room. */
  refusedSince: number | undefined;
  /** Called with each connection before the journal is made on it. */
  onOpen: (connection: Connection) => void = () => undefined;

  /** @param dice where the journal's ids take their chance from. */
  constructor(folder: DiskFolder, dice: Dice) {
    this.#folder = folder;
    this.#dice = dice;
    this.#path = this.#newPath();
    copyFileSync(folder.template, this.#path);
  }

  /** The journal's file now. */
  get path(): string {
    return this.#path;
  }

  /** The open connection, if there is one. */
  get connection(): Connection | undefined {
    const connection = this.#open?.connection;
    return connection?.open === true ? connection : undefined;
  }

  /** The journal that was opened last. */
  get journal(): Journal | undefined {
    return this.#open?.journal;
  }

  /** Bytes of the write-ahead log. */
  get logBytes(): number {
    return sizeOf(`${this.#path}-wal`);
  }

  get isFull(): boolean {
    return this.#quotaPages !== undefined;
  }

  /** Opens the journal as production does. @throws what production throws. */
  open(account: typeof ACCOUNT | { exchange: string; account: string } = ACCOUNT): OpenDisk {
    const connection = openWritable(this.#path);
    connection.pragma('busy_timeout = 0');
    this.onOpen(connection);
    if (this.#quotaPages !== undefined) limit(connection, this.#quotaPages);
    let journal: Journal;
    try {
      const random = (bytes: number): Uint8Array => this.#bytes(bytes);
      journal = journalOn(connection, { ...account, random, mark: this.#mark });
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#open = { journal, connection };
    return this.#open;
  }

  /** Of two processes that have the file open one has ended: this is what the other one has. */
  handTo(open: OpenDisk): void {
    this.#open = open;
  }

  /** A commit is about to be made. */
  committing(): void {
    this.#logBefore = this.logBytes;
  }

  /**
   * The end of the process that has the file open, without a goodbye. What is on the disk goes on under a new name.
   * @param share 0 … 1: where the unsynced tail is cut.
   */
  crash(loss: Loss, share: number): void {
    const old = this.#path;
    const connection = this.#open?.connection;
    const isSynced =
      connection?.open !== true ||
      Number(connection.pragma('synchronous', { simple: true })) >= FULL;
    this.#path = this.#newPath();
    copyFileSync(old, this.#path);
    if (existsSync(`${old}-wal`)) {
      copyFileSync(`${old}-wal`, `${this.#path}-wal`);
      const bytes = this.logBytes;
      const from = loss === 'torn' ? this.#logBefore : 0;
      const isCut = loss === 'torn' ? bytes > from : loss === 'power' && !isSynced;
      if (isCut) truncateSync(`${this.#path}-wal`, from + Math.floor((bytes - from) * share));
    }
    this.#forget(old);
  }

  /** Keeps a copy for later, as the backup command would make one. */
  backUp(): void {
    const { connection } = this;
    if (!connection) return;
    connection.pragma('wal_checkpoint(PASSIVE)');
    this.#backup = this.#newPath();
    copyFileSync(this.#path, this.#backup);
    if (existsSync(`${this.#path}-wal`)) copyFileSync(`${this.#path}-wal`, `${this.#backup}-wal`);
  }

  get hasBackup(): boolean {
    return this.#backup !== undefined;
  }

  /** Puts the copy in the place of the file; nothing has it open. */
  restore(): void {
    if (this.#backup === undefined) return;
    this.#path = this.#backup;
    this.#backup = undefined;
  }

  /** A page of the orders goes bad; nothing has the file open. */
  corrupt(): void {
    const connection = new Database(this.#path);
    connection.pragma('wal_checkpoint(TRUNCATE)');
    const page = connection
      .prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'orders'`)
      .pluck()
      .get();
    connection.close();
    const file = openSync(this.#path, 'r+');
    writeSync(file, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, (Number(page) - 1) * PAGE_BYTES);
    closeSync(file);
  }

  /** Gives up the space set aside; false when that has been done. */
  spendReserve(): boolean {
    if (this.isReserveSpent || !this.isFull) return false;
    this.isReserveSpent = true;
    this.#quotaPages = RESERVE_PAGES;
    if (this.connection) limit(this.connection, RESERVE_PAGES);
    return true;
  }

  /** Somebody else holds the write lock until the returned function is called. @param nowMs virtual time */
  lock(nowMs: number): () => void {
    const path = this.#path;
    // Of two that want it at once, one has it.
    if (this.#lockedPath === path) return () => undefined;
    const other = new Database(path, { timeout: 0 });
    other.exec('BEGIN IMMEDIATE');
    this.#lockedPath = path;
    this.lockedSince = nowMs;
    return () => {
      if (this.#lockedPath === path) {
        this.#lockedPath = '';
        this.lockedSince = undefined;
      }
      other.close();
    };
  }

  /** Somebody else reads and does not end, so that the log cannot be emptied. */
  read(): () => void {
    const other = new Database(this.#path, { readonly: true });
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM intents').get();
    return () => {
      other.close();
    };
  }

  /** No more room; or room again. */
  setFull(isFull: boolean): void {
    this.#quotaPages = isFull ? 0 : undefined;
    this.refusedSince = undefined;
    this.isReserveSpent = false;
    const { connection } = this;
    if (connection) limit(connection, isFull ? 0 : PLENTY_PAGES);
  }

  /** True when these bytes stand anywhere in the file or its log. */
  contains(text: string): boolean {
    const names = [this.#path, `${this.#path}-wal`].filter((name) => existsSync(name));
    return names.some((name) => readFileSync(name).includes(text));
  }

  close(): void {
    this.#forget(this.#path);
    if (this.#backup !== undefined) this.#forget(this.#backup);
  }

  #forget(path: string): void {
    this.#open?.connection.close();
    this.#open = undefined;
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  }

  #bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#dice.between(0, 255));
  }

  #newPath(): string {
    this.#generation += 1;
    return join(this.#folder.path, `journal-${this.#generation}-${nextName()}.db`);
  }
}

function markInMemory(): MarkFile {
  let kept: Mark | undefined;
  return {
    read: () => kept,
    write: (mark) => {
      kept = mark;
    },
    close: () => undefined,
  };
}

let names = 0;
const nextName = (): number => (names += 1);

function limit(connection: Connection, pages: number): void {
  const have = Number(connection.pragma('page_count', { simple: true }));
  connection.pragma(`max_page_count = ${have + pages}`);
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
