/** Rows to nouns. Each reader validates what it needs and names the column when a value does not fit. */
import { dec, type Decimal } from '../../core/domain/decimal.ts';
import type { Fill, Liquidity } from '../../core/domain/fill.ts';
import {
  asset,
  clientOrderId,
  exchangeOrderId,
  intentId,
  marketSymbol,
  strategyId,
  tradeId,
} from '../../core/domain/ids.ts';
import type { Json } from '../../core/domain/json.ts';
import type { Note, NoteInputs } from '../../core/domain/notes.ts';
import { ORDER_STATES, type OrderIntent, type OrderRecord } from '../../core/domain/order.ts';
import {
  BOOKING_CAUSES,
  type AmountAndCost,
  type AttributedFill,
  type BookedTransfer,
  type LedgerBalance,
  type Position,
} from '../../core/domain/position.ts';
import type { OrderChange } from '../../ports/journal.ts';

/** One row as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

const SIDES = ['buy', 'sell'] as const;
const TYPES = ['market', 'limit', 'limit_maker', 'stop'] as const;
const PURPOSES = ['entry', 'exit'] as const;
const LIQUIDITIES: readonly Liquidity[] = ['maker', 'taker', 'unknown'];
const REPORTS = ['FILLED', 'CANCELLED', 'EXPIRED'] as const;

/** Columns `orderRecord` needs; join and order as you like. */
export const ORDER_COLUMNS = `i.intent_id, i.client_order_id, i.sequence, i.strategy_id, i.symbol, i.side, i.type,
  i.purpose, i.price, i.trigger_price, i.amount, i.reference_price, i.reason, i.inputs, i.tag, i.parent_id, i.pair_id,
  i.created_at,
  o.state, o.exchange_order_id, o.filled, o.filled_quote, o.reported_filled, o.terminal_report, o.cancel_requested,
  o.message, o.updated_at`;

/** The tables `ORDER_COLUMNS` come from. */
export const ORDER_TABLES = 'intents i JOIN orders o USING (intent_id)';

export function orderRecord(value: unknown): OrderRecord {
  const row = rowOf(value);
  const exchangeId = textOrNull(row, 'exchange_order_id');
  const report = textOrNull(row, 'terminal_report');
  return {
    intent: orderIntent(row),
    state: oneOf(row, 'state', ORDER_STATES),
    ...(exchangeId === null ? {} : { exchangeOrderId: exchangeOrderId(exchangeId) }),
    filled: decimalOf(row, 'filled'),
    filledQuote: decimalOf(row, 'filled_quote'),
    reportedFilled: decimalOf(row, 'reported_filled'),
    ...(report === null ? {} : { terminalReport: oneOf(row, 'terminal_report', REPORTS) }),
    cancelRequested: integerOf(row, 'cancel_requested') === 1,
    message: textOf(row, 'message'),
    updatedAt: integerOf(row, 'updated_at'),
  };
}

function orderIntent(row: Row): OrderIntent {
  const price = textOrNull(row, 'price');
  const trigger = textOrNull(row, 'trigger_price');
  const parent = textOrNull(row, 'parent_id');
  const pair = textOrNull(row, 'pair_id');
  return {
    intentId: intentId(textOf(row, 'intent_id')),
    clientOrderId: clientOrderId(textOf(row, 'client_order_id')),
    sequence: integerOf(row, 'sequence'),
    strategyId: strategyId(textOf(row, 'strategy_id')),
    symbol: marketSymbol(textOf(row, 'symbol')),
    side: oneOf(row, 'side', SIDES),
    type: oneOf(row, 'type', TYPES),
    purpose: oneOf(row, 'purpose', PURPOSES),
    ...(price === null ? {} : { price: decimalOf(row, 'price') }),
    ...(trigger === null ? {} : { trigger: decimalOf(row, 'trigger_price') }),
    amount: decimalOf(row, 'amount'),
    referencePrice: decimalOf(row, 'reference_price'),
    reason: textOf(row, 'reason'),
    inputs: inputsOf(row),
    tag: textOf(row, 'tag'),
    createdAt: integerOf(row, 'created_at'),
    ...(parent === null ? {} : { parentId: intentId(parent) }),
    ...(pair === null ? {} : { pairId: intentId(pair) }),
  };
}

export function orderChange(value: unknown): OrderChange {
  const row = rowOf(value);
  return {
    intentId: intentId(textOf(row, 'intent_id')),
    at: integerOf(row, 'at'),
    from: oneOf(row, 'from_state', ORDER_STATES),
    to: oneOf(row, 'to_state', ORDER_STATES),
    message: textOf(row, 'message'),
  };
}

