/** The books, read-only: what the CLI and status show, beside a running daemon or without one. */
import type { RecordFilter, Records } from '../../ports/records.ts';
import { openReadable, type Connection } from './database.ts';
import { guarded } from './errors.ts';
import {
  attributedFill,
  bookedTransfer,
  integerOf,
  ledgerBalance,
  note,
  ORDER_COLUMNS,
  ORDER_TABLES,
  orderChange,
  orderRecord,
  position,
  rowOf,
} from './rows.ts';
import { CLOSED_STATES_SQL } from './schema.ts';

/**
 * Opens the books of a journal file.
 * @throws Error `JOURNAL_MISSING` when there is no file, `JOURNAL_NEWER` or `JOURNAL_OLDER` when the schema is not the one
 * this program reads, `JOURNAL_FOREIGN`, `JOURNAL_CORRUPT`, `JOURNAL_BUSY`, `JOURNAL_IO`.
 */
export function openRecords(path: string): Records {
  const db = openReadable(path);
  const rows = (sql: string, values: readonly unknown[] = []): unknown[] =>
    guarded(path, () => db.prepare(sql).all(...values));
  return {
    orders: (filter) => {
      const { where, values } = conditions(
        filter,
        filter.openOnly ? [`o.state NOT IN ${CLOSED_STATES_SQL}`] : [],
      );
      const sql = `SELECT ${ORDER_COLUMNS} FROM ${ORDER_TABLES} ${where} ORDER BY sequence DESC LIMIT ?`;
      return rows(sql, values).map(orderRecord);
    },
    changes: (intentId) =>
      rows('SELECT * FROM order_changes WHERE intent_id = ? ORDER BY change_id DESC', [
        intentId,
      ]).map(orderChange),
    fills: (filter) => {
      const { where, values } = conditions(filter, []);
      return rows(
        `SELECT * FROM fills ${where} ORDER BY at DESC, fill_id DESC LIMIT ?`,
        values,
      ).map(attributedFill);
    },
    notes: (filter) => {
      const { where, values } = conditions(filter, []);
      return rows(`SELECT * FROM notes ${where} ORDER BY note_id DESC LIMIT ?`, values).map(note);
    },
    bookings: (filter) => {
      const { where, values } = conditions(filter, []);
      return rows(
        `SELECT * FROM booked_transfers ${where} ORDER BY booking_id DESC LIMIT ?`,
        values,
      ).map(bookedTransfer);
    },
    positions: () => rows('SELECT * FROM positions').map(position),
    balances: () => rows('SELECT * FROM balances').map(ledgerBalance),
    counts: () => guarded(path, () => counts(db)),
    close: () => {
      db.close();
    },
  };
}

/** WHERE clause of a filter, and its values with the limit last. */
function conditions(
  { strategyId, symbol, intentId, limit }: RecordFilter,
  fixed: readonly string[],
): { readonly where: string; readonly values: readonly unknown[] } {
  const given = [
    ['strategy_id = ?', strategyId],
    ['symbol = ?', symbol],
    ['intent_id = ?', intentId],
  ] as const;
  const used = given.filter(([, value]) => value !== undefined);
  const terms = [...fixed, ...used.map(([term]) => term)];
  return {
    where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`,
    values: [...used.map(([, value]) => value), limit],
  };
}

function counts(db: Connection): ReturnType<Records['counts']> {
  const tables = ['orders', 'fills', 'notes'].map(
    (table) => `(SELECT count(*) FROM ${table}) AS ${table}`,
  );
  const row = rowOf(db.prepare(`SELECT ${tables.join(', ')}`).get());
  return {
    orders: integerOf(row, 'orders'),
    fills: integerOf(row, 'fills'),
    notes: integerOf(row, 'notes'),
  };
}
