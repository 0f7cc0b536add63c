/** The tables of the page. */
import { METRICS, type MetricEntry } from '../../core/reporting/metricCatalogue.ts';
import type { BacktestReport } from '../../research/reportSchema.ts';
import {
  escaped,
  figureText,
  grouped,
  minuteText,
  profitCell,
  tableOf,
  type Cell,
} from './markup.ts';

/** Rows of trades on the page; `--csv` and `--json` have all of them. */
const TRADES_MAX = 1_000;

/** Every figure, with its formula and its source for whoever points at it. */
export function metricList({ metrics }: BacktestReport): string {
  const rows = Object.entries(METRICS as Readonly<Record<string, MetricEntry>>).map(
    ([name, { title, unit, formula, source }]) => {
      const value = metrics[name as keyof typeof METRICS];
      const told = source === undefined ? formula : `${formula}\n${source}`;
      return `<li><span title="${escaped(told)}">${escaped(title)}</span><b>${escaped(figureText(value, unit))}</b></li>`;
    },
  );
  return `<ul class="metrics">${rows.join('\n')}</ul>`;
}

export function strategyTable({ strategies }: BacktestReport): string {
  return tableOf(
    [
      ...['Strategy', 'Kind', 'Market', 'Bars', 'Budget', 'Return', 'Realised', 'Held'],
      ...['Fees', 'Orders', 'Fills', 'Trades', 'Won', 'Still holds'],
    ],
    strategies.map((each) => [
      ...[each.strategy, each.kind, each.symbol, each.timeframe, grouped(Number(each.budget))],
      figureText(each.return, 'percent'),
      ...[profitCell(each.realised), profitCell(each.unrealised), grouped(Number(each.fees))],
      ...[each.orders, each.fills, each.trades].map(String),
      figureText(each.win_rate, 'percent'),
      each.open_position.amount,
    ]),
  );
}

export function marketTable({ markets }: BacktestReport): string {
  return tableOf(
    ['Market', 'Data', 'Bars', 'Holding', 'Realised', 'Held', 'Fees', 'Trades'],
    markets.map((each) => [
      each.symbol,
      each.detail ? `${each.data}, filled by ${each.detail.data}` : each.data,
      each.timeframe,
      figureText(each.buy_and_hold, 'percent'),
      ...[profitCell(each.realised), profitCell(each.unrealised), grouped(Number(each.fees))],
      String(each.trades),
    ]),
  );
}

export function exitTable({ exits }: BacktestReport): string {
  return tableOf(
    ['Closed by', 'Trades', 'Profit'],
    exits.map(({ reason, trades, pnl }) => [reason, String(trades), profitCell(pnl)]),
  );
}

export function tradeTable({ trades }: BacktestReport): string {
  const shown = trades.slice(-TRADES_MAX);
  const rows = shown.map((trade): (Cell | string)[] => [
    ...[trade.strategy, trade.symbol, minuteText(trade.entry_time), minuteText(trade.exit_time)],
    ...[figureText(trade.duration_s, 'seconds'), trade.amount, trade.entry_price],
    ...[trade.exit_price, grouped(Number(trade.fees)), profitCell(trade.pnl)],
    figureText(trade.return, 'percent'),
    ...[figureText(trade.mae, 'percent'), figureText(trade.mfe, 'percent')],
    ...[trade.exit_reason, trade.tag, trade.certain ? '' : 'not certain'],
  ]);
  const titles = [
    ...['Strategy', 'Market', 'Entry', 'Exit', 'Time', 'Amount', 'In at', 'Out at', 'Fees'],
    ...['Profit', 'Return', 'MAE', 'MFE', 'Closed by', 'Tag', ''],
  ];
  const note =
    shown.length === trades.length
      ? ''
      : `<p>the last ${String(shown.length)} of ${String(trades.length)}; --csv writes all</p>`;
  return note + tableOf(titles, rows);
}

export function decisionTable({ decisions }: BacktestReport): string {
  const rows = Object.entries(decisions).sort(([, a], [, b]) => b - a);
  return tableOf(
    ['Decision', 'Times'],
    rows.map(([code, count]) => [code, String(count)]),
  );
}
