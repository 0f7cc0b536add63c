/** A straight line through samples of a process, with an interval that knows how slowly memory moves. */

export interface Point {
  readonly hours: number;
  readonly value: number;
}

/** Per hour, with the ends of the 95 % interval. */
export interface Trend {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
  /** So many samples that know nothing of each other tell as much. */
  readonly effective: number;
  /** Where the line begins and ends. */
  readonly from: number;
  readonly to: number;
}

/** Quantile of the normal distribution for a two-sided interval of 95 %. */
const Z = 1.959964;
/** A line takes two; with fewer than three to spare an interval would say nothing. */
const EFFECTIVE_MIN = 5;

/**
 * Least squares. Neighbouring samples are alike (a heap fills for minutes, then is collected), so they count for less: with a
 * correlation r of neighbouring residuals, n of them tell as much as n (1 − r) / (1 + r) that are independent.
 * @returns undefined when there are too few, or when they are all of one moment
 */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const n = points.length;
  const meanX = mean(points.map(({ hours }) => hours));
  const meanY = mean(points.map(({ value }) => value));
  const spread = sum(points.map(({ hours }) => (hours - meanX) ** 2));
  if (n < EFFECTIVE_MIN || spread === 0) return undefined;
  const slope = sum(points.map(({ hours, value }) => (hours - meanX) * (value - meanY))) / spread;
  const line = (hours: number): number => meanY + slope * (hours - meanX);
  const residuals = points.map(({ hours, value }) => value - line(hours));
  const likeness = Math.max(0, correlationOfNeighbours(residuals));
  const effective = (n * (1 - likeness)) / (1 + likeness);
  if (effective < EFFECTIVE_MIN) return undefined;
  const variance =
    (sum(residuals.map((residual) => residual ** 2)) / n) * (effective / (effective - 2));
  // So many independent samples over the same time have a spread of their own.
  const error = Math.sqrt(variance / ((spread * effective) / n));
  const half = studentQuantile(effective - 2) * error;
  return {
    ...{ slope, low: slope - half, high: slope + half },
    ...{ samples: n, effective },
    from: line(points[0]?.hours ?? 0),
    to: line(points.at(-1)?.hours ?? 0),
  };
}

function correlationOfNeighbours(values: readonly number[]): number {
  const all = sum(values.map((value) => value ** 2));
  if (all === 0) return 0;
  return sum(values.slice(1).map((value, index) => value * (values[index] ?? 0))) / all;
}

/** Student's t at 97.5 %, by Cornish and Fisher's expansion: within 1 % from three degrees of freedom on. */
function studentQuantile(freedom: number): number {
  return (
    Z +
    (Z ** 3 + Z) / (4 * freedom) +
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * freedom ** 2) +
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * freedom ** 3)
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
