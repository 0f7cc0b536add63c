/** Writes the order side of a step: intents, orders, their changes. Runs inside the journal's transaction. */
import { toText, type Decimal } from '../../core/domain/decimal.ts';
import type { OrderIntent, OrderRecord } from '../../core/domain/order.ts';
import type { StepRecord } from '../../ports/journal.ts';
import type { Connection } from './database.ts';
import { inputsText } from './json.ts';

const INSERT_INTENT = `INSERT INTO intents (intent_id, sequence, client_order_id, strategy_id, symbol, side, type,
  purpose, price, trigger_price, amount, reference_price, reason, inputs, tag, parent_id, pair_id, created_at, epoch, planned_ms,
  deadline_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const INSERT_PLANNED = `INSERT INTO orders (intent_id, state, filled, filled_quote, reported_filled, cancel_requested,
  message, updated_at) VALUES (?, 'PLANNED', '0', '0', '0', 0, '', ?)`;

const UPSERT_ORDER = `INSERT INTO orders (intent_id, state, exchange_order_id, filled, filled_quote, reported_filled,
  terminal_report, cancel_requested, message, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (intent_id) DO UPDATE SET state = excluded.state,
  exchange_order_id = excluded.exchange_order_id, filled = excluded.filled, filled_quote = excluded.filled_quote,
  reported_filled = excluded.reported_filled, terminal_report = excluded.terminal_report,
  cancel_requested = excluded.cancel_requested, message = excluded.message, updated_at = excluded.updated_at`;

const INSERT_CHANGE = `INSERT INTO order_changes (intent_id, at, from_state, to_state, message) VALUES (?, ?, ?, ?, ?)`;

/** Prepares the statements once; the returned function writes one step under this epoch. */
export function orderWriter(db: Connection): (step: StepRecord, epoch: number) => void {
  const insertIntent = db.prepare(INSERT_INTENT);
  const insertPlanned = db.prepare(INSERT_PLANNED);
  const upsertOrder = db.prepare(UPSERT_ORDER);
  const insertChange = db.prepare(INSERT_CHANGE);
  return (step, epoch) => {
    for (const { order, deadlineMs } of step.intents) {
      insertIntent.run(...intentValues(order), epoch, step.wallMs, deadlineMs);
      insertPlanned.run(order.intentId, order.createdAt);
    }
    for (const order of step.orders) upsertOrder.run(...orderValues(order));
    for (const { intentId, at, from, to, message } of step.changes) {
      insertChange.run(intentId, at, from, to, message);
    }
  };
}

type Value = string | number | null;

function intentValues(intent: OrderIntent): readonly Value[] {
  return [
    intent.intentId,
    intent.sequence,
    intent.clientOrderId,
    intent.strategyId,
    intent.symbol,
    intent.side,
    intent.type,
    intent.purpose,
    textOrNull(intent.price),
    textOrNull(intent.trigger),
    toText(intent.amount),
    toText(intent.referencePrice),
    intent.reason,
    inputsText(intent.inputs),
    intent.tag,
    intent.parentId ?? null,
    intent.pairId ?? null,
    intent.createdAt,
  ];
}

function orderValues(order: OrderRecord): readonly Value[] {
  return [
    order.intent.intentId,
    order.state,
    order.exchangeOrderId ?? null,
    toText(order.filled),
    toText(order.filledQuote),
    toText(order.reportedFilled),
    order.terminalReport ?? null,
    order.cancelRequested ? 1 : 0,
    order.message,
    order.updatedAt,
  ];
}

function textOrNull(value: Decimal | undefined): string | null {
  return value === undefined ? null : toText(value);
}
