/**
 * A density over one coordinate of the unit cube from points. Over numbers, a kernel on each point, as wide as the way to its
 * neighbours, and a broad one for what nobody has seen; over choices, how often each was there, and once more. Bergstra et al.,
 * "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4.2.
 */
import type { Random } from '../domain/random.ts';
import type { Parameter } from './space.ts';

export interface Density {
  /** Logarithm of the density at a coordinate in [0, 1). */
  logAt(coordinate: number): number;
  draw(random: Random): number;
}

/** @param points coordinates in [0, 1); none: even, or nearly so. */
export function densityOf(parameter: Parameter, points: readonly number[]): Density {
  return parameter.type === 'choice'
    ? new ChoiceDensity(parameter.values.length, points)
    : new KernelDensity(points);
}

class ChoiceDensity implements Density {
  readonly #shares: readonly number[];

  constructor(values: number, points: readonly number[]) {
    const counts = Array.from({ length: values }, () => 1);
    for (const point of points) {
      const value = Math.floor(point * values);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    this.#shares = counts.map((count) => count / (points.length + values));
  }

  logAt(coordinate: number): number {
    const values = this.#shares.length;
    return Math.log((this.#shares[Math.floor(coordinate * values)] ?? 0) * values);
  }

  draw(random: Random): number {
    let left = random.uniform();
    const value = this.#shares.findIndex((share) => (left -= share) < 0);
    return ((value < 0 ? this.#shares.length - 1 : value) + 0.5) / this.#shares.length;
  }
}

/** The broad kernel, in the middle of the range. */
const MIDDLE = 0.5;
/** Kernels are no narrower than 1 ÷ this of the range, and wider while there are few. */
const NARROW_MAX = 100;
/** Draws of a coordinate before it is taken from the edge. */
const DRAWS_MAX = 20;
/** In widths: a kernel further away adds nothing. */
const FAR = 8;
/** Below any density that matters. */
const DENSITY_MIN = 1e-300;

class KernelDensity implements Density {
  readonly #centres: readonly number[];
  readonly #widths: readonly number[];
  /** What makes each kernel integrate to its part of 1 within the range. */
  readonly #heights: readonly number[];

  constructor(points: readonly number[]) {
    const centres = [...points, MIDDLE].sort((a, b) => a - b);
    const broad = centres.indexOf(MIDDLE);
    const least = 1 / Math.min(NARROW_MAX, centres.length + 1);
    this.#centres = centres;
    this.#widths = centres.map((centre, at) => {
      if (at === broad) return 1;
      const left = centre - (centres[at - 1] ?? 0);
      const right = (centres[at + 1] ?? 1) - centre;
      return Math.max(least, left, right);
    });
    this.#heights = centres.map(
      (centre, at) => heightOf(centre, this.#widths[at] ?? 1) / centres.length,
    );
  }

  logAt(coordinate: number): number {
    let sum = DENSITY_MIN;
    for (let at = 0; at < this.#centres.length; at += 1) {
      const off = (coordinate - (this.#centres[at] ?? 0)) / (this.#widths[at] ?? 1);
      if (Math.abs(off) < FAR) sum += (this.#heights[at] ?? 0) * Math.exp((-off * off) / 2);
    }
    return Math.log(sum);
  }

  draw(random: Random): number {
    const kernel = Math.floor(random.uniform() * this.#centres.length);
    const [centre, width] = [this.#centres[kernel] ?? MIDDLE, this.#widths[kernel] ?? 1];
    for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
      const coordinate = centre + width * random.normal();
      if (coordinate >= 0 && coordinate < 1) return coordinate;
    }
    return centre;
  }
}

/** Of a normal kernel of which only the part in [0, 1] counts. */
function heightOf(centre: number, width: number): number {
  const within = (errorFunction((1 - centre) / width) + errorFunction(centre / width)) / 2;
  return 1 / (width * Math.sqrt(2 * Math.PI) * within);
}

/** erf(x ÷ √2) for x ≥ 0, to 1.5e-7: Abramowitz and Stegun 7.1.26. */
function errorFunction(x: number): number {
  const t = 1 / (1 + (0.327_591_1 * x) / Math.SQRT2);
  const factors = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
  const sum = factors.reduce((value, factor) => (value + factor) * t, 0);
  return 1 - sum * Math.exp((-x * x) / 2);
}
