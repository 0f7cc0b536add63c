/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation. Bailey, Borwein, López de Prado and Zhu, "The
 * Probability of Backtest Overfitting", Journal of Computational Finance 20 (2017). The periods are cut into S blocks; for every
 * half of the blocks the trial that was best on it is looked up in the ranking of the other half.
 */
import { meanOf } from './moments.ts';

export interface Overfitting {
  /** Share of halves whose best trial is no better than the median of all on the other half; about 0.5 or more for noise. */
  readonly probability: number;
  /** Share of halves whose best trial lost on the other half. */
  readonly lossProbability: number;
  /** Means over all halves, Sharpe ratio per period: of the best trial where it was chosen, and where it was not. */
  readonly inSample: number;
  readonly outOfSample: number;
  /** Slope of out of sample over in sample of the chosen trials; NaN when all are equal in sample. */
  readonly degradation: number;
  readonly halves: number;
}

/** Blocks of the paper's example: 12,870 halves. */
const BLOCKS_DEFAULT = 16;
/** Fewer periods than this in a block say nothing. */
const BLOCK_PERIODS_MIN = 4;
/** Below this, what differs is rounding. */
const VARIANCE_MIN = 1e-20;

/**
 * @param trials returns of each trial over the same periods, at least two trials.
 * @param blocks even, ≥ 2; fewer are used when periods are few.
 * @returns undefined for fewer than two trials, or too few periods.
 * @throws RangeError when trials differ in length.
 */
export function overfitting(
  trials: readonly (readonly number[])[],
  blocks = BLOCKS_DEFAULT,
): Overfitting | undefined {
  const periods = trials[0]?.length ?? 0;
  if (trials.some(({ length }) => length !== periods))
    throw new RangeError('trials differ in length');
  const used = Math.min(blocks, 2 * Math.floor(periods / BLOCK_PERIODS_MIN / 2));
  if (trials.length < 2 || used < 2) return undefined;
  const sums = trials.map((returns) => new BlockSums(returns, used));
  const whole = 2 ** used - 1;
  const chosen = halvesOf(used).map((half) => lookUp(sums, half, whole - half));
  return summaryOf(chosen);
}

/** The trial that was best on a half. */
interface Chosen {
  readonly inSample: number;
  readonly outOfSample: number;
  /** Rank of it on the other half over trials + 1, in (0, 1); equals share their ranks. */
  readonly rank: number;
}

function lookUp(sums: readonly BlockSums[], half: number, other: number): Chosen {
  let [best, inSample] = [0, -Infinity];
  for (const [trial, sum] of sums.entries()) {
    const value = sum.sharpe(half);
    if (value > inSample) [best, inSample] = [trial, value];
  }
  const outOfSample = sums[best]?.sharpe(other) ?? 0;
  let [below, equal] = [0, 0];
  for (const sum of sums) {
    const value = sum.sharpe(other);
    if (value < outOfSample) below += 1;
    else if (value === outOfSample) equal += 1;
  }
  return { inSample, outOfSample, rank: (below + (equal + 1) / 2) / (sums.length + 1) };
}

function summaryOf(chosen: readonly Chosen[]): Overfitting {
  const halves = chosen.length;
  const shareOf = (holds: (one: Chosen) => boolean): number => chosen.filter(holds).length / halves;
  const inSample = meanOf(chosen.map((one) => one.inSample));
  const outOfSample = meanOf(chosen.map((one) => one.outOfSample));
  let [together, alone] = [0, 0];
  for (const one of chosen) {
    together += (one.inSample - inSample) * (one.outOfSample - outOfSample);
    alone += (one.inSample - inSample) ** 2;
  }
  return {
    // The logit ln(ω ÷ (1 − ω)) is ≤ 0 where the relative rank ω is ≤ ½.
    probability: shareOf(({ rank }) => rank <= 0.5),
    lossProbability: shareOf((one) => one.outOfSample < 0),
    ...{ inSample, outOfSample, halves },
    degradation: together / alone,
  };
}

/** Count, sum and sum of squares of some blocks. */
const FIGURES = 3;

/**
 * Sums of a trial's returns by block, so that the ratio of any choice of blocks is a few additions: those of every choice among the
 * first half of the blocks and among the second are worked out before. Choices are bit masks.
 */
class BlockSums {
  readonly #lowBits: number;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(returns: readonly number[], blocks: number) {
    const figures = Array.from({ length: blocks }, (_, block) => {
      const from = Math.floor((block * returns.length) / blocks);
      const to = Math.floor(((block + 1) * returns.length) / blocks);
      const part = returns.slice(from, to);
      const squares = part.reduce((sum, r) => sum + r * r, 0);
      return [part.length, part.reduce((sum, r) => sum + r, 0), squares];
    });
    this.#lowBits = blocks >> 1;
    this.#low = choicesOf(figures.slice(0, this.#lowBits));
    this.#high = choicesOf(figures.slice(this.#lowBits));
  }

  /** Per period; 0 for returns that do not differ. */
  sharpe(mask: number): number {
    const low = (mask & (2 ** this.#lowBits - 1)) * FIGURES;
    const high = (mask >> this.#lowBits) * FIGURES;
    const count = (this.#low[low] ?? 0) + (this.#high[high] ?? 0);
    const sum = (this.#low[low + 1] ?? 0) + (this.#high[high + 1] ?? 0);
    const squares = (this.#low[low + 2] ?? 0) + (this.#high[high + 2] ?? 0);
    const variance = (squares - (sum * sum) / count) / (count - 1);
    return variance > VARIANCE_MIN ? sum / count / Math.sqrt(variance) : 0;
  }
}

/** The figures of every choice, one after the other: a choice is one without its lowest block, and that block. */
function choicesOf(figures: readonly (readonly number[])[]): Float64Array {
  const choices = new Float64Array(2 ** figures.length * FIGURES);
  for (let mask = 1; mask < 2 ** figures.length; mask += 1) {
    const block = figures[31 - Math.clz32(mask & -mask)] ?? [];
    const rest = (mask & (mask - 1)) * FIGURES;
    for (let at = 0; at < FIGURES; at += 1)
      choices[mask * FIGURES + at] = (choices[rest + at] ?? 0) + (block[at] ?? 0);
  }
  return choices;
}

/** Every choice of half of the blocks, as bit masks. */
function halvesOf(blocks: number): number[] {
  const halves: number[] = [];
  for (let mask = 0; mask < 2 ** blocks; mask += 1) {
    let bits = 0;
    for (let rest = mask; rest > 0; rest &= rest - 1) bits += 1;
    if (bits === blocks / 2) halves.push(mask);
  }
  return halves;
}