export function attributedFill(value: unknown): AttributedFill {
  const row = rowOf(value);
  const client = textOrNull(row, 'client_order_id');
  return {
    strategyId: strategyId(textOf(row, 'strategy_id')),
    intentId: intentId(textOf(row, 'intent_id')),
    fill: {
      tradeId: tradeId(textOf(row, 'trade_id')),
      symbol: marketSymbol(textOf(row, 'symbol')),
      exchangeOrderId: exchangeOrderId(textOf(row, 'exchange_order_id')),
      ...(client === null ? {} : { clientOrderId: clientOrderId(client) }),
      side: oneOf(row, 'side', SIDES),
      price: decimalOf(row, 'price'),
      amount: decimalOf(row, 'amount'),
      fee: decimalOf(row, 'fee'),
      feeAsset: asset(textOf(row, 'fee_asset')),
      ...moreFees(row),
      liquidity: oneOf(row, 'liquidity', LIQUIDITIES),
      at: integerOf(row, 'at'),
    },
  };
}

/** @throws Error when it is no list of pairs of texts, the second a number. */
function moreFees(row: Row): Pick<Fill, 'moreFees'> {
  const pairs = JSON.parse(textOf(row, 'more_fees')) as readonly (readonly [string, string])[];
  if (pairs.length === 0) return {};
  return { moreFees: pairs.map(([name, amount]) => ({ asset: asset(name), amount: dec(amount) })) };
}

export function position(value: unknown): Position {
  const row = rowOf(value);
  const { opened_at: openedAt } = row;
  const [booked, dust] = [partOf(row, 'booked'), partOf(row, 'dust')];
  return {
    strategyId: strategyId(textOf(row, 'strategy_id')),
    symbol: marketSymbol(textOf(row, 'symbol')),
    amount: decimalOf(row, 'amount'),
    cost: decimalOf(row, 'cost'),
    realisedPnl: decimalOf(row, 'realised_pnl'),
    feesQuote: decimalOf(row, 'fees_quote'),
    fills: integerOf(row, 'fills'),
    ...(openedAt === null ? {} : { openedAt: integerOf(row, 'opened_at') }),
    ...(booked && { booked }),
    ...(dust && { dust }),
  };
}

/** An amount and its cost under these names; undefined where there is none. */
function partOf(row: Row, name: 'booked' | 'dust'): AmountAndCost | undefined {
  if (row[`${name}_amount`] === null) return undefined;
  return { amount: decimalOf(row, `${name}_amount`), cost: decimalOf(row, `${name}_cost`) };
}

export function bookedTransfer(value: unknown): BookedTransfer {
  const row = rowOf(value);
  return {
    strategyId: strategyId(textOf(row, 'strategy_id')),
    symbol: marketSymbol(textOf(row, 'symbol')),
    at: integerOf(row, 'at'),
    amount: decimalOf(row, 'amount'),
    cost: decimalOf(row, 'cost'),
    afterFills: integerOf(row, 'after_fills'),
    cause: oneOf(row, 'cause', BOOKING_CAUSES),
    reason: textOf(row, 'reason'),
  };
}

export function ledgerBalance(value: unknown): LedgerBalance {
  const row = rowOf(value);
  return {
    asset: asset(textOf(row, 'asset')),
    opening: decimalOf(row, 'opening'),
    deposited: decimalOf(row, 'deposited'),
    total: decimalOf(row, 'total'),
  };
}

export function note(value: unknown): Note {
  const row = rowOf(value);
  const strategy = textOrNull(row, 'strategy_id');
  const symbol = textOrNull(row, 'symbol');
  const intent = textOrNull(row, 'intent_id');
  return {
    at: integerOf(row, 'at'),
    code: textOf(row, 'code'),
    ...(strategy === null ? {} : { strategyId: strategyId(strategy) }),
    ...(symbol === null ? {} : { symbol: marketSymbol(symbol) }),
    ...(intent === null ? {} : { intentId: intentId(intent) }),
    inputs: inputsOf(row),
  };
}

export function rowOf(value: unknown): Row {
  if (isRow(value)) return value;
  throw new Error(`JOURNAL_CORRUPT: expected a row, got ${typeof value}`);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : misfit(column, 'text', value);
}

function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

export function integerOf(row: Row, column: string): number {
  const value = row[column];
  return Number.isSafeInteger(value) ? Number(value) : misfit(column, 'an integer', value);
}

export function jsonOf(row: Row, column: string): Json {
  try {
    return JSON.parse(textOf(row, column)) as Json;
  } catch {
    return misfit(column, 'JSON', row[column]);
  }
}

function decimalOf(row: Row, column: string): Decimal {
  return dec(textOf(row, column));
}

function oneOf<Name extends string>(row: Row, column: string, names: readonly Name[]): Name {
  const value = row[column];
  return (
    names.find((name) => name === value) ?? misfit(column, `one of ${names.join(', ')}`, value)
  );
}

function inputsOf(row: Row): NoteInputs {
  const value = jsonOf(row, 'inputs');
  return isInputs(value)
    ? value
    : misfit('inputs', 'an object of numbers and texts', row['inputs']);
}

function isInputs(value: Json): value is NoteInputs {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'number' || typeof item === 'string');
}

function misfit(column: string, expected: string, value: unknown): never {
  throw new Error(`JOURNAL_CORRUPT: column ${column}: expected ${expected}, got ${String(value)}`);
}
