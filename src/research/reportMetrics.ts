/** The numbers of a report: metrics, equity by day, months, and the parts by strategy, market and exit. */
import {
  maxOf,
  minOf,
  subtract,
  sumOf,
  toFloat,
  toText,
  ZERO,
  type Decimal,
} from '../core/domain/decimal.ts';
import type { Position } from '../core/domain/position.ts';
import { formatUtc, SECOND_MS } from '../core/domain/time.ts';
import type { DayEnd, EquityCurve } from '../core/reporting/equityCurve.ts';
import { performanceOf } from '../core/reporting/performance.ts';
import type { BacktestRun, PlacedFill } from './backtest.ts';
import { groupedBy } from './reportRows.ts';
import type { OwnedTrade } from './tradeExcursions.ts';
import type { BacktestMetrics, BacktestReport, BacktestTrade } from './reportSchema.ts';

/** Of `2024-01`. */
const MONTH_CHARS = 7;

/** What strategies came to, taken together. */
export interface Tally {
  readonly realised: Decimal;
  readonly unrealised: Decimal;
  readonly fees: Decimal;
}

/** One strategy at the end. */
export interface Ending {
  readonly position: Position;
  /** What it holds, at the last close. */
  readonly value: Decimal;
}

export function tallyOf(trades: readonly OwnedTrade[], endings: readonly Ending[]): Tally {
  return {
    realised: sumOf(trades.map(({ pnl }) => pnl)),
    unrealised: sumOf(endings.map(({ position, value }) => subtract(value, position.cost))),
    fees: sumOf(endings.map(({ position }) => position.feesQuote)),
  };
}

export interface MetricsInput {
  readonly run: BacktestRun;
  readonly trades: readonly OwnedTrade[];
  readonly rows: readonly BacktestTrade[];
  readonly tally: Tally;
  readonly orders: number;
  readonly budget: Decimal;
  /** Of all budgets, held from the first close to the last. */
  readonly held: number;
  readonly initialEquity: Decimal;
  readonly ambiguousBars: number;
  /** Final equity with every ambiguous bar read the other way; undefined when none is. */
  readonly otherEquity: Decimal | undefined;
}

export function metricsOf(input: MetricsInput): BacktestMetrics {
  const { run, trades, tally, budget, initialEquity, held } = input;
  const profit = tally.realised.plus(tally.unrealised);
  const final = initialEquity.plus(profit);
  const other = input.otherEquity ?? final;
  return {
    return: toFloat(profit) / toFloat(budget),
    return_on_account: toFloat(profit) / toFloat(initialEquity),
    buy_and_hold: held,
    buy_and_hold_on_account: (held * toFloat(budget)) / toFloat(initialEquity),
    ...drawdownOf(run.curve, run.lastTime),
    ...performanceOf({
      returns: run.curve.dailyReturns,
      benchmark: run.holding.dailyReturns,
      profits: trades.map(({ pnl }) => toFloat(pnl)),
    }),
    ...durationsOf(input.rows),
    exposure: run.exposure,
    turnover: turnoverOf(run.fills, run.curve),
    orders: input.orders,
    orders_filled: new Set(run.fills.map(({ intentId }) => intentId)).size,
    fills: run.fills.length,
    trades: trades.length,
    fees: toText(tally.fees),
    budget: toText(budget),
    initial_equity: toText(initialEquity),
    final_equity: toText(final),
    realised: toText(tally.realised),
    unrealised: toText(tally.unrealised),
    bars: run.bars,
    ambiguous_bars: input.ambiguousBars,
    bounds: { low: toText(minOf(final, other)), high: toText(maxOf(final, other)) },
  };
}

function drawdownOf(
  { maxDrawdown, deepest, longestDrawdownMs }: EquityCurve,
  endMs: number,
): Pick<BacktestMetrics, 'max_drawdown' | 'max_drawdown_span' | 'longest_drawdown_s'> {
  return {
    max_drawdown: maxDrawdown,
    max_drawdown_span: deepest
      ? {
          peak: formatUtc(deepest.peak),
          trough: formatUtc(deepest.trough),
          recovered: deepest.recovered === undefined ? null : formatUtc(deepest.recovered),
          length_s: ((deepest.recovered ?? endMs) - deepest.peak) / SECOND_MS,
        }
      : null,
    longest_drawdown_s: longestDrawdownMs / SECOND_MS,
  };
}

function durationsOf(
  trades: readonly BacktestTrade[],
): Pick<BacktestMetrics, 'mean_duration_s' | 'shortest_duration_s' | 'longest_duration_s'> {
  let [sum, shortest, longest] = [0, Infinity, 0];
  for (const { duration_s: duration } of trades) {
    sum += duration;
    shortest = Math.min(shortest, duration);
    longest = Math.max(longest, duration);
  }
  const known = (value: number): number | null => (trades.length === 0 ? null : value);
  return {
    mean_duration_s: known(sum / trades.length),
    shortest_duration_s: known(shortest),
    longest_duration_s: known(longest),
  };
}

function turnoverOf(fills: readonly PlacedFill[], curve: EquityCurve): number {
  const ends = curve.dayEnds;
  const mean = ends.reduce((sum, { value }) => sum + value, 0) / ends.length;
  return toFloat(sumOf(fills.map(({ fill }) => fill.price.times(fill.amount)))) / mean;
}

/**
 * What the account would be worth had its budgets been held: a mark of `run.holding` as money.
 * @param first the mark at which holding begins.
 */
export function heldValue(mark: number, first: number, input: MetricsInput): number {
  const { initialEquity, budget } = input;
  return toFloat(initialEquity) + toFloat(budget) * (mark / first - 1);
}

export function equityRows(input: MetricsInput, first: number): BacktestReport['equity'] {
  const { curve, holding } = input.run;
  const held = holding.dayEnds;
  return curve.dayEnds.map(({ at, value }, day) => ({
    time: formatUtc(at),
    equity: value,
    holding: heldValue(held[day]?.value ?? Number.NaN, first, input),
  }));
}

/** A month's change is from the last mark before it, in the first month from the first mark. */
export function monthRows(ends: readonly DayEnd[]): BacktestReport['months'] {
  const months: { month: string; return: number }[] = [];
  let [before, month] = [ends[0]?.value ?? Number.NaN, ''];
  for (const [day, { at, value }] of ends.entries()) {
    // A mark at midnight belongs to the day, and so the month, that ends there.
    const own = formatUtc(at - 1).slice(0, MONTH_CHARS);
    if (own !== month) {
      before = ends[day - 1]?.value ?? before;
      month = own;
      months.push({ month, return: 0 });
    }
    months[months.length - 1] = { month, return: value / before - 1 };
  }
  return months;
}

export function exitRows(
  trades: readonly OwnedTrade[],
  reasonOf: (trade: OwnedTrade) => string,
): BacktestReport['exits'] {
  return [...groupedBy(trades, reasonOf)].map(([reason, closed]) => ({
    reason,
    trades: closed.length,
    pnl: toText(sumOf(closed.map(({ pnl }) => pnl))),
  }));
}

/** Share of trades with a profit above 0; null without trades. */
export function winRateOf(trades: readonly OwnedTrade[]): number | null {
  if (trades.length === 0) return null;
  return trades.filter(({ pnl }) => pnl.gt(ZERO)).length / trades.length;
}
