/** A backtest's report for people. */
import type {
  BacktestFill,
  BacktestMetrics,
  BacktestReport,
  BacktestTrade,
  DataNotes,
} from '../../../research/report.ts';
import type { Look } from './look.ts';
import { table } from './table.ts';
import { money, percent, signedMoney, utcText } from './values.ts';

const TRADES_SHOWN = 10;
/** Gaps and jumps of the data shown, the largest. */
const NOTES_SHOWN = 5;

/** Lines without line feeds. */
export function backtestLines(report: BacktestReport, look: Look): string[] {
  return [
    look.paint.strong(
      `${report.strategy} (${report.kind}) on ${report.symbol} ${report.timeframe}`,
    ),
    `${utcText(report.from)} to ${utcText(report.to)}, ${report.metrics.bars} bars of ${report.data}`,
    ...dataLines(report.data_notes, look),
    ...fillRemarks(report).map((line) => look.paint.warn(line)),
    '',
    ...metricLines(report, look),
    ...exitLines(report, look),
    '',
    ...(report.trades.length > 0 ? tradeLines(report.trades, look) : fillLines(report.fills, look)),
    ...openPosition(report),
    ...decisions(report, look),
  ];
}

function metricLines({ metrics }: BacktestReport, look: Look): string[] {
  return table({
    columns: [{ title: 'METRIC' }, { title: 'VALUE', align: 'right' }],
    paintTitle: look.paint.dim,
    rows: [
      [`return on the budget of ${money(metrics.budget)}`, percent(metrics.return)],
      ['buy and hold with the budget', percent(metrics.buy_and_hold)],
      ['return on the account', percent(metrics.return_on_account)],
      ['buy and hold on the account', percent(metrics.buy_and_hold_on_account)],
      ['maximum drawdown of the account', percent(metrics.max_drawdown)],
      ['growth a year, volatility', `${percent(metrics.cagr)}, ${percent(metrics.volatility)}`],
      [
        'Sharpe, Sortino, Calmar (daily, annualised)',
        ratios(metrics, ['sharpe', 'sortino', 'calmar']),
      ],
      ['alpha, beta against the price', ratios(metrics, ['alpha', 'beta'])],
      ['daily value at risk, 95%', percent(metrics.value_at_risk)],
      ['exposure, turnover', `${percent(metrics.exposure)}, ×${metrics.turnover.toFixed(1)}`],
      ['orders that traded, fills', `${metrics.orders}, ${metrics.fills}`],
      ['closed trades', String(metrics.trades)],
      ['win rate, 95% interval', winRate(metrics)],
      ['profit factor, SQN, Kelly', ratios(metrics, ['profit_factor', 'sqn', 'kelly'])],
      [
        'mean, best, worst trade',
        `${quoteOf(metrics.expectancy)}, ${quoteOf(metrics.best_trade)}, ${quoteOf(metrics.worst_trade)}`,
      ],
      ['profit of closed trades', signedMoney(metrics.realised)],
      ['profit of what is held', signedMoney(metrics.unrealised)],
      ['fees', money(metrics.fees)],
      ['initial equity', money(metrics.initial_equity)],
      ['final equity', money(metrics.final_equity)],
      ...ambiguityRows(metrics),
    ],
  });
}

/** Only where the bars leave something open. */
function ambiguityRows({ ambiguous_bars: bars, bounds }: BacktestReport['metrics']): string[][] {
  if (bars === 0) return [];
  return [
    ['bars that leave open what came first', String(bars)],
    ['final equity, those read both ways', `${money(bounds.low)} … ${money(bounds.high)}`],
  ];
}

/** What the data could not tell about the fills. */
function fillRemarks({ fill_settings: { max_share: share }, fills }: BacktestReport): string[] {
  const late = fills.filter((fill) => fill.after_hole_s !== undefined).length;
  return [
    ...(share === null
      ? ['fills: no volumes in the data, so no order was too large for its bar']
      : []),
    ...(late === 0 ? [] : [`fills: ${late} came behind a hole in the data, at its first open`]),
  ];
}

function tradeLines(trades: readonly BacktestTrade[], { paint, width }: Look): string[] {
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

function ratios(metrics: BacktestMetrics, names: readonly (keyof BacktestMetrics)[]): string {
  return names
    .map((name) => metrics[name])
    .map((value) => (typeof value === 'number' ? value.toFixed(2) : '-'))
    .join(', ');
}

function winRate({ win_rate, win_rate_low, win_rate_high }: BacktestMetrics): string {
  return win_rate === null
    ? '-'
    : `${percent(win_rate)}, ${percent(win_rate_low)} to ${percent(win_rate_high)}`;
}

function quoteOf(value: number | null): string {
  return value === null ? '-' : value.toFixed(2);
}

/** By why they were closed. */
function exitLines({ exits }: BacktestReport, look: Look): string[] {
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
function fillLines(fills: readonly BacktestFill[], { paint, width }: Look): string[] {
  if (fills.length === 0) return ['no order was filled'];
  const last = fills.slice(-TRADES_SHOWN);
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

/** What is to be known before the numbers are believed. */
function dataLines(notes: DataNotes, { paint }: Look): string[] {
  const { gaps, jumps } = notes;
  const missing = gaps.reduce((sum, { bars }) => sum + bars, 0);
  const longest = [...gaps].sort((a, b) => b.bars - a.bars).slice(0, NOTES_SHOWN);
  const size = (factor: number): number => Math.abs(Math.log(factor));
  const largest = [...jumps].sort((a, b) => size(b.factor) - size(a.factor)).slice(0, NOTES_SHOWN);
  const lines = [
    ...notes.conversions,
    ...(gaps.length === 0
      ? []
      : [
          `${missing} bars are missing in ${gaps.length} gaps, the longest: ${longest.map(({ from, bars }) => `${bars} from ${utcText(from)}`).join(', ')}`,
        ]),
    ...(jumps.length === 0
      ? []
      : [
          `${jumps.length} closes are far from the one before, the farthest: ${largest.map(({ at, factor }) => `×${factor.toPrecision(3)} at ${utcText(at)}`).join(', ')}`,
        ]),
    ...(notes.zero_volume_bars === 0 ? [] : [`${notes.zero_volume_bars} bars have no volume`]),
    ...notes.assumed,
  ];
  return lines.map((line) => paint.warn(`data: ${line}`));
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

function openPosition({ open_position: open }: BacktestReport): string[] {
  const { amount, cost, value, dust } = open;
  if (amount === '0') return [];
  const small = dust ? `; ${dust.amount} of it is dust, too little to sell` : '';
  return ['', `still held: ${amount}, bought for ${money(cost)}, worth ${money(value)}${small}`];
}

function decisions({ decisions: counts }: BacktestReport, look: Look): string[] {
  const rows = Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => [code, String(count)]);
  if (rows.length === 0) return [];
  const columns = [{ title: 'DECISION' }, { title: 'TIMES', align: 'right' }] as const;
  return ['', ...table({ columns, rows, paintTitle: look.paint.dim })];
}
