import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import {
  assertDurable,
  openWritable,
  type Connection,
} from '../../../../src/adapters/sqlite/database.ts';
import { journalOn, openJournal } from '../../../../src/adapters/sqlite/journal.ts';
import { openRecords } from '../../../../src/adapters/sqlite/records.ts';
import { SCHEMA_VERSION } from '../../../../src/adapters/sqlite/schema.ts';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { asset, strategyId } from '../../../../src/core/domain/ids.ts';
import type { Note } from '../../../../src/core/domain/notes.ts';
import { formatUtc } from '../../../../src/core/domain/time.ts';
import { ACCOUNT, temporaryFolder } from '../../../builders/books.ts';
import { aFill, anIntent, anOrder, aPlan, aStep, idsOf, T0 } from '../../../builders/journal.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
const open: Connection[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'data', 'plimsoll.db');
});
afterEach(() => {
  for (const db of open.splice(0)) db.close();
  folder.dispose();
});

/** A connection without any of our checks, closed after the test. */
function shell(file = path): Connection {
  const db = new Database(file);
  open.push(db);
  return db;
}

/** A file with one planned intent. */
function written(): void {
  const journal = openJournal(path, ACCOUNT);
  journal.recover();
  journal.commit(aPlan([anIntent(1)]));
  journal.close();
}

const bits = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('opening the journal', () => {
  it('makes folder and files that only their owner can read', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    expect(bits(join(folder.path, 'data'))).toBe('700');
    expect([path, `${path}-wal`, `${path}-shm`].map(bits)).toEqual(['600', '600', '600']);
    journal.close();
  });

  it('commits with synchronous=FULL, on a new file and on each later open, after writes too', () => {
    for (const round of [1, 2, 3]) {
      const db = openWritable(path);
      const journal = journalOn(db, ACCOUNT);
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      journal.recover();
      journal.commit(aPlan([anIntent(round)]));
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      journal.close();
    }
  });

  it('refuses a connection whose commits could be lost', () => {
    const db = openWritable(path);
    open.push(db);
    db.pragma('synchronous = NORMAL');
    expect(() => assertDurable(db, path)).toThrow(/^JOURNAL_SYNC: .*synchronous=1/u);
  });

  it('refuses a newer schema, for writing and for reading, and leaves the file alone', () => {
    written();
    shell().pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    const before = readFileSync(path);
    expect(() => openJournal(path, ACCOUNT)).toThrow(/^JOURNAL_NEWER: .*upgrade Plimsoll/u);
    expect(() => openRecords(path)).toThrow(/^JOURNAL_NEWER/u);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("refuses someone else's database and leaves it alone", () => {
    openJournal(path, ACCOUNT).close();
    const other = join(folder.path, 'other.db');
    shell(other).exec('CREATE TABLE cats (name TEXT)');
    expect(() => openJournal(other, ACCOUNT)).toThrow(/^JOURNAL_FOREIGN/u);
    expect(() => openRecords(other)).toThrow(/^JOURNAL_FOREIGN/u);
    expect(shell(other).pragma('journal_mode', { simple: true })).toBe('delete');
  });

  it('refuses a file that belongs to another exchange or account', () => {
    written();
    expect(() => openJournal(path, { ...ACCOUNT, exchange: 'kraken' })).toThrow(
      /^JOURNAL_ACCOUNT: .*belongs to binance\/main, not to kraken\/main/u,
    );
    expect(() => openJournal(path, { ...ACCOUNT, account: 'second' })).toThrow(/^JOURNAL_ACCOUNT/u);
    openJournal(path, ACCOUNT).close();
  });

  it('refuses a file that is no database', () => {
    openJournal(path, ACCOUNT).close();
    writeFileSync(path, 'not a database, but long enough to look like one '.repeat(100));
    expect(() => openJournal(path, ACCOUNT)).toThrow(/^JOURNAL_CORRUPT/u);
    expect(() => openRecords(path)).toThrow(/^JOURNAL_CORRUPT/u);
  });

  it('refuses a damaged file and says what to do', () => {
    written();
    truncateSync(path, statSync(path).size - 8_192);
    expect(() => openJournal(path, ACCOUNT)).toThrow(
      /^JOURNAL_CORRUPT: .*restore the last backup/u,
    );
  });

  it('finds damage in a page that opening does not touch', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    const filler = 'x'.repeat(1_000);
    const notes = Array.from({ length: 100 }, (): Note => ({
      at: T0,
      code: 'ARMED',
      inputs: { filler },
    }));
    journal.commit(aStep({ notes }));
    journal.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, bytes.length - 4_096));
    expect(() => openJournal(path, ACCOUNT)).toThrow(
      /^JOURNAL_CORRUPT: .*the file is damaged \(.*restore the last backup/u,
    );
  });

  it('takes a readable file back from others', () => {
    written();
    chmodSync(path, 0o644);
    openJournal(path, ACCOUNT).close();
    expect(bits(path)).toBe('600');
  });

  it('takes over a file that was only just created when the process died', () => {
    openJournal(path, ACCOUNT).close();
    const fresh = join(folder.path, 'fresh.db');
    shell(fresh).pragma('journal_mode = WAL');
    const journal = openJournal(fresh, ACCOUNT);
    expect(journal.recover().epoch).toBe(1);
    journal.close();
  });
});

