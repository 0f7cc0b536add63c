/** Writes the rest of a step: fills, positions, balances, transfers, strategy states, flags, notes. Inside the journal's transaction. */
import { toText } from '../../core/domain/decimal.ts';
import type { Fee } from '../../core/domain/fill.ts';
import type { AttributedFill, BookedTransfer, Position } from '../../core/domain/position.ts';
import type { JournalFlags, StepRecord } from '../../ports/journal.ts';
import type { Connection } from './database.ts';
import { inputsText, stateText } from './json.ts';

/** Whose fills these are: half of a fill's identity. */
export interface AccountName {
  readonly exchange: string;
  readonly account: string;
}

/** Notes are pruned after this many were written, and at most this many more than were written go at once. */
const NOTES_PER_PRUNE = 1_000;

const INSERT_FILL = `INSERT INTO fills (trade_id, symbol, intent_id, strategy_id, exchange_order_id, client_order_id,
  side, price, amount, fee, fee_asset, more_fees, liquidity, at, exchange, account, recorded_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (exchange, account, symbol, trade_id, side) DO NOTHING`;

const UPSERT_POSITION = `INSERT INTO positions (strategy_id, symbol, amount, cost, realised_pnl, fees_quote, fills,
  opened_at, booked_amount, booked_cost, dust_amount, dust_cost, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (strategy_id, symbol) DO UPDATE SET amount = excluded.amount, cost = excluded.cost,
  realised_pnl = excluded.realised_pnl, fees_quote = excluded.fees_quote, fills = excluded.fills,
  opened_at = excluded.opened_at, booked_amount = excluded.booked_amount, booked_cost = excluded.booked_cost,
  dust_amount = excluded.dust_amount, dust_cost = excluded.dust_cost,
  updated_at = excluded.updated_at`;

const INSERT_BOOKING = `INSERT INTO booked_transfers (at, strategy_id, symbol, amount, cost, after_fills, cause, reason,
  recorded_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const UPSERT_BALANCE = `INSERT INTO balances (asset, opening, deposited, total, updated_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (asset) DO UPDATE SET opening = excluded.opening, deposited = excluded.deposited, total = excluded.total,
  updated_at = excluded.updated_at`;

const INSERT_TRANSFER = `INSERT INTO transfers (at, asset, amount, reason, recorded_ms) VALUES (?, ?, ?, ?, ?)`;

const UPSERT_STRATEGY = `INSERT INTO strategies (strategy_id, state, updated_at) VALUES (?, ?, ?)
  ON CONFLICT (strategy_id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`;

const INSERT_NOTE = `INSERT INTO notes (at, code, strategy_id, symbol, intent_id, inputs) VALUES (?, ?, ?, ?, ?, ?)`;

const PRUNE_NOTES = `DELETE FROM notes WHERE note_id <= min(
  (SELECT max(note_id) FROM notes) - ?, (SELECT min(note_id) FROM notes) + ?)`;

type Write = (step: StepRecord) => void;

/** Prepares the statements once; the returned function writes one step. */
export function ledgerWriter(db: Connection, account: AccountName, notesMax: number): Write {
  const writeFills = fillWriter(db, account);
  const upsertPosition = db.prepare(UPSERT_POSITION);
  const upsertBalance = db.prepare(UPSERT_BALANCE);
  const insertTransfer = db.prepare(INSERT_TRANSFER);
  const insertBooking = db.prepare(INSERT_BOOKING);
  const upsertStrategy = db.prepare(UPSERT_STRATEGY);
  const writeNotes = noteWriter(db, notesMax);
  const writeFlags = flagWriter(db);
  return (step) => {
    writeFills(step);
    for (const position of step.positions) upsertPosition.run(...positionValues(position), step.at);
    for (const { asset, opening, deposited, total } of step.balances) {
      upsertBalance.run(asset, toText(opening), toText(deposited), toText(total), step.at);
    }
    for (const { asset, amount, reason } of step.transfers) {
      insertTransfer.run(step.at, asset, toText(amount), reason, step.wallMs);
    }
    for (const booking of step.bookings) insertBooking.run(...bookingValues(booking), step.wallMs);
    for (const { id, state } of step.strategies) {
      upsertStrategy.run(id, stateText(state, `state of strategy ${id}`), step.at);
    }
    writeNotes(step);
    if (step.flags) writeFlags(step.flags);
  };
}

function fillWriter(db: Connection, { exchange, account }: AccountName): Write {
  const insert = db.prepare(INSERT_FILL);
  return (step) => {
    for (const fill of step.fills) insert.run(...fillValues(fill), exchange, account, step.wallMs);
  };
}

/** Appends notes; every thousand, drops those older than the newest `notesMax`. */
function noteWriter(db: Connection, notesMax: number): Write {
  const insert = db.prepare(INSERT_NOTE);
  const prune = db.prepare(PRUNE_NOTES);
  let unpruned = 0;
  return ({ notes }) => {
    for (const { at, code, strategyId, symbol, intentId, inputs } of notes) {
      insert.run(
        at,
        code,
        strategyId ?? null,
        symbol ?? null,
        intentId ?? null,
        inputsText(inputs),
      );
    }
    unpruned += notes.length;
    if (unpruned < NOTES_PER_PRUNE) return;
    prune.run(notesMax, unpruned + NOTES_PER_PRUNE);
    unpruned = 0;
  };
}

function flagWriter(db: Connection): (flags: JournalFlags) => void {
  const clear = db.prepare('DELETE FROM flags');
  const insert = db.prepare(
    'INSERT INTO flags (flag, symbol, reason, since_at) VALUES (?, ?, ?, ?)',
  );
  return ({ paused, halted }) => {
    clear.run();
    if (paused) insert.run('paused', null, paused.reason, paused.since);
    for (const { symbol, reason, since } of halted) insert.run('halted', symbol, reason, since);
  };
}

function fillValues({
  fill,
  intentId,
  strategyId,
}: AttributedFill): readonly (string | number | null)[] {
  return [
    fill.tradeId,
    fill.symbol,
    intentId,
    strategyId,
    fill.exchangeOrderId,
    fill.clientOrderId ?? null,
    fill.side,
    toText(fill.price),
    toText(fill.amount),
    toText(fill.fee),
    fill.feeAsset,
    feesText(fill.moreFees ?? []),
    fill.liquidity,
    fill.at,
  ];
}

function feesText(fees: readonly Fee[]): string {
  return JSON.stringify(fees.map(({ asset, amount }) => [asset, toText(amount)]));
}

function positionValues(position: Position): readonly (string | number | null)[] {
  return [
    position.strategyId,
    position.symbol,
    toText(position.amount),
    toText(position.cost),
    toText(position.realisedPnl),
    toText(position.feesQuote),
    position.fills,
    position.openedAt ?? null,
    position.booked ? toText(position.booked.amount) : null,
    position.booked ? toText(position.booked.cost) : null,
    position.dust ? toText(position.dust.amount) : null,
    position.dust ? toText(position.dust.cost) : null,
  ];
}

function bookingValues(booking: BookedTransfer): readonly (string | number)[] {
  return [
    booking.at,
    booking.strategyId,
    booking.symbol,
    toText(booking.amount),
    toText(booking.cost),
    booking.afterFills,
    booking.cause,
    booking.reason,
  ];
}
