/** The ledger of trials: one SQLite file of its own beside the books. Rows are only ever added. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { BookedTrial, StudyHeader, TrialLedger, TrialState } from '../../ports/trialLedger.ts';

/** `PRAGMA application_id`: "PlTr". */
const APPLICATION_ID = 0x506c5472;
const SCHEMA_VERSION = 1;
/** Several searches may share a ledger: one waits for another's write so long. */
const BUSY_TIMEOUT_MS = 5_000;
const STATES: readonly TrialState[] = ['done', 'refused', 'failed'];

const SCHEMA = `
CREATE TABLE studies (
  id TEXT PRIMARY KEY, family TEXT NOT NULL, strategy TEXT NOT NULL, strategy_hash TEXT NOT NULL, data_hash TEXT NOT NULL,
  method TEXT NOT NULL, seed INTEGER NOT NULL, settings TEXT NOT NULL, code_version TEXT NOT NULL, opened_at INTEGER NOT NULL
) STRICT;
CREATE TABLE trials (
  study TEXT NOT NULL REFERENCES studies (id), number INTEGER NOT NULL, key TEXT NOT NULL, params TEXT NOT NULL,
  share REAL NOT NULL, state TEXT NOT NULL, problem TEXT NOT NULL, metrics TEXT NOT NULL, returns BLOB NOT NULL,
  seconds REAL NOT NULL, worker TEXT NOT NULL, booked_at INTEGER NOT NULL,
  PRIMARY KEY (study, number)
) STRICT;
CREATE INDEX trials_by_key ON trials (key);
CREATE INDEX studies_by_family ON studies (family);
CREATE TRIGGER trials_stay BEFORE DELETE ON trials BEGIN SELECT raise(ABORT, 'a trial is never forgotten'); END;
CREATE TRIGGER trials_keep BEFORE UPDATE ON trials BEGIN SELECT raise(ABORT, 'a trial is never changed'); END;
`;

type Row = Readonly<Record<string, unknown>>;

/** @throws Error `LEDGER_FOREIGN` for a file that is something else, `LEDGER_NEWER`, `LEDGER_UNUSABLE` when it cannot be opened. */
export function openTrialLedger(path: string): TrialLedger {
  return new SqliteTrialLedger(opened(path));
}

function opened(path: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    prepare(db, path);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof Error && error.message.startsWith('LEDGER_')) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`LEDGER_UNUSABLE: ${path}: ${words}`, { cause: error });
  }
}

function prepare(db: Database.Database, path: string): void {
  db.pragma('journal_mode = WAL');
  // A trial that was lost in a power cut was asked for and is not counted: it must be on disk.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  const make = db.transaction(() => {
    const isBlank = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    if (!isBlank) return;
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
    db.exec(SCHEMA);
  });
  make.immediate();
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID)
    throw new Error(`LEDGER_FOREIGN: ${path} is no ledger of trials: name another data folder`);
  if (Number(db.pragma('user_version', { simple: true })) > SCHEMA_VERSION)
    throw new Error(`LEDGER_NEWER: ${path} was written by a newer version: upgrade Plimsoll`);
}

class SqliteTrialLedger implements TrialLedger {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  openStudy(header: StudyHeader, at: number): void {
    this.#db
      .prepare(
        `INSERT INTO studies VALUES (@id, @family, @strategy, @strategyHash, @dataHash, @method, @seed, @settings, @codeVersion, @at)
         ON CONFLICT (id) DO NOTHING`,
      )
      .run({ ...header, settings: JSON.stringify(header.settings), at });
  }

  trials(study: string): BookedTrial[] {
    const rows = this.#db
      .prepare('SELECT * FROM trials WHERE study = ? ORDER BY number')
      .all(study);
    return (rows as Row[]).map(trialOf);
  }

  book(study: string, trial: BookedTrial): boolean {
    const { changes } = this.#db
      .prepare(
        `INSERT INTO trials VALUES (@study, @number, @key, @params, @share, @state, @problem, @metrics, @returns, @seconds, @worker, @at)
         ON CONFLICT (study, number) DO NOTHING`,
      )
      .run({
        ...trial,
        study,
        params: JSON.stringify(trial.params),
        metrics: JSON.stringify(trial.metrics),
        returns: Buffer.from(Float64Array.from(trial.returns).buffer),
      });
    return changes === 1;
  }

  find(key: string): BookedTrial | undefined {
    const row = this.#db.prepare('SELECT * FROM trials WHERE key = ? LIMIT 1').get(key);
    return row === undefined ? undefined : trialOf(row as Row);
  }

  tried(family: string): number {
    const sql = `SELECT count(DISTINCT key) FROM trials JOIN studies ON studies.id = trials.study
      WHERE family = ? AND state = 'done'`;
    return Number(this.#db.prepare(sql).pluck().get(family));
  }

  sharpes(family: string): number[] {
    const sql = `SELECT json_extract(metrics, '$.sharpe') AS sharpe FROM trials JOIN studies ON studies.id = trials.study
      WHERE family = ? AND state = 'done' AND share = 1 AND sharpe IS NOT NULL GROUP BY key ORDER BY key`;
    return this.#db.prepare(sql).pluck().all(family).map(Number);
  }

  close(): void {
    this.#db.close();
  }
}

function trialOf(row: Row): BookedTrial {
  const state = STATES.find((each) => each === row['state']);
  if (!state) throw new Error(`LEDGER_CORRUPT: ${String(row['state'])} is no state of a trial`);
  return {
    number: Number(row['number']),
    key: String(row['key']),
    params: JSON.parse(String(row['params'])) as BookedTrial['params'],
    share: Number(row['share']),
    state,
    problem: String(row['problem']),
    metrics: JSON.parse(String(row['metrics'])) as BookedTrial['metrics'],
    returns: numbersOf(row['returns']),
    seconds: Number(row['seconds']),
    worker: String(row['worker']),
    at: Number(row['booked_at']),
  };
}

function numbersOf(blob: unknown): number[] {
  if (!(blob instanceof Uint8Array)) throw new Error('LEDGER_CORRUPT: returns are no bytes');
  const copy = Uint8Array.from(blob);
  return [...new Float64Array(copy.buffer)];
}
