/** Worlds in which it is known what a strategy is worth: its daily returns are drawn, the parameters decide from what. */
import { hashText, Random } from '../../src/core/domain/random.ts';
import type { TrialOutcome, TrialTask } from '../../src/research/optimise/trial.ts';

export interface World {
  readonly name: string;
  /** True annual Sharpe ratio at a point of the unit square. */
  readonly sharpeAt: (x: number, y: number) => number;
  /** Correlation between the returns of any two sets of parameters, in [0, 1). */
  readonly alike: number;
}

const DAYS_PER_YEAR = 365;
/** Four years. */
export const DAYS = 4 * DAYS_PER_YEAR;
const DAILY = 0.02;
const BEST = 1.5;

export const NOISE: readonly World[] = [
  { name: 'noise, trials unlike each other', sharpeAt: () => 0, alike: 0 },
  { name: 'noise, trials alike (correlation 0.8)', sharpeAt: () => 0, alike: 0.8 },
];

export const EDGES: readonly World[] = [
  {
    name: 'an edge that all parameters share, trials alike (0.8)',
    sharpeAt: () => BEST,
    alike: 0.8,
  },
  { name: 'the same, trials unlike each other', sharpeAt: () => BEST, alike: 0 },
  {
    name: 'a hill: none at a distance of 0.7 from its top, alike (0.8)',
    sharpeAt: (x, y) => BEST * Math.max(0, 1 - Math.hypot(x - 0.3, y - 0.6) / 0.7),
    alike: 0.8,
  },
];

/** Runs trials of a world; the same task has the same outcome. */
export function tradeIn(
  { sharpeAt, alike }: World,
  seed: number,
): (task: TrialTask) => TrialOutcome {
  const days = Array.from(drawn(Random.stream(seed, 'world')));
  return ({ params, feeFactor, fromMs }) => {
    const [x, y] = [Number(params['x']), Number(params['y'])];
    const own = drawn(
      new Random([hashText(JSON.stringify(params)), seed >>> 0, hashText('own'), 1]),
    );
    const mean = sharpeAt(x, y) / Math.sqrt(DAYS_PER_YEAR) / feeFactor;
    const returns = days
      .map(
        (day, at) =>
          DAILY * (mean + Math.sqrt(alike) * day + Math.sqrt(1 - alike) * (own[at] ?? 0)),
      )
      .slice(Math.floor(fromMs));
    const metrics = { sharpe: sharpeOf(returns) };
    const figures = { returns, benchmark: returns.map(() => 0), profits: returns.slice(0, 50) };
    return {
      state: 'done',
      problem: '',
      metrics,
      ...figures,
      equity: 1000,
      budget: 1000,
      seconds: 0,
    };
  };
}

function drawn(random: Random): Float64Array {
  for (let skip = 0; skip < 15; skip += 1) random.bits();
  return Float64Array.from({ length: DAYS }, () => random.normal());
}

function sharpeOf(returns: readonly number[]): number {
  const mean = returns.reduce((sum, r) => sum + r, 0) / returns.length;
  const squares = returns.reduce((sum, r) => sum + (r - mean) ** 2, 0);
  return (mean / Math.sqrt(squares / (returns.length - 1))) * Math.sqrt(DAYS_PER_YEAR);
}
