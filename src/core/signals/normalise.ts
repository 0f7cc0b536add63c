/** The norm codes of the data points: how a raw value becomes a number in [−1, 1]. */

/** Scores beyond this many standard deviations say no more (winsorising). */
const Z_MAX = 4;

/** A: a natural bounded scale, cut at ±1. */
export function bounded(value: number): number {
  if (value > 1) return 1;
  return value < -1 ? -1 : value;
}

/** T: tanh(z/2) of a value against its own past, z cut at ±4. 0 when the past shows no variation. */
export function againstPast(value: number, mean: number, variance: number): number {
  if (!(variance > 0)) return 0;
  const z = (value - mean) / Math.sqrt(variance);
  return Math.tanh(Math.max(-Z_MAX, Math.min(Z_MAX, z)) / 2);
}

/** V: a return over `bars` bars in units of its expected size σ·√bars, through tanh. 0 when nothing has moved. */
export function volScaled(change: number, variancePerBar: number, bars: number): number {
  return variancePerBar > 0 ? Math.tanh(change / Math.sqrt(variancePerBar * bars)) : 0;
}

/** The part's share of the whole, or `neutral` when the whole is 0: without movement or volume there is no opinion. */
export function shareOr(neutral: number, part: number, whole: number): number {
  return whole > 0 ? part / whole : neutral;
}
