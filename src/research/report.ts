/** A backtest in numbers: trades, fills and metrics, as they are printed and compared. */
import {
  dec,
  divide,
  maxOf,
  minOf,
  subtract,
  sumOf,
  toFloat,
  toText,
  type Decimal,
} from '../core/domain/decimal.ts';
import type { Fill } from '../core/domain/fill.ts';
import type { IntentId } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { AttributedFill, Position } from '../core/domain/position.ts';
import { formatUtc, SECOND_MS } from '../core/domain/time.ts';
import { tradesOf, type Trade } from '../core/ledger/trades.ts';
import type { DayEnd, EquityCurve } from '../core/reporting/equityCurve.ts';
import { performanceOf, type PerformanceMetrics } from '../core/reporting/performance.ts';
import type { BacktestRun } from './backtest.ts';

/** Of `2024-01`. */
const MONTH_CHARS = 7;

/** Raised when a field changes its meaning or goes away. */
const REPORT_SCHEMA_VERSION = 2;
/** Decimal places of averages: they need not end sooner. */
const AVERAGE_DECIMALS = 8;

/** A closed trade, in the order of exits. Times RFC 3339 UTC; money and amounts as text. */
export interface BacktestTrade {
  /** Of the first buy since the position was last flat. */
  readonly entry_time: string;
  readonly exit_time: string;
  /** Of the entry; always `buy` on spot. */
  readonly side: 'buy';
  /** What the amount sold cost on average, without fees. */
  readonly entry_price: string;
  readonly exit_price: string;
  readonly amount: string;
  readonly fees: string;
  /** At average cost, net of the fees of both sides. */
  readonly pnl: string;
  readonly exit_reason: string;
  /** False: the bars leave open whether it ended like this. */
  readonly certain: boolean;
}

/**
 * One execution, in the order in which they happened. Its time is its bar's beginning for what took the open, its bar's end
 * otherwise.
 */
export interface BacktestFill {
  readonly time: string;
  readonly side: 'buy' | 'sell';
  readonly price: string;
  readonly amount: string;
  readonly fee: string;
  readonly fee_asset: string;
  readonly liquidity: string;
  /** Why the order was placed. */
  readonly reason: string;
  /** False: the bar leaves open whether it happened. */
  readonly certain: boolean;
  /** Seconds of data missing before its bar, when it waited for an open behind a hole. */
  readonly after_hole_s?: number;
}

/** How orders were filled: the block `fills` of the configuration. */
export interface FillSettings {
  readonly slippage: number;
  readonly touch: string;
  /** Null when the data has no volumes, and nothing was capped. */
  readonly max_share: number | null;
  readonly latency_ms: number;
}

/** Fractions, not percents: 0.05 is 5 %. What cannot be said is null. */
export interface BacktestMetrics extends PerformanceMetrics {
  /** Profit over the strategy's budget. */
  readonly return: number;
  /** Profit over the account's opening balance. */
  readonly return_on_account: number;
  /** Change of the price from the first close to the last: what the whole budget would have made, fees left out. */
  readonly buy_and_hold: number;
  /** The same as a share of the account. */
  readonly buy_and_hold_on_account: number;
  /** Of the account's equity, as a share of its peak. */
  readonly max_drawdown: number;
  readonly orders: number;
  readonly fills: number;
  readonly trades: number;
  /** Mean share of the equity that was held, over all bars. */
  readonly exposure: number;
  /** Money bought and sold for, over the mean of the daily equity. */
  readonly turnover: number;
  /** All fees in quote, those of open positions included. */
  readonly fees: string;
  readonly budget: string;
  readonly initial_equity: string;
  /** Initial equity + profit of all trades + profit of what is still held, exactly. */
  readonly final_equity: string;
  /** Profit of all trades. */
  readonly realised: string;
  /** Value at the last close less cost of what is still held. */
  readonly unrealised: string;
  readonly bars: number;
  /** Bars that leave open what came first in them, where that mattered. */
  readonly ambiguous_bars: number;
  /** Final equity as it is, and with every such bar read the other way: the lower and the higher of the two. */
  readonly bounds: { readonly low: string; readonly high: string };
}