describe('opening the records', () => {
  it('says which file is missing, and does not make it', () => {
    expect(() => openRecords(path)).toThrow(`JOURNAL_MISSING: ${path}`);
    expect(existsSync(path)).toBe(false);
  });

  it('refuses an older schema: only the writer migrates', () => {
    openJournal(path, ACCOUNT).close();
    shell().pragma('user_version = 0');
    expect(() => openRecords(path)).toThrow(/^JOURNAL_OLDER: .*start the daemon once/u);
  });

  it('cannot write', () => {
    written();
    const before = readFileSync(path);
    const records = openRecords(path);
    records.orders({ limit: 1, openOnly: true });
    records.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('an old copy put back', () => {
  it('without its mark counts epochs and sequence a second time, but never has the same run id again', () => {
    const recoverOnce = () => {
      const journal = openJournal(path, ACCOUNT);
      const recovered = journal.recover();
      journal.commit(aPlan([anIntent(recovered.nextSequence)]));
      journal.close();
      return recovered;
    };
    recoverOnce();
    const backup = join(folder.path, 'backup.db');
    copyFileSync(path, backup);
    const before = recoverOnce();
    copyFileSync(backup, path);
    rmSync(`${path}.mark`);
    const after = recoverOnce();
    expect([after.epoch, after.nextSequence]).toEqual([before.epoch, before.nextSequence]);
    expect(after.runId).not.toBe(before.runId);
  });
});

describe('a full disk', () => {
  const bigNote: Note = { at: T0, code: 'GRID_LEVEL', inputs: { filler: 'x'.repeat(80_000) } };

  it('refuses the step whole, keeps reading, and goes on when there is room', () => {
    const db = openWritable(path);
    const journal = journalOn(db, ACCOUNT);
    journal.recover();
    journal.commit(aPlan([anIntent(1)]));
    const pages = Number(db.pragma('page_count', { simple: true }));
    db.pragma(`max_page_count = ${pages + 2}`);
    const step = { ...aPlan([anIntent(2)]), fills: [aFill('1', anIntent(1))], notes: [bigNote] };
    expect(() => journal.commit(step)).toThrow(/^JOURNAL_FULL: .*free disk space/u);
    expect(db.inTransaction).toBe(false);
    expect(journal.findOrder({ intentId: anIntent(2).intentId })).toBeUndefined();
    expect(journal.hasFill(aFill('1', anIntent(1)).fill)).toBe(false);
    db.pragma(`max_page_count = ${pages + 1_000}`);
    journal.commit(step);
    expect(idsOf(journal.recover().orders)).toEqual(['test-1', 'test-2']);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    journal.close();
  });
});

describe('a lock held by someone else', () => {
  it('is waited for within a bound, then reported; nothing is written', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    const other = shell();
    other.exec('BEGIN IMMEDIATE');
    expect(() => journal.commit(aPlan([anIntent(1)]))).toThrow(/^JOURNAL_BUSY/u);
    expect(journal.findOrder({ intentId: anIntent(1).intentId })).toBeUndefined();
    other.exec('ROLLBACK');
    journal.commit(aPlan([anIntent(1)]));
    expect(journal.findOrder({ intentId: anIntent(1).intentId })?.state).toBe('PLANNED');
    journal.close();
  });
});

describe('closing', () => {
  it('leaves one file that can be copied as it is, and may be done twice', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    journal.commit(aPlan([anIntent(1)]));
    journal.close();
    journal.close();
    const copy = join(folder.path, 'copy.db');
    copyFileSync(path, copy);
    const records = openRecords(copy);
    expect(records.counts().orders).toBe(1);
    records.close();
  });
});

describe('what is kept', () => {
  it('drops the oldest notes beyond the limit, and nothing else', () => {
    const journal = openJournal(path, { ...ACCOUNT, notesMax: 100 });
    journal.recover();
    const notes = (from: number) =>
      Array.from({ length: 500 }, (_, index): Note => ({
        at: from + index,
        code: 'ARMED',
        inputs: {},
      }));
    for (let from = 0; from < 5_000; from += 500) journal.commit(aStep({ notes: notes(from) }));
    journal.close();
    const records = openRecords(path);
    const kept = records.notes({ limit: 10_000 });
    records.close();
    expect(kept).toHaveLength(100);
    expect([kept.at(0)?.at, kept.at(-1)?.at]).toEqual([4_999, 4_900]);
  });

  it('keeps every value a balance ever had, once', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    const balance = (total: string) => ({
      asset: asset('USDT'),
      opening: dec(100),
      deposited: dec(0),
      total: dec(total),
    });
    for (const [index, total] of ['100', '100', '90.5', '90.5', '100'].entries()) {
      journal.commit(aStep({ at: T0 + index, balances: [balance(total)] }));
    }
    journal.close();
    const rows = shell()
      .prepare('SELECT at, total FROM balance_snapshots ORDER BY snapshot_id')
      .raw()
      .all();
    expect(rows).toEqual([
      [T0, '100'],
      [T0 + 2, '90.5'],
      [T0 + 4, '100'],
    ]);
  });

  it('names a number that JSON cannot hold in inputs, and refuses it in a state', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    journal.commit(
      aStep({ notes: [{ at: T0, code: 'ARMED', inputs: { score: NaN, band: -Infinity } }] }),
    );
    const id = strategyId('dca');
    expect(() => journal.commit(aStep({ strategies: [{ id, state: { average: NaN } }] }))).toThrow(
      'JOURNAL_INVALID: state of strategy dca: average is NaN',
    );
    journal.close();
    const records = openRecords(path);
    expect(records.notes({ limit: 1 })[0]?.inputs).toEqual({ score: 'NaN', band: '-Infinity' });
    records.close();
  });

  it('can be read in the sqlite3 shell, with times in words', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    const intent = anIntent(1, { createdAt: T0 });
    journal.commit({ ...aPlan([intent]), fills: [aFill('7', intent, { at: T0 + 1 })] });
    const sending = {
      intentId: intent.intentId,
      from: 'PLANNED',
      to: 'SENDING',
      message: '',
    } as const;
    const orders = [anOrder(intent, { state: 'SENDING' })];
    journal.commit(aStep({ orders, changes: [{ ...sending, at: T0 + 2 }] }));
    journal.close();
    const db = shell();
    expect(db.prepare('SELECT at_utc, side, amount, price, fee_asset FROM v_fills').get()).toEqual({
      at_utc: formatUtc(T0 + 1),
      side: 'buy',
      amount: '0.005',
      price: '42000.5',
      fee_asset: 'BTC',
    });
    expect(db.prepare('SELECT created_utc, state, sent_utc FROM v_orders').get()).toEqual({
      created_utc: formatUtc(T0),
      state: 'SENDING',
      sent_utc: formatUtc(T0 + 2),
    });
    for (const view of ['v_order_changes', 'v_notes', 'v_balances', 'v_epochs']) {
      expect(() => db.prepare(`SELECT * FROM ${view}`).all()).not.toThrow();
    }
  });

  it('refuses a second client order id, and a row that is not what it claims', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    journal.commit(aPlan([anIntent(1)]));
    const { clientOrderId } = anIntent(1);
    expect(() => journal.commit(aPlan([anIntent(2, { clientOrderId })]))).toThrow(
      /^JOURNAL_INVALID/u,
    );
    const minus = aFill('1', anIntent(1), { amount: dec('-1') });
    expect(() => journal.commit(aStep({ fills: [minus] }))).toThrow(/^JOURNAL_INVALID/u);
    expect(() =>
      journal.commit(aStep({ orders: [anOrder(anIntent(1), { updatedAt: 0.5 })] })),
    ).toThrow(/^JOURNAL_INVALID/u);
    journal.close();
  });
});

