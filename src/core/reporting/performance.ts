/** Every metric of a run under its name in reports; what cannot be said is null. Definitions and sources: metrics.ts, tradeMetrics.ts. */
import {
  againstBenchmark,
  cagr,
  calmar,
  conditionalValueAtRisk,
  geometricSharpe,
  omega,
  sharpe,
  sortino,
  tailRatio,
  ulcerIndex,
  curveOf,
  valueAtRisk,
  volatility,
} from './metrics.ts';
import { tradeMetrics } from './tradeMetrics.ts';

/** Crypto trades every day. */
const DAYS_PER_YEAR = 365;

export interface PerformanceInput {
  /** Daily returns of the account, fractions. */
  readonly returns: readonly number[];
  /** Of the price, over the same days. */
  readonly benchmark: readonly number[];
  /** Of closed trades, quote. */
  readonly profits: readonly number[];
}

type Figure = number | null;

/** Annualised from daily returns with √365, risk-free rate 0. */
export interface PerformanceMetrics {
  readonly cagr: Figure;
  readonly volatility: Figure;
  readonly sharpe: Figure;
  readonly geometric_sharpe: Figure;
  readonly sortino: Figure;
  readonly calmar: Figure;
  readonly omega: Figure;
  readonly ulcer_index: Figure;
  /** Daily, 95 %. */
  readonly value_at_risk: Figure;
  readonly conditional_value_at_risk: Figure;
  readonly tail_ratio: Figure;
  /** Against the price. */
  readonly alpha: Figure;
  readonly beta: Figure;
  readonly correlation: Figure;
  readonly up_capture: Figure;
  readonly down_capture: Figure;
  readonly win_rate: Figure;
  /** Wilson's interval, 95 %. */
  readonly win_rate_low: Figure;
  readonly win_rate_high: Figure;
  readonly profit_factor: Figure;
  /** Mean profit of a trade, quote. */
  readonly expectancy: Figure;
  readonly best_trade: Figure;
  readonly worst_trade: Figure;
  readonly average_win: Figure;
  readonly average_loss: Figure;
  readonly sqn: Figure;
  readonly kelly: Figure;
  readonly losing_streak: number;
}

export function performanceOf({
  returns,
  benchmark,
  profits,
}: PerformanceInput): PerformanceMetrics {
  const against = againstBenchmark(returns, benchmark, DAYS_PER_YEAR);
  return {
    cagr: figure(cagr(returns, DAYS_PER_YEAR)),
    volatility: figure(volatility(returns, DAYS_PER_YEAR)),
    sharpe: figure(sharpe(returns, DAYS_PER_YEAR)),
    geometric_sharpe: figure(geometricSharpe(returns, DAYS_PER_YEAR)),
    sortino: figure(sortino(returns, DAYS_PER_YEAR)),
    calmar: figure(calmar(returns, DAYS_PER_YEAR)),
    omega: figure(omega(returns)),
    ulcer_index: figure(ulcerIndex(curveOf(returns))),
    value_at_risk: figure(valueAtRisk(returns)),
    conditional_value_at_risk: figure(conditionalValueAtRisk(returns)),
    tail_ratio: figure(tailRatio(returns)),
    alpha: figure(against?.alpha),
    beta: figure(against?.beta),
    correlation: figure(against?.correlation),
    up_capture: figure(against?.upCapture),
    down_capture: figure(against?.downCapture),
    ...tradeFigures(profits),
  };
}

function tradeFigures(
  profits: readonly number[],
): Pick<PerformanceMetrics, 'losing_streak' | TradeFigure> {
  const trades = tradeMetrics(profits);
  return {
    win_rate: figure(trades.winRate),
    win_rate_low: figure(trades.winRateLow),
    win_rate_high: figure(trades.winRateHigh),
    profit_factor: figure(trades.profitFactor),
    expectancy: figure(trades.expectancy),
    best_trade: figure(trades.best),
    worst_trade: figure(trades.worst),
    average_win: figure(trades.averageWin),
    average_loss: figure(trades.averageLoss),
    sqn: figure(trades.sqn),
    kelly: figure(trades.kelly),
    losing_streak: trades.losingStreak,
  };
}

type TradeFigure =
  | 'win_rate'
  | 'win_rate_low'
  | 'win_rate_high'
  | 'profit_factor'
  | 'expectancy'
  | 'best_trade'
  | 'worst_trade'
  | 'average_win'
  | 'average_loss'
  | 'sqn'
  | 'kelly';

function figure(value: number | undefined): Figure {
  return value ?? null;
}
