/** The standard normal distribution, to the last digits that doubles hold. */

/** From here on outwards the continued fraction is exact and the series is not. */
const TAIL_FROM = 4;
/** Terms after which nothing changes any more. */
const SERIES_TERMS = 100;
const FRACTION_TERMS = 80;
const REFINEMENTS = 4;

export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * P(Z ≤ x). The series φ(x)·(x + x³/3 + x⁵/15 + …) of Marsaglia, "Evaluating the Normal Distribution", 2004, and in the tails
 * Laplace's continued fraction φ(x)/(x + 1/(x + 2/(x + …))).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (Math.abs(x) < TAIL_FROM) return 0.5 + normalDensity(x) * oddSeries(x);
  const tail = tailBeyond(Math.abs(x));
  return x < 0 ? tail : 1 - tail;
}

function oddSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < SERIES_TERMS; n += 1) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

function tailBeyond(x: number): number {
  if (x === Infinity) return 0;
  let below = x;
  for (let n = FRACTION_TERMS; n > 0; n -= 1) below = x + n / below;
  return normalDensity(x) / below;
}

/**
 * The x with P(Z ≤ x) = p; ∓Infinity at 0 and 1, NaN outside. Begins at Hastings' rational approximation (Abramowitz and Stegun
 * 26.2.23, off by 4.5e-4 at most) and refines it by Halley's method.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  const above = 2.515517 + 0.802853 * t + 0.010328 * t * t;
  const below = 1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t;
  let x = above / below - t;
  for (let round = 0; round < REFINEMENTS; round += 1) {
    const step = (normalCdf(x) - p) / normalDensity(x);
    x -= step / (1 + (x * step) / 2);
  }
  return x;
}