/** What is to be known about the data before the numbers are believed. */
export interface DataNotes {
  /** Runs of missing bars: opening time of the first one missing, and how many. */
  readonly gaps: readonly { readonly from: string; readonly bars: number }[];
  /** Closes far from the one before, as a factor. */
  readonly jumps: readonly { readonly at: string; readonly factor: number }[];
  readonly zero_volume_bars: number;
  /** What was converted while reading. */
  readonly conversions: readonly string[];
  /** What the data does not tell and was assumed. */
  readonly assumed: readonly string[];
}

export interface BacktestReport {
  readonly schema_version: number;
  readonly strategy: string;
  readonly kind: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly data: string;
  readonly from: string;
  readonly to: string;
  readonly data_notes: DataNotes;
  /** How the cost of what is sold is found. */
  readonly cost_basis: 'average';
  readonly fill_settings: FillSettings;
  readonly trades: readonly BacktestTrade[];
  readonly fills: readonly BacktestFill[];
  /** The last mark of every UTC day: equity of the account, and the price. */
  readonly equity: readonly {
    readonly time: string;
    readonly equity: number;
    readonly price: number;
  }[];
  /** Change of the equity by month, UTC, `2024-01`. */
  readonly months: readonly { readonly month: string; readonly return: number }[];
  /** Profit and count of trades by why they were closed. */
  readonly exits: readonly {
    readonly reason: string;
    readonly trades: number;
    readonly pnl: string;
  }[];
  readonly metrics: BacktestMetrics;
  /** What is still held at the end, marked at the last close. */
  readonly open_position: {
    readonly amount: string;
    readonly cost: string;
    readonly value: string;
    /** What of it is left of sales and too little to be sold; null when nothing is. */
    readonly dust: { readonly amount: string; readonly cost: string } | null;
  };
  /** Notes by code: what was decided and refused, how often. */
  readonly decisions: Readonly<Record<string, number>>;
}

export interface ReportAbout {
  readonly strategy: string;
  readonly kind: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly data: string;
}

export interface ReportInput {
  readonly about: ReportAbout;
  readonly notes: DataNotes;
  readonly run: BacktestRun;
  readonly instrument: Instrument;
  readonly position: Position;
  readonly budget: Decimal;
  readonly initialEquity: Decimal;
  readonly fillSettings: FillSettings;
  readonly ambiguousBars: number;
  /** Final equity with every ambiguous bar read the other way; undefined when none is. */
  readonly otherEquity: Decimal | undefined;
  /** Why an order was placed. */
  readonly reasonOf: (intentId: IntentId) => string;
}

