/** The tables below the metrics of a backtest. */
import type { BacktestFill, BacktestReport } from '../../../research/reportSchema.ts';
import type { Look } from './look.ts';
import { table, type Cell } from './table.ts';
import { money, percent, signedMoney, utcText } from './values.ts';

const ROWS_SHOWN = 10;

/** By strategy, and by market where there are several. Empty for one strategy. */
export function partLines({ strategies, markets }: BacktestReport, look: Look): string[] {
  if (strategies.length < 2) return [];
  const { paint } = look;
  const owned = table({
    columns: PART_COLUMNS('STRATEGY'),
    rows: strategies.map((part) => [
      ...[part.strategy, String(part.trades), percent(part.return), percent(part.win_rate)],
      ...[signedMoney(part.realised), signedMoney(part.unrealised), money(part.fees)],
    ]),
    paintTitle: paint.dim,
  });
  if (markets.length < 2) return ['', ...owned];
  const traded = table({
    columns: PART_COLUMNS('MARKET').filter(({ title }) => title !== 'WON'),
    rows: markets.map((part) => [
      ...[part.symbol, String(part.trades), percent(part.buy_and_hold)],
      ...[signedMoney(part.realised), signedMoney(part.unrealised), money(part.fees)],
    ]),
    paintTitle: paint.dim,
  });
  return ['', ...owned, '', ...traded];
}

const PART_COLUMNS = (first: 'STRATEGY' | 'MARKET') => [
  { title: first },
  { title: 'TRADES', align: 'right' as const },
  { title: first === 'MARKET' ? 'HOLDING' : 'RETURN', align: 'right' as const },
  { title: 'WON', align: 'right' as const },
  { title: 'REALISED', align: 'right' as const },
  { title: 'HELD', align: 'right' as const },
  { title: 'FEES', align: 'right' as const },
];

export function tradeLines(
  { trades, strategies }: BacktestReport,
  { paint, width }: Look,
): string[] {
  const last = trades.slice(-ROWS_SHOWN);
  const heading =
    trades.length === last.length ? 'trades' : `last ${last.length} of ${trades.length} trades`;
  const isOneOfMany = strategies.length > 1;
  const rows = last.map((trade): Cell[] => [
    ...(isOneOfMany ? [trade.strategy] : []),
    utcText(trade.entry_time),
    utcText(trade.exit_time),
    trade.side,
    trade.amount,
    trade.entry_price,
    trade.exit_price,
    { text: signedMoney(trade.pnl), paint: trade.pnl.startsWith('-') ? paint.bad : paint.good },
    trade.exit_reason,
  ]);
  const columns = [...(isOneOfMany ? [{ title: 'STRATEGY' }] : []), ...TRADE_COLUMNS];
  return [heading, ...table({ columns, rows, width, paintTitle: paint.dim })];
}

/** By why they were closed. */
export function exitLines({ exits }: BacktestReport, look: Look): string[] {
  if (exits.length === 0) return [];
  const rows = exits.map(({ reason, trades, pnl }) => [reason, String(trades), signedMoney(pnl)]);
  const columns = [
    { title: 'CLOSED BY' },
    { title: 'TRADES', align: 'right' },
    { title: 'RESULT', align: 'right' },
  ] as const;
  return ['', ...table({ columns, rows, paintTitle: look.paint.dim })];
}

/** Without a closed trade: what was done all the same. */
export function fillLines(fills: readonly BacktestFill[], { paint, width }: Look): string[] {
  if (fills.length === 0) return ['no order was filled'];
  const last = fills.slice(-ROWS_SHOWN);
  const heading =
    fills.length === last.length
      ? 'no closed trades; fills'
      : `no closed trades; last ${last.length} of ${fills.length} fills`;
  const rows = last.map((fill) => [
    utcText(fill.time),
    fill.side,
    fill.amount,
    fill.price,
    `${money(fill.fee)} ${fill.fee_asset}`,
    fill.reason,
  ]);
  return [heading, ...table({ columns: FILL_COLUMNS, rows, width, paintTitle: paint.dim })];
}

export function decisionLines({ decisions: counts }: BacktestReport, look: Look): string[] {
  const rows = Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => [code, String(count)]);
  if (rows.length === 0) return [];
  const columns = [{ title: 'DECISION' }, { title: 'TIMES', align: 'right' }] as const;
  return ['', ...table({ columns, rows, paintTitle: look.paint.dim })];
}

const FILL_COLUMNS = [
  { title: 'TIME' },
  { title: 'SIDE' },
  { title: 'AMOUNT', align: 'right' },
  { title: 'AT', align: 'right' },
  { title: 'FEE', align: 'right' },
  { title: 'WHY', flexible: true },
] as const;

const TRADE_COLUMNS = [
  { title: 'ENTRY' },
  { title: 'EXIT' },
  { title: 'SIDE' },
  { title: 'AMOUNT', align: 'right' },
  { title: 'AT', align: 'right' },
  { title: 'OUT AT', align: 'right' },
  { title: 'RESULT', align: 'right' },
  { title: 'WHY', flexible: true },
] as const;
