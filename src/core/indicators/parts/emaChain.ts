import { fadeOf, type Part } from './part.ts';
import { saveAll, type StateReader } from './stateReader.ts';

/**
 * EMAs of EMAs. Each is seeded with the plain mean of the first `length` values of the one before it, as TA-Lib's are: what
 * `exponentialMean.ts` does, for several in a row and all in one place.
 */
export class EmaChain implements Part {
  readonly fade: number;
  readonly #lengths: Float64Array;
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #before: Float64Array;

  /** @param lengths of each stage, the first sees the samples */
  constructor(lengths: readonly number[]) {
    this.#lengths = Float64Array.from(lengths);
    this.#counts = new Float64Array(lengths.length);
    this.#means = new Float64Array(lengths.length);
    this.#before = new Float64Array(lengths.length);
    this.fade = lengths.reduce((sum, length) => sum + fadeOf(2 / (length + 1)), 0);
  }

  /** The last stage; NaN before it has begun. */
  get value(): number {
    return this.stage(this.#means.length);
  }

  /** A stage by its number, from 1. */
  stage(number: number): number {
    const at = number - 1;
    const isWarm = (this.#counts[at] ?? 0) >= (this.#lengths[at] ?? Infinity);
    return isWarm ? (this.#means[at] ?? Number.NaN) : Number.NaN;
  }

  push(sample: number): void {
    let value = sample;
    for (let at = 0; at < this.#means.length; at += 1) {
      const count = (this.#counts[at] ?? 0) + 1;
      const length = this.#lengths[at] ?? 1;
      const before = this.#means[at] ?? 0;
      const mean = before + (value - before) * (count <= length ? 1 / count : 2 / (length + 1));
      this.#counts[at] = count;
      this.#before[at] = before;
      this.#means[at] = mean;
      if (count < length) return;
      value = mean;
    }
  }

  takeBack(): void {
    for (let at = 0; at < this.#means.length; at += 1) {
      const count = this.#counts[at] ?? 0;
      if (count === 0) return;
      this.#counts[at] = count - 1;
      this.#means[at] = this.#before[at] ?? 0;
    }
  }

  reset(): void {
    for (const array of [this.#counts, this.#means, this.#before]) array.fill(0);
  }

  save(into: number[]): void {
    for (const array of [this.#counts, this.#means, this.#before]) saveAll(array, into);
  }

  restore(from: StateReader): void {
    for (const array of [this.#counts, this.#means, this.#before]) from.fill(array);
  }
}

/** Bars a chain of EMAs of one length needs. */
export function chainWarmUp(length: number, stages: number): number {
  return stages * (length - 1) + 1;
}
