/**
 * The journal on SQLite: one file, one writer, every commit on disk before the call returns.
 * Each writing call is one `BEGIN IMMEDIATE` transaction that first proves that no newer epoch has taken over.
 */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Journal, Recovered } from '../../ports/journal.ts';
import { openWritable, type Connection } from './database.ts';
import { guarded, journalError } from './errors.ts';
import { markFile, type MarkFile } from './mark.ts';
import { Marks, type Ahead } from './marks.ts';
import { Reserve } from './reserve.ts';
import { FOUND_EMPTY, metaOf, orderFinder, readBooks } from './recover.ts';
import { ledgerWriter, type AccountName } from './writeLedger.ts';
import { orderWriter } from './writeOrders.ts';

/** Whose journal this is. A file belongs to the exchange and account it was made for. */
export interface JournalOptions extends AccountName {
  /** Newest decision notes kept, ≥ 1; older ones are dropped a thousand at a time. Everything else is kept for ever. */
  readonly notesMax?: number;
  /** Bytes of disk set aside for the day the disk is full; none when absent. */
  readonly reserveBytes?: number;
  /** Where ids take their chance from; the system's source unless a simulation brings its own. */
  readonly random?: (bytes: number) => Uint8Array;
  /** How far the books have come, kept outside of them; absent: an old copy of them goes unnoticed. */
  readonly mark?: MarkFile;
}

/** About a month of a handful of strategies on one-minute bars, some 40 MB. */
const NOTES_MAX = 200_000;

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 8;

/**
 * Opens (makes, migrates, checks) the journal. Blocks for a moment: once at boot.
 * @throws Error `JOURNAL_SYNC`, `JOURNAL_CORRUPT`, `JOURNAL_NEWER`, `JOURNAL_FOREIGN`, `JOURNAL_BUSY`, `JOURNAL_FULL`,
 * `JOURNAL_IO` (see database.ts), `JOURNAL_ACCOUNT` when the file belongs to another exchange or account.
 * Calls throw, beyond what the port says: `JOURNAL_BUSY`, `JOURNAL_IO`, `JOURNAL_CORRUPT`, `JOURNAL_INVALID` when a step
 * contradicts what is written (a second intent of the same id, an order or a fill without an intent),
 * `JOURNAL_NOT_RECOVERED` when `recover` was not called first. Nothing of a call that throws is kept.
 */
