/** Published test functions, over the parameters a search would get. All are to be made small. */
import type { Random } from '../../src/core/domain/random.ts';
import { Space, type Assignment, type Parameter } from '../../src/core/search/space.ts';

export interface Problem {
  readonly name: string;
  readonly space: Space;
  /** Trials that each method gets. */
  readonly budget: number;
  /** Smallest value there is. */
  readonly least: number;
  /** Without noise: by this it is judged. */
  readonly valueAt: (assignment: Assignment) => number;
  /** Deviation of what a method is told; a share of the effort sees 1 ÷ √share times as much, on top of `blur`. */
  readonly noise: number;
  /** What a part of the effort does not see, as a deviation. */
  readonly blur: number;
}

const number = (assignment: Assignment, name: string): number => Number(assignment[name]);

function floats(count: number, low: number, high: number): Parameter[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ name: `x${at}`, type: 'float' as const, low, high, unit: '' },
  }));
}

const vector = (assignment: Assignment): number[] =>
  Object.keys(assignment).map((name) => number(assignment, name));

/** Branin, 1972: three least points, 0.397887. */
const branin: Problem = {
  name: 'Branin',
  space: new Space([
    { name: 'x', type: 'float', low: -5, high: 10, unit: '' },
    { name: 'y', type: 'float', low: 0, high: 15, unit: '' },
  ]),
  budget: 60,
  least: 0.397_887,
  valueAt: (at) => {
    const [x, y] = [number(at, 'x'), number(at, 'y')];
    const bow = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
    return bow * bow + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
  ...{ noise: 0, blur: 10 },
};

// prettier-ignore
const HARTMANN_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
// prettier-ignore
const HARTMANN_P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];
const HARTMANN_C = [1, 1.2, 3, 3.2];

/** Hartmann, 1973, in six dimensions: least −3.32237. */
const hartmann: Problem = {
  name: 'Hartmann 6',
  space: new Space(floats(6, 0, 1)),
  budget: 100,
  least: -3.322_37,
  valueAt: (at) => {
    const x = vector(at);
    return -HARTMANN_C.reduce((sum, c, row) => {
      const far = x.reduce((total, value, column) => {
        const off = value - (HARTMANN_P[row]?.[column] ?? 0);
        return total + (HARTMANN_A[row]?.[column] ?? 0) * off * off;
      }, 0);
      return sum + c * Math.exp(-far);
    }, 0);
  },
  ...{ noise: 0, blur: 0.5 },
};

/** Rosenbrock, 1960, in ten dimensions: least 0. */
const rosenbrock: Problem = {
  name: 'Rosenbrock 10',
  space: new Space(floats(10, -5, 10)),
  budget: 300,
  least: 0,
  valueAt: (at) => {
    const x = vector(at);
    return x.slice(1).reduce((sum, next, index) => {
      const value = x[index] ?? 0;
      return sum + 100 * (next - value * value) ** 2 + (1 - value) ** 2;
    }, 0);
  },
  ...{ noise: 0, blur: 50_000 },
};

/** De Jong's third and fourth in one, 1975: steps in five dimensions, and every look at them is off by a deviation of 1. Least 0. */
const steps: Problem = {
  name: 'Noisy steps',
  space: new Space(floats(5, -5.12, 5.12)),
  budget: 100,
  least: 0,
  valueAt: (at) => vector(at).reduce((sum, value) => sum + Math.abs(Math.round(value)), 0),
  ...{ noise: 1, blur: 2 },
};

export const PROBLEMS: readonly Problem[] = [branin, hartmann, rosenbrock, steps];

/** What a method is told of a point: more of the effort sees more clearly. */
export function toldOf(problem: Problem, value: number, share: number, random: Random): number {
  const blur = problem.blur * (1 - share);
  return value + (problem.noise / Math.sqrt(share) + blur) * random.normal();
}