describe('an old copy of the journal', () => {
  /** A file with this many runs that each planned one order, and a copy of it after `copied` of them. */
  function restored(runs: number, copied: number): void {
    for (let run = 1; run <= runs; run += 1) {
      const journal = openJournal(path, ACCOUNT);
      journal.recover();
      journal.commit(aPlan([anIntent(run)]));
      journal.close();
      if (run === copied) copyFileSync(path, `${path}.old`);
    }
    copyFileSync(`${path}.old`, path);
  }

  it('is known by the mark beside it; the next run takes an epoch and sequences that no other has had', () => {
    restored(5, 2);
    const journal = openJournal(path, ACCOUNT);
    expect(journal.recover()).toMatchObject({
      ...{ oldCopy: { runs: 3, orders: 3 }, epoch: 6, nextSequence: 6 },
    });
    journal.close();
    // A start that dies before it has waited is one with an old copy again.
    const again = openJournal(path, ACCOUNT);
    expect(again.recover()).toMatchObject({ oldCopy: { orders: 3 }, epoch: 7, nextSequence: 6 });
    again.caughtUp();
    again.close();
    const next = openJournal(path, ACCOUNT);
    const { oldCopy, epoch, nextSequence } = next.recover();
    expect([oldCopy, epoch, nextSequence]).toEqual([undefined, 8, 6]);
    next.commit(aPlan([anIntent(nextSequence)]));
    next.close();
    const last = openJournal(path, ACCOUNT);
    expect(last.recover()).toMatchObject({ epoch: 9, nextSequence: 7 });
    last.close();
  });

  it('of the same run is known by its newest order', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    journal.commit(aPlan([anIntent(1)]));
    const db = shell();
    db.exec(`VACUUM INTO '${path}.old'`);
    db.close();
    journal.commit(aPlan([anIntent(2)]));
    journal.close();
    copyFileSync(`${path}.old`, path);
    const copy = openJournal(path, ACCOUNT);
    expect(copy.recover()).toMatchObject({ oldCopy: { runs: 0, orders: 1 }, nextSequence: 3 });
    copy.close();
  });

  it('is none: the newest books, new books in their place, and books without a mark', () => {
    restored(2, 2);
    const newest = openJournal(path, ACCOUNT);
    expect(newest.recover().oldCopy).toBeUndefined();
    newest.close();
    rmSync(path);
    const fresh = openJournal(path, ACCOUNT);
    const { oldCopy, epoch, nextSequence } = fresh.recover();
    expect([oldCopy, epoch, nextSequence]).toEqual([undefined, 1, 1]);
    fresh.close();
    restored(3, 1);
    rmSync(`${path}.mark`);
    const unmarked = openJournal(path, ACCOUNT);
    expect(unmarked.recover().oldCopy).toBeUndefined();
    unmarked.close();
  });
});
