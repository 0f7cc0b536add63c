/**
 * Is the best of many trials better than a benchmark, knowing that it is the best of many? White, "A Reality Check for Data Snooping",
 * Econometrica 68 (2000); Hansen, "A Test for Superior Predictive Ability", Journal of Business & Economic Statistics 23 (2005).
 */
import type { Random } from '../domain/random.ts';
import { blockLength, stationaryRows } from './bootstrap.ts';
import { meanOf } from './moments.ts';

export interface Superiority {
  /** Probability of so good a best trial when none is better than the benchmark; White's reality check. */
  readonly realityCheck: number;
  /** The same by Hansen's test (consistent), which poor trials beside the best do not weaken. */
  readonly spa: number;
  /** Hansen's bounds: `spaLower` ≤ `spa` ≤ `spaUpper`. */
  readonly spaLower: number;
  readonly spaUpper: number;
  /** The trial that is furthest above the benchmark, measured by its own error. */
  readonly best: number;
  readonly meanBlock: number;
}

export interface SuperiorityOptions {
  readonly random: Random;
  /** Series drawn anew; the smallest probability that can be told is 1 ÷ (samples + 1). */
  readonly samples?: number;
  /** Mean length of the blocks; absent: as the first trial's series suggests. */
  readonly meanBlock?: number;
}

const SAMPLES_DEFAULT = 1000;
const PERIODS_MIN = 10;
/** Lags that weigh less are left out. */
const KERNEL_MIN = 1e-8;

/**
 * @param differences of each trial: its return less the benchmark's, over the same periods.
 * @returns undefined without trials or with fewer than ten periods.
 */
export function superiority(
  differences: readonly (readonly number[])[],
  { random, samples = SAMPLES_DEFAULT, meanBlock }: SuperiorityOptions,
): Superiority | undefined {
  const periods = differences[0]?.length ?? 0;
  if (periods < PERIODS_MIN) return undefined;
  const block = meanBlock ?? blockLength(differences[0] ?? []);
  const trials = differences.map((series) => trialOf(series, block));
  const observed = observedOf(trials, periods);
  const beyond: Maxima = { plain: 0, lower: 0, consistent: 0, upper: 0 };
  for (let sample = 0; sample < samples; sample += 1) {
    const drawn = maximaOf(trials, differences, countsOf(stationaryRows(random, periods, block)));
    beyond.plain += Number(drawn.plain >= observed.plain);
    beyond.lower += Number(drawn.lower >= observed.studentised);
    beyond.consistent += Number(drawn.consistent >= observed.studentised);
    beyond.upper += Number(drawn.upper >= observed.studentised);
  }
  const probability = (count: number): number => (count + 1) / (samples + 1);
  return {
    realityCheck: probability(beyond.plain),
    spaLower: probability(beyond.lower),
    spa: probability(beyond.consistent),
    spaUpper: probability(beyond.upper),
    best: observed.best,
    meanBlock: block,
  };
}

interface Observed {
  readonly plain: number;
  readonly studentised: number;
  readonly best: number;
}

function observedOf(trials: readonly Trial[], periods: number): Observed {
  let [plain, studentised, best] = [-Infinity, 0, 0];
  for (const [at, { mean, error }] of trials.entries()) {
    const scaled = Math.sqrt(periods) * mean;
    plain = Math.max(plain, scaled);
    if (error > 0 && scaled / error > studentised) [studentised, best] = [scaled / error, at];
  }
  return { plain, studentised, best };
}

/** A trial's mean difference, its long-run deviation, and the means that Hansen's three tests take for the truth. */
interface Trial {
  readonly mean: number;
  readonly error: number;
  readonly lower: number;
  readonly consistent: number;
}

function trialOf(series: readonly number[], meanBlock: number): Trial {
  const periods = series.length;
  const mean = meanOf(series);
  const variance = longRunVariance(series, mean, meanBlock);
  // A trial that is this far below the benchmark is known to be worse: it is not taken to be as good.
  const floor = -Math.sqrt((variance / periods) * 2 * Math.log(Math.log(periods)));
  return {
    mean,
    error: Math.sqrt(variance),
    lower: Math.max(mean, 0),
    consistent: mean >= floor ? mean : 0,
  };
}

/** Variance of √n·mean under the stationary bootstrap (Politis and Romano, 1994, lemma 1). Never below 0. */
function longRunVariance(series: readonly number[], mean: number, meanBlock: number): number {
  const periods = series.length;
  const stay = 1 - 1 / meanBlock;
  let variance = 0;
  for (let lag = 0; lag < periods; lag += 1) {
    const kernel =
      lag === 0
        ? 1
        : 2 * ((1 - lag / periods) * stay ** lag + (lag / periods) * stay ** (periods - lag));
    if (kernel < KERNEL_MIN) continue;
    let sum = 0;
    for (let at = lag; at < periods; at += 1)
      sum += ((series[at] ?? 0) - mean) * ((series[at - lag] ?? 0) - mean);
    variance += (kernel * sum) / periods;
  }
  return Math.max(0, variance);
}

/** How often each period was drawn. */
function countsOf(rows: Int32Array): Float64Array {
  const counts = new Float64Array(rows.length);
  for (const row of rows) counts[row] = (counts[row] ?? 0) + 1;
  return counts;
}

interface Maxima {
  plain: number;
  lower: number;
  consistent: number;
  upper: number;
}

function maximaOf(
  trials: readonly Trial[],
  differences: readonly (readonly number[])[],
  counts: Float64Array,
): Maxima {
  const periods = counts.length;
  const root = Math.sqrt(periods);
  const maxima: Maxima = { plain: -Infinity, lower: 0, consistent: 0, upper: 0 };
  for (const [at, { mean, error, lower, consistent }] of trials.entries()) {
    const drawn = weighted(differences[at] ?? [], counts) / periods;
    maxima.plain = Math.max(maxima.plain, root * (drawn - mean));
    if (!(error > 0)) continue;
    maxima.lower = Math.max(maxima.lower, (root * (drawn - lower)) / error);
    maxima.consistent = Math.max(maxima.consistent, (root * (drawn - consistent)) / error);
    maxima.upper = Math.max(maxima.upper, (root * (drawn - mean)) / error);
  }
  return maxima;
}

function weighted(series: readonly number[], counts: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < counts.length; at += 1) sum += (series[at] ?? 0) * (counts[at] ?? 0);
  return sum;
}
