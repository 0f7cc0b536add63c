/** A backtest in numbers: trades and metrics, as they are printed and compared. */
import { dec, toText, type Decimal } from '../core/domain/decimal.ts';
import type { IntentId } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { Position } from '../core/domain/position.ts';
import { formatUtc } from '../core/domain/time.ts';
import { roundTrips, type RoundTrip } from '../core/reporting/roundTrips.ts';
import type { BacktestRun } from './backtest.ts';

/** Raised when a field changes its meaning or goes away. */
const REPORT_SCHEMA_VERSION = 1;

/** A closed trade, in the order of exits. Times RFC 3339 UTC; money and amounts as text. */
export interface BacktestTrade {
  readonly entry_time: string;
  readonly exit_time: string;
  /** Of the entry; always `buy` on spot. */
  readonly side: 'buy';
  readonly entry_price: string;
  readonly exit_price: string;
  readonly amount: string;
  readonly fees: string;
  readonly pnl: string;
  readonly exit_reason: string;
}

/** Fractions, not percents: 0.05 is 5 %. */
export interface BacktestMetrics {
  readonly return: number;
  readonly max_drawdown: number;
  /** Annualised from daily equity changes, risk-free rate 0; null with fewer than two days or no variation. */
  readonly sharpe: number | null;
  readonly trades: number;
  /** Share of trades with pnl above zero; null without trades. */
  readonly win_rate: number | null;
  /** All fees in quote, those of open positions included. */
  readonly fees: string;
  readonly buy_and_hold: number;
  readonly initial_equity: string;
  readonly final_equity: string;
  readonly bars: number;
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
  readonly trades: readonly BacktestTrade[];
  readonly metrics: BacktestMetrics;
  /** What is still held at the end, marked at the last close. */
  readonly open_position: {
    readonly amount: string;
    readonly cost: string;
    readonly value: string;
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
  readonly run: BacktestRun;
  readonly instrument: Instrument;
  readonly position: Position;
  readonly initialEquity: Decimal;
  /** Why an order was placed. */
  readonly reasonOf: (intentId: IntentId) => string;
}

export function backtestReport(input: ReportInput): BacktestReport {
  const { about, run, instrument, position, reasonOf } = input;
  const trips = roundTrips(run.fills, instrument);
  return {
    schema_version: REPORT_SCHEMA_VERSION,
    ...about,
    from: formatUtc(run.firstTime),
    to: formatUtc(run.lastTime),
    trades: trips.map((trip) => tradeOf(trip, reasonOf(trip.exitIntent))),
    metrics: metricsOf(input, trips),
    open_position: {
      amount: toText(position.amount),
      cost: tidy(position.cost),
      value: tidy(position.amount.times(dec(run.lastClose))),
    },
    decisions: Object.fromEntries([...run.decisions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function tradeOf(trip: RoundTrip, exitReason: string): BacktestTrade {
  return {
    entry_time: formatUtc(trip.entryTime),
    exit_time: formatUtc(trip.exitTime),
    side: 'buy',
    entry_price: tidy(trip.entryPrice),
    exit_price: tidy(trip.exitPrice),
    amount: toText(trip.amount),
    fees: tidy(trip.fees),
    pnl: tidy(trip.pnl),
    exit_reason: exitReason,
  };
}

function metricsOf(
  { run, position, initialEquity }: ReportInput,
  trips: readonly RoundTrip[],
): BacktestMetrics {
  const { curve } = run;
  const wins = trips.filter((trip) => trip.pnl.gt(0)).length;
  const initial = initialEquity.toNumber();
  return {
    return: curve.last / initial - 1,
    max_drawdown: curve.maxDrawdown,
    sharpe: curve.sharpe ?? null,
    trades: trips.length,
    win_rate: trips.length === 0 ? null : wins / trips.length,
    fees: tidy(position.feesQuote),
    buy_and_hold: run.lastClose / run.firstClose - 1,
    initial_equity: tidy(initialEquity),
    final_equity: tidy(dec(curve.last)),
    bars: run.bars,
  };
}

/** Eight decimals: averages of fills need not end sooner. */
function tidy(value: Decimal): string {
  return toText(value.toDecimalPlaces(8));
}