export function openJournal(path: string, options: JournalOptions): Journal {
  const foundEmpty = isEmptyFile(path);
  const db = openWritable(path);
  try {
    if (foundEmpty)
      guarded(path, () => {
        setMeta(db, FOUND_EMPTY, '1');
      });
    return journalOn(db, { ...options, mark: markFile(`${path}.mark`) });
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The journal on a connection of `openWritable`, which it owns from then on. */
export function journalOn(db: Connection, options: JournalOptions): Journal {
  const path = db.name;
  guarded(path, () => claim(db, options));
  const fence = epochFence(db);
  const marks = new Marks(db, options.mark);
  const reserve = new Reserve(`${path}.reserve`, options.reserveBytes ?? 0);
  reserve.build();
  const inTransaction = <Value>(work: () => Value): Value =>
    guarded(path, () => db.transaction(work).immediate());
  const reading = <Value>(work: () => Value): Value =>
    guarded(path, () => {
      fence.check();
      return work();
    });

  const writeOrders = orderWriter(db);
  const writeLedger = ledgerWriter(db, options, options.notesMax ?? NOTES_MAX);
  const findOrder = orderFinder(db);
  const fillExists = db
    .prepare(
      'SELECT 1 FROM fills WHERE exchange = ? AND account = ? AND symbol = ? AND trade_id = ? AND side = ?',
    )
    .pluck();

  return {
    recover: () => {
      const ahead = guarded(path, () => marks.ahead());
      const recovered = inTransaction(() =>
        recoveredBy(db, { fence, ahead, runId: newId(options) }),
      );
      guarded(path, () => {
        marks.began(recovered.epoch, ahead);
      });
      return recovered;
    },
    caughtUp: marks.caughtUp,
    commit: (step) => {
      inTransaction(() => {
        const epoch = fence.advance(step.at, step.wallMs);
        writeOrders(step, epoch);
        writeLedger(step);
      });
      const newest = step.intents.at(-1)?.order.sequence;
      if (newest !== undefined) marks.planned(newest);
    },
    assertOurs: () => void guarded(path, () => fence.check()),
    hasFill: ({ symbol, tradeId, side }) =>
      reading(() => fillExists.get(options.exchange, options.account, symbol, tradeId, side) === 1),
    findOrder: (key) => reading(() => findOrder(key)),
    tend: () =>
      reading(() => {
        reserve.build();
        return { walBytes: cutWal(db), reserveSpent: reserve.isSpent };
      }),
    spendReserve: () => reserve.spend(),
    close: () => {
      options.mark?.close();
      closeCleanly(db);
    },
  };
}

/** Runs in the transaction that takes the epoch. */
function recoveredBy(
  db: Connection,
  { fence, ahead, runId }: { fence: EpochFence; ahead: Ahead; runId: string },
): Recovered {
  const epoch = fence.take(runId, ahead.epoch);
  doubtEarlierRuns(db);
  const { nextSequence, ...books } = readBooks(db);
  return {
    ...{ epoch, runId, ...books },
    nextSequence: Math.max(nextSequence, ahead.highest + 1),
    ...(ahead.oldCopy && { oldCopy: ahead.oldCopy }),
  };
}

function isEmptyFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

/** Set once; a second value is left out. */
function setMeta(db: Connection, name: string, value: string): void {
  db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
    name,
    value,
  );
}

/** Gives a new file its instance id and owner; refuses a file with another owner. */
function claim(db: Connection, options: JournalOptions): void {
  const { exchange, account } = options;
  const write = db.transaction(() => {
    setMeta(db, 'instance_id', newId(options));
    setMeta(db, 'exchange', exchange);
    setMeta(db, 'account', account);
  });
  if (metaOf(db, 'account') === undefined) write.immediate();
  const owner = `${String(metaOf(db, 'exchange'))}/${String(metaOf(db, 'account'))}`;
  if (owner === `${exchange}/${account}`) return;
  const text = `belongs to ${owner}, not to ${exchange}/${account}: use another data folder, or move this file away`;
  throw journalError('JOURNAL_ACCOUNT', db.name, text);
}

function newId({ random = randomBytes }: JournalOptions): string {
  return Array.from(random(ID_LENGTH), (byte) => ID_ALPHABET.charAt(byte % 32)).join('');
}

interface EpochFence {
  /** Makes a new epoch for this run, above `above`, and keeps it as ours. */
  take(runId: string, above: number): number;
  /** Our epoch, when the newest is of our run: an old copy put back may come to the same number again. @throws Error `JOURNAL_FENCED`, `JOURNAL_NOT_RECOVERED`. */
  check(): number;
  /** `check`, and notes how far the books have come. */
  advance(at: number, wallMs: number): number;
}

function epochFence(db: Connection): EpochFence {
  const newest = db.prepare('SELECT epoch, run_id FROM epochs ORDER BY epoch DESC LIMIT 1').raw();
  const insert = db.prepare(
    `INSERT INTO epochs (epoch, run_id, started_ms)
     VALUES (max(?, (SELECT coalesce(max(epoch), 0) FROM epochs)) + 1, ?, CAST(unixepoch('subsec') * 1000 AS INTEGER))`,
  );
  const update = db.prepare(
    'UPDATE epochs SET last_step_at = max(last_step_at, ?), last_step_ms = ? WHERE epoch = ?',
  );
  let ours: number | undefined;
  let ourRun = '';
  const check = (): number => {
    if (ours === undefined) {
      throw journalError('JOURNAL_NOT_RECOVERED', db.name, 'call recover() before anything else');
    }
    const [current, run] = newest.get() as [number, string];
    if (current === ours && run === ourRun) return ours;
    const text = `epoch ${ours} was taken over by epoch ${String(current)}: another daemon writes here now; stop this one`;
    throw journalError('JOURNAL_FENCED', db.name, text);
  };
  return {
    take: (runId, above) => {
      ourRun = runId;
      return (ours = Number(insert.run(above, runId).lastInsertRowid));
    },
    check,
    advance: (at, wallMs) => {
      const epoch = check();
      update.run(at, wallMs, epoch);
      return epoch;
    },
  };
}

/** What runs before this one may have sent, as the journal has it. */
const LAST_RUN = 'the run that planned it is over; whether it was sent is not known';

/** Makes UNKNOWN what earlier runs left planned or being sent. Runs in the transaction that takes the epoch. */
function doubtEarlierRuns(db: Connection): void {
  db.prepare(
    `INSERT INTO order_changes (intent_id, at, from_state, to_state, message)
     SELECT intent_id, (SELECT max(last_step_at) FROM epochs), state, 'UNKNOWN', ? FROM orders
     WHERE state IN ('PLANNED', 'SENDING')`,
  ).run(LAST_RUN);
  db.prepare(
    `UPDATE orders SET state = 'UNKNOWN', message = ? WHERE state IN ('PLANNED', 'SENDING')`,
  ).run(LAST_RUN);
}

/** Above this the automatic checkpoints have not come through: a reader is in their way. */
const WAL_BYTES_TOLERATED = 32 * 1024 * 1024;

/** Cuts the write-ahead log back when it has outgrown its bounds. Returns its size afterwards. */
function cutWal(db: Connection): number {
  const wal = `${db.name}-wal`;
  const size = (): number => statSync(wal, { throwIfNoEntry: false })?.size ?? 0;
  if (size() > WAL_BYTES_TOLERATED) db.pragma('wal_checkpoint(TRUNCATE)');
  return size();
}

/** Moves the WAL into the file, so that it can be copied; a reader in the way only leaves a WAL behind. */
function closeCleanly(db: Connection): void {
  if (!db.open) return;
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}
