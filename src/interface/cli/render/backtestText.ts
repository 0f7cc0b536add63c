/** A backtest's report for people. */
import type { BacktestReport, BacktestTrade } from '../../../research/report.ts';
import type { Look } from './statusText.ts';
import { table } from './table.ts';
import { money, percent, signedMoney, utcText } from './values.ts';

const TRADES_SHOWN = 10;

/** Lines without line feeds. */
export function backtestLines(report: BacktestReport, look: Look): string[] {
  return [
    look.paint.strong(
      `${report.strategy} (${report.kind}) on ${report.symbol} ${report.timeframe}`,
    ),
    `${utcText(report.from)} to ${utcText(report.to)}, ${report.metrics.bars} bars of ${report.data}`,
    '',
    ...metricLines(report, look),
    '',
    ...tradeLines(report.trades, look),
    ...openPosition(report),
    ...decisions(report, look),
  ];
}

function metricLines({ metrics }: BacktestReport, look: Look): string[] {
  const sharpe = metrics.sharpe === null ? '-' : metrics.sharpe.toFixed(2);
  return table({
    columns: [{ title: 'METRIC' }, { title: 'VALUE', align: 'right' }],
    paintTitle: look.paint.dim,
    rows: [
      ['return', percent(metrics.return)],
      ['buy and hold', percent(metrics.buy_and_hold)],
      ['maximum drawdown', percent(metrics.max_drawdown)],
      ['Sharpe ratio (daily, annualised)', sharpe],
      ['trades', String(metrics.trades)],
      ['win rate', percent(metrics.win_rate)],
      ['fees', money(metrics.fees)],
      ['initial equity', money(metrics.initial_equity)],
      ['final equity', money(metrics.final_equity)],
    ],
  });
}

function tradeLines(trades: readonly BacktestTrade[], { paint, width }: Look): string[] {
  if (trades.length === 0) return ['no trades'];
  const last = trades.slice(-TRADES_SHOWN);
  const heading =
    trades.length === last.length ? 'trades' : `last ${last.length} of ${trades.length} trades`;
  const rows = last.map((trade) => [
    utcText(trade.entry_time),
    utcText(trade.exit_time),
    trade.side,
    trade.amount,
    trade.entry_price,
    trade.exit_price,
    { text: signedMoney(trade.pnl), paint: trade.pnl.startsWith('-') ? paint.bad : paint.good },
    trade.exit_reason,
  ]);
  return [heading, ...table({ columns: TRADE_COLUMNS, rows, width, paintTitle: paint.dim })];
}

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

function openPosition({ open_position: { amount, cost, value } }: BacktestReport): string[] {
  return amount === '0'
    ? []
    : ['', `still held: ${amount}, bought for ${money(cost)}, worth ${money(value)}`];
}

function decisions({ decisions: counts }: BacktestReport, look: Look): string[] {
  const rows = Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => [code, String(count)]);
  if (rows.length === 0) return [];
  const columns = [{ title: 'DECISION' }, { title: 'TIMES', align: 'right' }] as const;
  return ['', ...table({ columns, rows, paintTitle: look.paint.dim })];
}
