/**
 * A backtest's report as it is printed, kept and compared. Times RFC 3339 UTC; money and amounts as text, exactly; fractions are
 * fractions and not percents (0.05 is 5 %); what cannot be said is null.
 */
import type { PerformanceMetrics } from '../core/reporting/performance.ts';

/** Raised when a field changes its meaning or goes away. */
export const REPORT_SCHEMA_VERSION = 3;

/** A closed trade: one sell order and what it sold, in the order of exits. */
export interface BacktestTrade {
  readonly strategy: string;
  readonly symbol: string;
  /** Of the first buy since the position was last flat. */
  readonly entry_time: string;
  readonly exit_time: string;
  readonly duration_s: number;
  /** Of the entry; always `buy` on spot. */
  readonly side: 'buy';
  /** What the amount sold cost on average, without fees. */
  readonly entry_price: string;
  readonly exit_price: string;
  readonly amount: string;
  readonly fees: string;
  /** At average cost, net of the fees of both sides. */
  readonly pnl: string;
  /** `pnl` over what the entry paid, fees left out. */
  readonly return: number;
  /**
   * How far the market went below the entry price while the position was open, and above it, as fractions of it. Of the bars in which
   * it was opened and closed only what certainly lay in between counts.
   */
  readonly mae: number;
  readonly mfe: number;
  readonly entry_reason: string;
  readonly exit_reason: string;
  /** The strategy's mark of the order that closed it, such as a grid's line; empty when it has none. */
  readonly tag: string;
  /** False: the bars leave open whether it ended like this. */
  readonly certain: boolean;
}

/**
 * One execution, in the order in which they were booked. Its time is its bar's beginning for what took the open, its bar's end
 * otherwise.
 */
export interface BacktestFill {
  readonly strategy: string;
  readonly symbol: string;
  readonly order: string;
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

/** An order that was decided, whatever came of it. In the order of decision. */
export interface BacktestOrder {
  readonly id: string;
  readonly strategy: string;
  readonly symbol: string;
  /** Of the decision. */
  readonly time: string;
  /** When it was filled, cancelled or refused; null while it is open. */
  readonly ended: string | null;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  /** Limit price, or the stop's trigger; null for a market order. */
  readonly price: string | null;
  readonly amount: string;
  readonly filled: string;
  readonly state: string;
  readonly reason: string;
  readonly tag: string;
}

/** How orders were filled: the block `fills` of the configuration. */
export interface FillSettings {
  readonly slippage: number;
  readonly touch: string;
  /** Null when no data has volumes, and nothing was capped. */
  readonly max_share: number | null;
  readonly latency_ms: number;
}

/** Times and length of the deepest fall of the equity. */
export interface DrawdownSpan {
  /** The last time at the peak. */
  readonly peak: string;
  readonly trough: string;
  /** First time at the peak again; null while it is not. */
  readonly recovered: string | null;
  /** From the peak until it was there again, or to the end. */
  readonly length_s: number;
}

export interface BacktestMetrics extends PerformanceMetrics {
  /** Profit over the budgets of all strategies. */
  readonly return: number;
  /** Profit over the account's opening balance. */
  readonly return_on_account: number;
  /** What the whole budgets would have made, each held in its market from the first close to the last, fees left out. */
  readonly buy_and_hold: number;
  /** The same as a share of the account. */
  readonly buy_and_hold_on_account: number;
  /** Of the account's equity, as a share of its peak. */
  readonly max_drawdown: number;
  /** Null when the equity never fell. */
  readonly max_drawdown_span: DrawdownSpan | null;
  /** Longest time below a peak. */
  readonly longest_drawdown_s: number;
  readonly orders: number;
  /** Orders that traded. */
  readonly orders_filled: number;
  readonly fills: number;
  readonly trades: number;
  /** Of trades; null without any. */
  readonly mean_duration_s: number | null;
  readonly shortest_duration_s: number | null;
  readonly longest_duration_s: number | null;
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

/** What is still held at the end, marked at the last close. */
export interface OpenPosition {
  readonly amount: string;
  readonly cost: string;
  readonly value: string;
  /** What of it is left of sales and too little to be sold; null when nothing is. */
  readonly dust: { readonly amount: string; readonly cost: string } | null;
}

export interface BacktestStrategy {
  readonly strategy: string;
  readonly kind: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly budget: string;
  /** Profit over its budget. */
  readonly return: number;
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
  readonly orders: number;
  readonly fills: number;
  readonly trades: number;
  readonly win_rate: number | null;
  readonly open_position: OpenPosition;
}

export interface BacktestMarket {
  readonly symbol: string;
  /** What the strategies decided by: a file, or a stored series. */
  readonly data: string;
  readonly timeframe: string;
  /** Finer bars for fills and guards; null: the same. */
  readonly detail: { readonly data: string; readonly timeframe: string } | null;
  /** Change of the price from the first close to the last. */
  readonly buy_and_hold: number;
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
  readonly trades: number;
  readonly data_notes: DataNotes;
}

/** What a drawing needs, with at most some thousand points each. Times UTC, ms. */
export interface ChartData {
  readonly equity: readonly (readonly [at: number, equity: number, holding: number])[];
  readonly markets: readonly {
    readonly symbol: string;
    readonly bars: readonly (readonly [
      at: number,
      open: number,
      high: number,
      low: number,
      close: number,
    ])[];
  }[];
}

/** What the same trades at random times would have made; profits as shares of the budgets. */
export interface RandomBenchmark {
  readonly draws: number;
  readonly seed: number;
  readonly mean: number;
  /** The 5 % quantile, the median and the 95 % quantile. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Share of draws that made less than the strategies did. */
  readonly better_than: number;
}

export interface BacktestReport {
  readonly schema_version: number;
  readonly strategies: readonly BacktestStrategy[];
  readonly markets: readonly BacktestMarket[];
  readonly from: string;
  readonly to: string;
  /** It was ended before the data was. */
  readonly interrupted: boolean;
  /** How the cost of what is sold is found. */
  readonly cost_basis: 'average';
  readonly fill_settings: FillSettings;
  readonly trades: readonly BacktestTrade[];
  readonly orders: readonly BacktestOrder[];
  readonly fills: readonly BacktestFill[];
  /**
   * The last mark of every UTC day: equity of the account, and what it would have been had every budget been held in its market
   * from the first close on, fees left out.
   */
  readonly equity: readonly {
    readonly time: string;
    readonly equity: number;
    readonly holding: number;
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
  /** Null when it was not asked for, and where nothing was traded. */
  readonly random: RandomBenchmark | null;
  /** Notes by code: what was decided and refused, how often. */
  readonly decisions: Readonly<Record<string, number>>;
  readonly chart: ChartData;
}
