/**
 * Performance of a series of returns or of an equity curve, as plain functions over arrays of numbers; the package exports them as
 * `plimsoll/metrics`. Returns are simple fractions per period (0.01 is 1 %), in time order; `periodsPerYear` annualises: 365 for
 * daily crypto. What cannot be said (too few values, no variation, nothing lost) is undefined, never 0 and never infinite.
 */

/** Mean and sample standard deviation (n − 1); the deviation is NaN with fewer than two values. */
export function meanAndDeviation(values: readonly number[]): {
  readonly mean: number;
  readonly deviation: number;
} {
  const mean = sum(values) / values.length;
  const squares = sum(values.map((value) => (value - mean) ** 2));
  const deviation = values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1));
  return { mean, deviation };
}

/** Growth of all periods together: Π(1 + r) − 1. */
export function totalReturn(returns: readonly number[]): number {
  return returns.reduce((growth, r) => growth * (1 + r), 1) - 1;
}

/** Compound annual growth rate: Π(1 + r)^(periodsPerYear ÷ n) − 1; −1 when everything was lost. */
export function cagr(returns: readonly number[], periodsPerYear: number): number | undefined {
  if (returns.length === 0) return undefined;
  const growth = 1 + totalReturn(returns);
  return growth <= 0 ? -1 : growth ** (periodsPerYear / returns.length) - 1;
}

/** Sample standard deviation of returns × √periodsPerYear. */
export function volatility(returns: readonly number[], periodsPerYear: number): number | undefined {
  const { deviation } = meanAndDeviation(returns);
  return finite(deviation * Math.sqrt(periodsPerYear));
}

/**
 * Mean over sample standard deviation of the returns above the risk-free rate × √periodsPerYear. Sharpe, "The Sharpe Ratio", 1994.
 * @param riskFree per period.
 */
export function sharpe(
  returns: readonly number[],
  periodsPerYear: number,
  riskFree = 0,
): number | undefined {
  const { mean, deviation } = meanAndDeviation(returns.map((r) => r - riskFree));
  return deviation > 0 ? finite((mean / deviation) * Math.sqrt(periodsPerYear)) : undefined;
}

/** Compound growth per year over annual volatility: what Sharpe's ratio says once losses compound. */
export function geometricSharpe(
  returns: readonly number[],
  periodsPerYear: number,
): number | undefined {
  return ratio(cagr(returns, periodsPerYear), volatility(returns, periodsPerYear));
}

/**
 * Mean return above a target over the root mean square of what fell short of it, over all periods, × √periodsPerYear.
 * Sortino and Price, "Performance Measurement in a Downside Risk Framework", 1994.
 * @param target per period.
 */
export function sortino(
  returns: readonly number[],
  periodsPerYear: number,
  target = 0,
): number | undefined {
  if (returns.length < 2) return undefined;
  const short = sum(returns.map((r) => Math.min(0, r - target) ** 2)) / returns.length;
  const { mean } = meanAndDeviation(returns);
  return ratio((mean - target) * Math.sqrt(periodsPerYear), Math.sqrt(short));
}

/** What was won above a threshold over what was lost below it. Keating and Shadwick, "A Universal Performance Measure", 2002. */
export function omega(returns: readonly number[], threshold = 0): number | undefined {
  const won = sum(returns.map((r) => Math.max(0, r - threshold)));
  const lost = sum(returns.map((r) => Math.max(0, threshold - r)));
  return ratio(won, lost);
}

/** A fall of an equity curve from a peak. Positions are indices into the curve. */
export interface Drawdown {
  /** Fraction of the peak. */
  readonly depth: number;
  readonly peak: number;
  readonly trough: number;
  /** First point at or above the peak again; undefined while it is not. */
  readonly recovered: number | undefined;
}

/** The deepest fall of a curve; of equally deep ones the first. Undefined when it never falls. */
export function maxDrawdown(equity: readonly number[]): Drawdown | undefined {
  let peak = 0;
  let deepest: Omit<Drawdown, 'recovered'> | undefined;
  for (const [at, value] of equity.entries()) {
    const top = equity[peak] ?? value;
    if (value >= top) peak = at;
    else if (1 - value / top > (deepest?.depth ?? 0))
      deepest = { depth: 1 - value / top, peak, trough: at };
  }
  if (!deepest) return undefined;
  const { trough } = deepest;
  const top = equity[deepest.peak] ?? 0;
  const recovered = equity.findIndex((value, at) => at > trough && value >= top);
  return { ...deepest, recovered: recovered < 0 ? undefined : recovered };
}

