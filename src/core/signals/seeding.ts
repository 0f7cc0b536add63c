/**
 * How the running means of the data points start: the plain mean of the first `length` samples (weight 1/k at the k-th),
 * then exponential. For an EMA that is TA-Lib's seed; nothing has to be stored for it.
 */

/** Span of the statistics that T points are measured against, in bars. */
export const Z_SPAN_BARS = 500;
/** Earlier raw values a T or P point needs before it says anything. */
export const HISTORY_BARS_MIN = 100;

/** Weight of a new sample in an exponential mean of a span. */
const emaWeight = (span: number): number => 2 / (span + 1);

/** The statistics' own weight, and the number of samples after which 1/k has fallen to it. */
export const Z_WEIGHT = emaWeight(Z_SPAN_BARS);
export const Z_SEED_BARS = Z_SPAN_BARS / 2;

/** Where a mean begins, how long it is seeded, and how heavy a sample is from then on. */
export interface Seed {
  /** Bar of the first sample; 1 is the first bar of the series. */
  readonly from: number;
  /** Samples of the plain mean. */
  readonly length: number;
  readonly weight: number;
}

/** Weight of the sample of this bar: 0 before `from`, then 1/k, then the mean's own. */
export function weightAt(bar: number, seed: Seed): number {
  const samples = bar - seed.from + 1;
  if (samples < 1) return 0;
  return samples <= seed.length ? 1 / samples : seed.weight;
}

/** An EMA of a span over samples that begin with bar `from`. */
export function emaSeed(from: number, span: number): Seed {
  return { from, length: span, weight: emaWeight(span) };
}

/** Wilder's smoothing over samples that begin with bar `from`. */
export function wilderSeed(from: number, length: number): Seed {
  return { from, length, weight: 1 / length };
}

/**
 * Statistics of raw values whose first is that of bar `from`. Each value is folded in one bar late, so that a bar is never
 * measured against a mean that it is part of.
 */
export function statisticsSeed(from: number): Seed {
  return { from: from + 1, length: Z_SEED_BARS, weight: Z_WEIGHT };
}
