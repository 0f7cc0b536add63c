/**
 * How sure a Sharpe ratio is, after all that was tried. Ratios here are per period, not annualised: divide an annual one by
 * √(periods per year). Bailey and López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2012), for the
 * probabilistic ratio and the track record; "The Deflated Sharpe Ratio", Journal of Portfolio Management 40 (2014), for the rest.
 */
import { momentsOf } from './moments.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/** Euler and Mascheroni's. */
const GAMMA = 0.577_215_664_901_532_9;

/** A Sharpe ratio with what its error depends on. */
export interface SharpeEstimate {
  /** Per period. */
  readonly sharpe: number;
  /** Periods it comes from. */
  readonly observations: number;
  readonly skewness: number;
  /** 3 for the normal distribution. */
  readonly kurtosis: number;
}

/** What was tried before this one was chosen. */
export interface Search {
  /** Trials, ≥ 1. */
  readonly trials: number;
  /** Variance of their Sharpe ratios, per period². */
  readonly variance: number;
}

/** Undefined for fewer than two returns, or when they do not differ. */
export function sharpeEstimate(returns: readonly number[]): SharpeEstimate | undefined {
  const moments = momentsOf(returns);
  if (!moments) return undefined;
  const { mean, deviation, skewness, kurtosis, count } = moments;
  return { sharpe: mean / deviation, observations: count, skewness, kurtosis };
}

/**
 * Variance of the estimate × (observations − 1): 1 − γ₃·SR + (γ₄ − 1)/4·SR². Never below 0, as γ₄ ≥ 1 + γ₃².
 */
function spreadOf({ sharpe, skewness, kurtosis }: SharpeEstimate): number {
  return Math.max(0, 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2);
}

/** Probability that the true ratio is above `benchmark`, in [0, 1]: Φ((SR − SR*)·√(T − 1) ÷ √spread). */
export function probabilisticSharpe(estimate: SharpeEstimate, benchmark = 0): number {
  const { sharpe, observations } = estimate;
  const error = Math.sqrt(spreadOf(estimate) / (observations - 1));
  return error > 0 ? normalCdf((sharpe - benchmark) / error) : Number(sharpe > benchmark);
}

/**
 * Periods after which such a ratio would be above `benchmark` with this confidence: 1 + spread·(z ÷ (SR − SR*))². Undefined when
 * the ratio is not above it.
 */
export function minimumTrackRecord(
  estimate: SharpeEstimate,
  benchmark = 0,
  confidence = 0.95,
): number | undefined {
  const lead = estimate.sharpe - benchmark;
  if (!(lead > 0)) return undefined;
  return 1 + spreadOf(estimate) * (normalQuantile(confidence) / lead) ** 2;
}

/**
 * The best ratio that so many trials without any skill are expected to show: √V·((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))).
 * 0 for a single trial.
 */
export function expectedMaximumSharpe({ trials, variance }: Search): number {
  if (trials <= 1) return 0;
  const typical = normalQuantile(1 - 1 / trials);
  const extreme = normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(variance) * ((1 - GAMMA) * typical + GAMMA * extreme);
}

/** Probability that the true ratio of the best of these trials is above 0: the probabilistic ratio against what chance alone would show. */
export function deflatedSharpe(estimate: SharpeEstimate, search: Search): number {
  return probabilisticSharpe(estimate, Math.max(0, expectedMaximumSharpe(search)));
}

/** The sample variance of the ratios of many trials; 0 for fewer than two. */
export function sharpeVariance(sharpes: readonly number[]): number {
  return (momentsOf(sharpes)?.deviation ?? 0) ** 2;
}
