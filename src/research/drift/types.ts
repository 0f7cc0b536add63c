/** What a recorded run and the backtest of its period are compared by, and what comes of it. */
import type { Decimal } from '../../core/domain/decimal.ts';
import type { MarketSymbol, StrategyId } from '../../core/domain/ids.ts';
import type { Bar } from '../../core/domain/market.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { DriftCauseName } from '../../core/reporting/driftCauses.ts';
import type { Sums } from './sums.ts';
import type { Trace } from './trace.ts';

export interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

export interface DriftInput {
  readonly live: Trace;
  readonly backtest: Trace;
  /** The bar of a market's finest series; undefined when there is none. */
  readonly bar: (symbol: MarketSymbol, openTime: Millis) => Bar | undefined;
  /** What the daemon saw of the prices within a bar besides: trades and quotes. */
  readonly range: (symbol: MarketSymbol, openTime: Millis) => PriceRange | undefined;
  /** Opening times of bars up to one that the daemon had with other numbers, or not at all. */
  readonly differingBars: (symbol: MarketSymbol, upTo: Millis) => readonly Millis[];
  readonly lengthMs: (symbol: MarketSymbol) => number;
  /** Base step of orders. */
  readonly lotSize: (symbol: MarketSymbol) => Decimal;
  readonly outages: readonly Span[];
  /** Fraction by which the backtest's takers pay more than the market shows. */
  readonly slippage: number;
  /** Only what ended by then is compared. */
  readonly toMs: Millis;
}

export interface PriceRange {
  readonly low: number;
  readonly high: number;
}

/** One reason for a difference. */
export interface Finding {
  readonly cause: DriftCauseName | 'unexplained';
  /** What it rests on. */
  readonly evidence: Readonly<Record<string, string | number>>;
  /** Number of the difference that this one follows from; absent: it stands for itself. */
  readonly follows?: number;
}

export interface DriftDifference {
  /** From 1, in the order in which they arose. */
  readonly number: number;
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
  /** What the order was for: `stop`, `target`, or side and tag. */
  readonly role: string;
  readonly reason: string;
  /** Opening time of the bar in which it traded first, in either run. */
  readonly bar: Millis;
  /** Opening times of the bars in which the two orders were apart: from the first to the last. */
  readonly apart: { readonly from: Millis; readonly to: Millis };
  readonly live: Sums | undefined;
  readonly backtest: Sums | undefined;
  readonly findings: readonly Finding[];
  /** Quote that the live run has more than the backtest; absent where only one of them traded. */
  readonly effect?: Decimal;
}

/** What was asked, and the differences that were found before, in the order of time. */
export interface Facts extends DriftInput {
  readonly differences: readonly DriftDifference[];
}
