/**
 * Evolution with an adapted covariance matrix: generations drawn from a normal distribution whose middle, size and shape follow what
 * was good. Hansen, "The CMA Evolution Strategy: A Tutorial", 2016, with its default parameters; started anew from elsewhere, with
 * twice as many, when a generation no longer differs (Auger and Hansen, IPOP, 2005). Works in the unit cube, whose walls reflect.
 */
import type { Random } from '../domain/random.ts';
import type { Proposal, Score, Search } from './contract.ts';
import { eigenOf, identity, type Eigen } from './eigen.ts';
import { ranked } from './rank.ts';
import type { Space } from './space.ts';

/** Deviation of the first generation, in shares of the cube. */
const SIGMA_START = 0.3;
/** A distribution smaller than this has found what it can. */
const SIGMA_MIN = 1e-7;
/** Most parameters together: the matrix has their square. */
const PARAMETERS_MAX = 100;

/** The tutorial's table 1, from the number of parameters and the size of a generation. */
interface Rates {
  readonly weights: readonly number[];
  readonly muEff: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  readonly c1: number;
  readonly cMu: number;
  /** Expected length of a standard normal vector. */
  readonly chi: number;
}

function ratesOf(n: number, lambda: number): Rates {
  const mu = Math.floor(lambda / 2);
  const raw = Array.from({ length: mu }, (_, at) => Math.log((lambda + 1) / 2) - Math.log(at + 1));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const weights = raw.map((weight) => weight / sum);
  const muEff = 1 / weights.reduce((total, weight) => total + weight ** 2, 0);
  const cSigma = (muEff + 2) / (n + muEff + 5);
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  return {
    ...{ weights, muEff, cSigma, c1 },
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cC: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    cMu: Math.min(1 - c1, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff)),
    chi: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

export class CmaesSearch implements Search {
  readonly #space: Space;
  readonly #random: Random;
  readonly #n: number;
  #lambda: number;
  #rates: Rates;
  #mean: number[];
  #sigma = SIGMA_START;
  #pathSigma: number[];
  #pathC: number[];
  #covariance: number[][];
  #eigen: Eigen;
  #generation = 0;
  #begun = 0;
  #points: number[][] = [];
  #scores: Score[] = [];
  #asked = 0;

  /** @throws RangeError for more than 100 parameters. */
  constructor(space: Space, random: Random) {
    this.#space = space;
    this.#random = random;
    this.#n = space.size;
    if (this.#n > PARAMETERS_MAX) throw new RangeError(`at most ${PARAMETERS_MAX} parameters`);
    this.#lambda = 4 + Math.floor(3 * Math.log(this.#n));
    this.#rates = ratesOf(this.#n, this.#lambda);
    this.#mean = this.#vector(() => 0.5);
    this.#pathSigma = this.#vector(() => 0);
    this.#pathC = this.#vector(() => 0);
    this.#covariance = identity(this.#n);
    this.#eigen = eigenOf(this.#covariance);
  }

  /** A generation begins when the one before it is told whole. */
  get needs(): number {
    return this.#points.length === this.#lambda ? this.#asked : this.#begun;
  }

  ask(): Proposal {
    if (this.#points.length === this.#lambda) this.#learn();
    const { vectors, roots } = this.#eigen;
    const drawn = roots.map((root) => root * this.#random.normal());
    const point = this.#mean.map((middle, row) => {
      const step = drawn.reduce(
        (sum, each, column) => sum + (vectors[row]?.[column] ?? 0) * each,
        0,
      );
      return reflected(middle + this.#sigma * step);
    });
    this.#points.push(point);
    this.#asked += 1;
    return { assignment: this.#space.decode(point), share: 1 };
  }

  tell(score: Score): void {
    this.#scores.push(score);
  }

  #vector(valueAt: (at: number) => number): number[] {
    return Array.from({ length: this.#n }, (_, at) => valueAt(at));
  }

  #learn(): void {
    const order = ranked(this.#scores);
    const best = order.slice(0, this.#rates.weights.length).map((at) => this.#points[at] ?? []);
    const before = this.#mean;
    const steps = best.map((point) =>
      this.#vector((at) => ((point[at] ?? 0) - (before[at] ?? 0)) / this.#sigma),
    );
    const shift = this.#vector((at) => this.#weighted((row) => steps[row]?.[at] ?? 0));
    this.#mean = before.map((middle, at) => middle + this.#sigma * (shift[at] ?? 0));
    this.#generation += 1;
    this.#adapt(shift, steps);
    this.#points = [];
    this.#scores = [];
    this.#begun = this.#asked;
    if (this.#isSpent()) this.#restart();
  }

  #weighted(valueAt: (row: number) => number): number {
    return this.#rates.weights.reduce((sum, weight, row) => sum + weight * valueAt(row), 0);
  }

  /** Paths, covariance and size: equations 31, 37, 45, 47 of the tutorial. */
  #adapt(shift: readonly number[], steps: readonly (readonly number[])[]): void {
    const { muEff, cSigma, dSigma, cC, c1, cMu, chi } = this.#rates;
    const whitened = this.#whiten(shift);
    const pull = Math.sqrt(cSigma * (2 - cSigma) * muEff);
    this.#pathSigma = this.#pathSigma.map((p, at) => (1 - cSigma) * p + pull * (whitened[at] ?? 0));
    const length = Math.sqrt(this.#pathSigma.reduce((sum, p) => sum + p * p, 0));
    const settled = Math.sqrt(1 - (1 - cSigma) ** (2 * this.#generation));
    const isCalm = length / settled < (1.4 + 2 / (this.#n + 1)) * chi;
    const draw = isCalm ? Math.sqrt(cC * (2 - cC) * muEff) : 0;
    this.#pathC = this.#pathC.map((p, at) => (1 - cC) * p + draw * (shift[at] ?? 0));
    const kept = 1 - c1 - cMu + (isCalm ? 0 : c1 * cC * (2 - cC));
    this.#covariance = this.#covariance.map((row, i) =>
      row.map((value, j) => {
        const path = (this.#pathC[i] ?? 0) * (this.#pathC[j] ?? 0);
        const spread = this.#weighted((at) => (steps[at]?.[i] ?? 0) * (steps[at]?.[j] ?? 0));
        return kept * value + c1 * path + cMu * spread;
      }),
    );
    this.#sigma *= Math.exp(Math.min(1, (cSigma / dSigma) * (length / chi - 1)));
    this.#eigen = eigenOf(this.#covariance);
  }

  /** C^(−½)·v. */
  #whiten(v: readonly number[]): number[] {
    const { vectors, roots } = this.#eigen;
    const inside = roots.map((root, column) => {
      const along = v.reduce((sum, value, row) => sum + (vectors[row]?.[column] ?? 0) * value, 0);
      return along / root;
    });
    return this.#vector((row) =>
      inside.reduce((sum, value, column) => sum + (vectors[row]?.[column] ?? 0) * value, 0),
    );
  }

  #isSpent(): boolean {
    const [largest, smallest] = [Math.max(...this.#eigen.roots), Math.min(...this.#eigen.roots)];
    return this.#sigma * largest < SIGMA_MIN || largest > 1e7 * smallest;
  }

  #restart(): void {
    this.#lambda *= 2;
    this.#rates = ratesOf(this.#n, this.#lambda);
    this.#mean = this.#vector(() => this.#random.uniform());
    this.#sigma = SIGMA_START;
    this.#generation = 0;
    this.#pathSigma = this.#vector(() => 0);
    this.#pathC = this.#vector(() => 0);
    this.#covariance = identity(this.#n);
    this.#eigen = eigenOf(this.#covariance);
  }
}

/** Back into [0, 1], as a ball from a wall. */
function reflected(value: number): number {
  const turn = Math.abs(value % 2);
  return turn > 1 ? 2 - turn : turn;
}