export function backtestReport(input: ReportInput): BacktestReport {
  const { about, run, instrument, position, reasonOf } = input;
  const trades = tradesOf(run.fills, instrument);
  const value = position.amount.times(dec(run.lastClose));
  const uncertain = new Set(
    run.fills.filter(({ fill }) => fill.certain === false).map(({ intentId }) => intentId),
  );
  return {
    schema_version: REPORT_SCHEMA_VERSION,
    ...about,
    from: formatUtc(run.firstTime),
    to: formatUtc(run.lastTime),
    data_notes: input.notes,
    cost_basis: 'average',
    fill_settings: input.fillSettings,
    trades: trades.map((trade) => ({
      ...tradeRow(trade, reasonOf(trade.exitIntent)),
      certain: !uncertain.has(trade.exitIntent),
    })),
    fills: run.fills.map(({ fill, intentId }) => ({
      ...fillRow(fill, reasonOf(intentId)),
      ...holeBefore(fill, run),
    })),
    equity: equityRows(run),
    months: monthRows(run.curve.dayEnds),
    exits: exitRows(trades, reasonOf),
    metrics: metricsOf(input, trades, subtract(value, position.cost)),
    open_position: {
      amount: toText(position.amount),
      cost: toText(position.cost),
      value: toText(value),
      dust: position.dust
        ? { amount: toText(position.dust.amount), cost: toText(position.dust.cost) }
        : null,
    },
    decisions: Object.fromEntries([...run.decisions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function tradeRow(trade: Trade, exitReason: string): Omit<BacktestTrade, 'certain'> {
  return {
    entry_time: formatUtc(trade.entryTime),
    exit_time: formatUtc(trade.exitTime),
    side: 'buy',
    entry_price: averageText(trade.entryPaid, trade.amount),
    exit_price: averageText(trade.exitReceived, trade.amount),
    amount: toText(trade.amount),
    fees: toText(trade.fees),
    pnl: toText(trade.pnl),
    exit_reason: exitReason,
  };
}

/** What one unit was paid or got for. */
function averageText(quote: Decimal, amount: Decimal): string {
  return toText(divide(quote, amount, AVERAGE_DECIMALS, 'half-even'));
}

function fillRow(fill: Fill, reason: string): BacktestFill {
  return {
    time: formatUtc(fill.at),
    side: fill.side,
    price: toText(fill.price),
    amount: toText(fill.amount),
    fee: toText(fill.fee),
    fee_asset: fill.feeAsset,
    liquidity: fill.liquidity,
    reason,
    certain: fill.certain !== false,
  };
}

/** Takers wait for the next open, however late it is. */
function holeBefore(
  { at, liquidity }: Fill,
  { holes }: BacktestRun,
): Pick<BacktestFill, 'after_hole_s'> {
  const missing = liquidity === 'taker' ? holes.get(at) : undefined;
  return missing === undefined ? {} : { after_hole_s: missing / SECOND_MS };
}

function metricsOf(
  input: ReportInput,
  trades: readonly Trade[],
  unrealised: Decimal,
): BacktestMetrics {
  const { run, position, budget, initialEquity, ambiguousBars } = input;
  const { curve } = run;
  const realised = sumOf(trades.map(({ pnl }) => pnl));
  const profit = realised.plus(unrealised);
  const held = run.lastClose / run.firstClose - 1;
  const final = initialEquity.plus(profit);
  const other = input.otherEquity ?? final;
  return {
    return: toFloat(profit) / toFloat(budget),
    return_on_account: toFloat(profit) / toFloat(initialEquity),
    buy_and_hold: held,
    buy_and_hold_on_account: (held * toFloat(budget)) / toFloat(initialEquity),
    max_drawdown: curve.maxDrawdown,
    ...performanceOf({
      returns: curve.dailyReturns,
      benchmark: run.prices.dailyReturns,
      profits: trades.map(({ pnl }) => toFloat(pnl)),
    }),
    exposure: run.exposure,
    turnover: turnoverOf(run.fills, curve),
    orders: new Set(run.fills.map(({ intentId }) => intentId)).size,
    fills: run.fills.length,
    trades: trades.length,
    fees: toText(position.feesQuote),
    budget: toText(budget),
    initial_equity: toText(initialEquity),
    final_equity: toText(final),
    realised: toText(realised),
    unrealised: toText(unrealised),
    bars: run.bars,
    ambiguous_bars: ambiguousBars,
    bounds: { low: toText(minOf(final, other)), high: toText(maxOf(final, other)) },
  };
}

function equityRows({ curve, prices }: BacktestRun): BacktestReport['equity'] {
  const held = prices.dayEnds;
  return curve.dayEnds.map(({ at, value }, day) => ({
    time: formatUtc(at),
    equity: value,
    price: held[day]?.value ?? Number.NaN,
  }));
}

/** A month's change is from the last mark before it, in the first month from the first mark. */
function monthRows(ends: readonly DayEnd[]): BacktestReport['months'] {
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

function exitRows(
  trades: readonly Trade[],
  reasonOf: ReportInput['reasonOf'],
): BacktestReport['exits'] {
  const byReason = new Map<string, Trade[]>();
  for (const trade of trades) {
    const reason = reasonOf(trade.exitIntent);
    byReason.set(reason, [...(byReason.get(reason) ?? []), trade]);
  }
  return [...byReason].map(([reason, closed]) => ({
    reason,
    trades: closed.length,
    pnl: toText(sumOf(closed.map(({ pnl }) => pnl))),
  }));
}

function turnoverOf(fills: readonly AttributedFill[], curve: EquityCurve): number {
  const ends = curve.dayEnds;
  const mean = ends.reduce((sum, { value }) => sum + value, 0) / ends.length;
  return toFloat(sumOf(fills.map(({ fill }) => fill.price.times(fill.amount)))) / mean;
}
