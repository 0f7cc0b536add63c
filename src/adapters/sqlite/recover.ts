/** What the journal reads back at boot, and how it finds an order. */
import type { StrategyId } from '../../core/domain/ids.ts';
import { marketSymbol, strategyId } from '../../core/domain/ids.ts';
import type { OrderRecord } from '../../core/domain/order.ts';
import type { SwitchedOff } from '../../core/domain/switch.ts';
import type { JournalFlags, OrderKey, Recovered } from '../../ports/journal.ts';
import type { Connection } from './database.ts';
import {
  integerOf,
  jsonOf,
  ledgerBalance,
  ORDER_COLUMNS,
  ORDER_TABLES,
  orderRecord,
  position,
  rowOf,
  textOf,
  type Row,
} from './rows.ts';
import { CLOSED_STATES_SQL } from './schema.ts';

/** Name in the meta table: the file was there, and empty, when it was opened first. */
export const FOUND_EMPTY = 'found_empty';

/** Everything but epoch and run. Runs inside the transaction that took it. */
export function readBooks(db: Connection): Omit<Recovered, 'epoch' | 'runId'> {
  const balances = db.prepare('SELECT * FROM balances').all().map(ledgerBalance);
  return {
    ...(balances.length === 0 && metaOf(db, FOUND_EMPTY) !== undefined && { foundEmpty: true }),
    instanceId: String(metaOf(db, 'instance_id')),
    nextSequence: scalar(db, 'SELECT coalesce(max(sequence), 0) + 1 FROM intents'),
    orders: openOrders(db),
    positions: db.prepare('SELECT * FROM positions').all().map(position),
    balances,
    ...strategyStates(db),
    flags: readFlags(db),
    lastFillAt: scalar(db, 'SELECT coalesce(max(at), 0) FROM fills'),
    lastStepAt: scalar(db, 'SELECT coalesce(max(last_step_at), 0) FROM epochs'),
  };
}

/** A value of the meta table, undefined when it was never set. */
export function metaOf(db: Connection, name: string): unknown {
  return db.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name);
}

/** Prepares the look-ups by each key; see the port for their order. */
export function orderFinder(db: Connection): (key: OrderKey) => OrderRecord | undefined {
  const select = `SELECT ${ORDER_COLUMNS} FROM ${ORDER_TABLES} WHERE`;
  const byIntent = db.prepare(`${select} i.intent_id = ?`);
  const byClient = db.prepare(`${select} i.client_order_id = ?`);
  const newest = 'ORDER BY i.sequence DESC LIMIT 1';
  const byExchange = db.prepare(
    `${select} o.exchange_order_id = ? AND i.symbol = coalesce(?, i.symbol) ${newest}`,
  );
  return ({ intentId, clientOrderId, exchangeOrderId, symbol }) => {
    const row =
      (intentId === undefined ? undefined : byIntent.get(intentId)) ??
      (clientOrderId === undefined ? undefined : byClient.get(clientOrderId)) ??
      (exchangeOrderId === undefined ? undefined : byExchange.get(exchangeOrderId, symbol ?? null));
    return row === undefined ? undefined : orderRecord(row);
  };
}

function openOrders(db: Connection): readonly OrderRecord[] {
  const where = `o.state NOT IN ${CLOSED_STATES_SQL}`;
  const sql = `SELECT ${ORDER_COLUMNS} FROM ${ORDER_TABLES} WHERE ${where} ORDER BY i.sequence`;
  return db.prepare(sql).all().map(orderRecord);
}

function strategyStates(db: Connection): Pick<Recovered, 'strategies' | 'keptAt'> {
  const rows = db.prepare('SELECT strategy_id, state, updated_at FROM strategies').all().map(rowOf);
  const byId = <Value>(read: (row: Row) => Value): ReadonlyMap<StrategyId, Value> =>
    new Map(rows.map((row) => [strategyId(textOf(row, 'strategy_id')), read(row)]));
  return {
    strategies: byId((row) => jsonOf(row, 'state')),
    keptAt: byId((row) => integerOf(row, 'updated_at')),
  };
}

function readFlags(db: Connection): JournalFlags {
  const rows = db
    .prepare('SELECT flag, symbol, reason, since_at FROM flags ORDER BY position')
    .all()
    .map(rowOf);
  const paused = rows.find((row) => row['flag'] === 'paused');
  const halted = rows.filter((row) => row['flag'] === 'halted');
  return {
    ...(paused && { paused: switchedOff(paused) }),
    halted: halted.map((row) => ({
      symbol: marketSymbol(textOf(row, 'symbol')),
      ...switchedOff(row),
    })),
  };
}

function switchedOff(row: Row): SwitchedOff {
  return { reason: textOf(row, 'reason'), since: integerOf(row, 'since_at') };
}

function scalar(db: Connection, sql: string): number {
  return integerOf({ value: db.prepare(sql).pluck().get() }, 'value');
}
