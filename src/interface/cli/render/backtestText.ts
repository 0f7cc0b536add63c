/** A backtest's report for people. */
import type {
  BacktestMetrics,
  BacktestReport,
  BacktestStrategy,
  DataNotes,
} from '../../../research/reportSchema.ts';
import { decisionLines, exitLines, fillLines, partLines, tradeLines } from './backtestTables.ts';
import type { Look } from './look.ts';
import { sparkline } from './sparkline.ts';
import { table } from './table.ts';
import { elapsed, money, percent, signedMoney, utcText } from './values.ts';

/** Gaps and jumps of the data shown, the largest. */
const NOTES_SHOWN = 5;
const SPARKLINE_WIDTH = 60;

/** Lines without line feeds. */
export function backtestLines(report: BacktestReport, look: Look): string[] {
  const { paint } = look;
  return [
    ...report.strategies.map(({ strategy, kind, symbol, timeframe }) =>
      paint.strong(`${strategy} (${kind}) on ${symbol} ${timeframe}`),
    ),
    `${utcText(report.from)} to ${utcText(report.to)}, ${report.metrics.bars} bars of ${dataOf(report)}`,
    ...(report.interrupted ? [paint.warn('interrupted: this is what there was until then')] : []),
    ...reportRemarks(report).map((line) => paint.warn(line)),
    '',
    ...curveLines(report),
    ...metricLines(report, look),
    ...partLines(report, look),
    ...exitLines(report, look),
    '',
    ...(report.trades.length > 0 ? tradeLines(report, look) : fillLines(report.fills, look)),
    ...report.strategies.flatMap(openPosition(report.strategies.length > 1)),
    ...decisionLines(report, look),
  ];
}

/** What is to be known before the numbers are believed. */
export function reportRemarks(report: BacktestReport): string[] {
  return [...dataLines(report).map((line) => `data: ${line}`), ...fillRemarks(report)];
}

function dataOf({ markets }: BacktestReport): string {
  return markets
    .map(({ data, detail }) => (detail ? `${data} (filled by ${detail.data})` : data))
    .join(', ');
}

function curveLines({ equity }: BacktestReport): string[] {
  const curve = sparkline(
    equity.map((day) => day.equity),
    SPARKLINE_WIDTH,
  );
  return curve === '' ? [] : [`equity ${curve}`, ''];
}

function metricLines({ metrics, random }: BacktestReport, look: Look): string[] {
  return table({
    columns: [{ title: 'METRIC' }, { title: 'VALUE', align: 'right' }],
    paintTitle: look.paint.dim,
    rows: [
      [`return on the budget of ${money(metrics.budget)}`, percent(metrics.return)],
      ['buy and hold with the budget', percent(metrics.buy_and_hold)],
      ['return on the account', percent(metrics.return_on_account)],
      ['buy and hold on the account', percent(metrics.buy_and_hold_on_account)],
      ['maximum drawdown of the account', drawdown(metrics)],
      ['growth a year, volatility', `${percent(metrics.cagr)}, ${percent(metrics.volatility)}`],
      [
        'Sharpe, Sortino, Calmar (daily, annualised)',
        ratios(metrics, ['sharpe', 'sortino', 'calmar']),
      ],
      ['alpha, beta against holding', ratios(metrics, ['alpha', 'beta'])],
      ['daily value at risk, 95%', percent(metrics.value_at_risk)],
      ['exposure, turnover', `${percent(metrics.exposure)}, ×${metrics.turnover.toFixed(1)}`],
      ['orders, those that traded, fills', counts(metrics)],
      ['closed trades', String(metrics.trades)],
      ['win rate, 95% interval', winRate(metrics)],
      ['profit factor, SQN, Kelly', ratios(metrics, ['profit_factor', 'sqn', 'kelly'])],
      [
        'mean, best, worst trade',
        `${quoteOf(metrics.expectancy)}, ${quoteOf(metrics.best_trade)}, ${quoteOf(metrics.worst_trade)}`,
      ],
      ['time in a trade, longest', durations(metrics)],
      ['profit of closed trades', signedMoney(metrics.realised)],
      ['profit of what is held', signedMoney(metrics.unrealised)],
      ['fees', money(metrics.fees)],
      ['initial equity', money(metrics.initial_equity)],
      ['final equity', money(metrics.final_equity)],
      ...ambiguityRows(metrics),
      ...randomRows(random),
    ],
  });
}

function drawdown({ max_drawdown, max_drawdown_span: span }: BacktestMetrics): string {
  return span === null
    ? percent(max_drawdown)
    : `${percent(max_drawdown)}, ${elapsed(span.length_s)}${span.recovered === null ? ' and lasting' : ''}`;
}

function counts({ orders, orders_filled, fills }: BacktestMetrics): string {
  return [orders, orders_filled, fills].map(String).join(', ');
}

function durations({ mean_duration_s, longest_duration_s }: BacktestMetrics): string {
  return mean_duration_s === null || longest_duration_s === null
    ? '-'
    : `${elapsed(mean_duration_s)}, ${elapsed(longest_duration_s)}`;
}

/** Only where the bars leave something open. */
function ambiguityRows({ ambiguous_bars: bars, bounds }: BacktestReport['metrics']): string[][] {
  if (bars === 0) return [];
  return [
    ['bars that leave open what came first', String(bars)],
    ['final equity, those read both ways', `${money(bounds.low)} … ${money(bounds.high)}`],
  ];
}

/** Only where it was asked for. */
function randomRows(random: BacktestReport['random']): string[][] {
  if (random === null) return [];
  const { draws, low, median, high, better_than: share } = random;
  return [
    [`${draws} times at random: 5%, median, 95%`, [low, median, high].map(percent).join(', ')],
    ['better than so many of them', percent(share)],
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

/** With several markets each line names its own. */
function dataLines({ markets }: BacktestReport): string[] {
  return markets.flatMap(({ symbol, data_notes: notes }) =>
    noteLines(notes).map((line) => (markets.length > 1 ? `${symbol}: ${line}` : line)),
  );
}

function noteLines(notes: DataNotes): string[] {
  const { gaps, jumps } = notes;
  const missing = gaps.reduce((sum, { bars }) => sum + bars, 0);
  const longest = [...gaps].sort((a, b) => b.bars - a.bars).slice(0, NOTES_SHOWN);
  const size = (factor: number): number => Math.abs(Math.log(factor));
  const largest = [...jumps].sort((a, b) => size(b.factor) - size(a.factor)).slice(0, NOTES_SHOWN);
  return [
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
}

function openPosition(isOneOfMany: boolean): (strategy: BacktestStrategy) => string[] {
  return ({ strategy, open_position: { amount, cost, value, dust } }) => {
    if (amount === '0') return [];
    const who = isOneOfMany ? `${strategy} still holds` : 'still held:';
    const small = dust ? `; ${dust.amount} of it is dust, too little to sell` : '';
    return ['', `${who} ${amount}, bought for ${money(cost)}, worth ${money(value)}${small}`];
  };
}
