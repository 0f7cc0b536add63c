/** A report's lists as CSV (RFC 4180, lines ended by CR LF), one file each. */
import type { BacktestReport } from '../../research/reportSchema.ts';

type Value = string | number | boolean | null | undefined;
type Row = Readonly<Record<string, Value>>;

/** By file name. Columns are the fields of the JSON report, under the same names. */
export function reportCsv({
  trades,
  fills,
  orders,
  equity,
}: BacktestReport): ReadonlyMap<string, string> {
  return new Map([
    ['trades.csv', csvOf(trades, TRADE_COLUMNS)],
    ['fills.csv', csvOf(fills, FILL_COLUMNS)],
    ['orders.csv', csvOf(orders, ORDER_COLUMNS)],
    ['equity.csv', csvOf(equity, ['time', 'equity', 'holding'])],
  ]);
}

const TRADE_COLUMNS = [
  ...(['strategy', 'symbol', 'entry_time', 'exit_time', 'duration_s', 'side'] as const),
  ...(['entry_price', 'exit_price', 'amount', 'fees', 'pnl', 'return', 'mae', 'mfe'] as const),
  ...(['entry_reason', 'exit_reason', 'tag', 'certain'] as const),
] as const;

const FILL_COLUMNS = [
  ...(['strategy', 'symbol', 'order', 'time', 'side', 'price', 'amount', 'fee'] as const),
  ...(['fee_asset', 'liquidity', 'reason', 'certain', 'after_hole_s'] as const),
] as const;

const ORDER_COLUMNS = [
  ...(['id', 'strategy', 'symbol', 'time', 'ended', 'side', 'type', 'price'] as const),
  ...(['amount', 'filled', 'state', 'reason', 'tag'] as const),
] as const;

function csvOf<Item extends object>(
  rows: readonly Item[],
  columns: readonly (keyof Item & string)[],
): string {
  const lines = rows.map((row) => columns.map((name) => cell((row as Row)[name])).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

/** What a spreadsheet would take for a formula is kept from being one. */
function cell(value: Value): string {
  if (value === null || value === undefined) return '';
  const plain = String(value);
  const text =
    typeof value === 'string' && /^[=@\t]|^[+-](?![\d.])/u.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