/** Root mean square of the depth below the last peak, over all points. Martin and McCann, "The Investor's Guide", 1989. */
export function ulcerIndex(equity: readonly number[]): number | undefined {
  let peak = -Infinity;
  const depths = equity.map((value) => {
    peak = Math.max(peak, value);
    return (1 - value / peak) ** 2;
  });
  return equity.length === 0 ? undefined : Math.sqrt(sum(depths) / depths.length);
}

/** Compound growth per year over the deepest fall. Young, "Calmar Ratio", 1991, here over the whole series. */
export function calmar(returns: readonly number[], periodsPerYear: number): number | undefined {
  return ratio(cagr(returns, periodsPerYear), maxDrawdown(curveOf(returns))?.depth);
}

/** Equity that begins at 1 and takes these returns; one point more than there are returns. */
export function curveOf(returns: readonly number[]): number[] {
  const curve = [1];
  for (const r of returns) curve.push((curve.at(-1) ?? 1) * (1 + r));
  return curve;
}

/**
 * The value below which a share `q` of the values lies, between neighbours in proportion (Hyndman and Fan, type 7, as in R and
 * NumPy). Undefined without values.
 */
export function quantile(values: readonly number[], q: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (place - below);
}

/** Historical value at risk: the loss (above 0) that a share `level` of periods stays below; 0 when even those periods gain. */
export function valueAtRisk(returns: readonly number[], level = 0.95): number | undefined {
  const edge = quantile(returns, 1 - level);
  return edge === undefined ? undefined : Math.max(0, -edge);
}

/** Mean loss of the periods at or beyond the value at risk (expected shortfall). */
export function conditionalValueAtRisk(
  returns: readonly number[],
  level = 0.95,
): number | undefined {
  const edge = quantile(returns, 1 - level);
  if (edge === undefined) return undefined;
  const tail = returns.filter((r) => r <= edge);
  return Math.max(0, -sum(tail) / tail.length);
}

/** The 95 % quantile over the size of the 5 % quantile: above 1, large gains are larger than large losses. */
export function tailRatio(returns: readonly number[]): number | undefined {
  const [high, low] = [quantile(returns, 0.95), quantile(returns, 0.05)];
  return low === undefined ? undefined : ratio(high, Math.abs(low));
}

/** Against a benchmark over the same periods. */
export interface AgainstBenchmark {
  /** Covariance of both over the benchmark's variance. */
  readonly beta: number;
  /** Mean return not explained by beta, annualised by periodsPerYear (Jensen, 1968; risk-free rate 0). */
  readonly alpha: number;
  readonly correlation: number | undefined;
  /** Mean return in periods in which the benchmark rose, over its own; undefined when it never rose. */
  readonly upCapture: number | undefined;
  /** The same where it fell. */
  readonly downCapture: number | undefined;
}

/** Undefined for fewer than two periods, unequal lengths, or a benchmark that does not move. */
export function againstBenchmark(
  returns: readonly number[],
  benchmark: readonly number[],
  periodsPerYear: number,
): AgainstBenchmark | undefined {
  if (returns.length !== benchmark.length || returns.length < 2) return undefined;
  const [own, other] = [meanAndDeviation(returns), meanAndDeviation(benchmark)];
  if (!(other.deviation > 0)) return undefined;
  const products = returns.map((r, at) => (r - own.mean) * ((benchmark[at] ?? 0) - other.mean));
  const covariance = sum(products) / (returns.length - 1);
  const beta = covariance / other.deviation ** 2;
  const capture = (rose: boolean): number | undefined => {
    const at = [...benchmark.keys()].filter((n) => (rose ? 1 : -1) * (benchmark[n] ?? 0) > 0);
    return ratio(sum(at.map((n) => returns[n] ?? 0)), sum(at.map((n) => benchmark[n] ?? 0)));
  };
  return {
    beta,
    alpha: (own.mean - beta * other.mean) * periodsPerYear,
    correlation: finite(covariance / (own.deviation * other.deviation)),
    upCapture: capture(true),
    downCapture: capture(false),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function ratio(above: number | undefined, below: number | undefined): number | undefined {
  if (above === undefined || below === undefined || below === 0) return undefined;
  return finite(above / below);
}
