import { fadeOf, type Part } from './part.ts';
import type { StateReader } from './stateReader.ts';

/**
 * Exponential mean with TA-Lib's seed: the plain mean of the first `length` samples, then `mean += weight·(x − mean)`.
 * The seed is built as a running mean (weight 1/k at the k-th sample), so both phases are one line and nothing is stored.
 * NaN before `length` samples.
 */
export class ExponentialMean implements Part {
  readonly fade: number;
  readonly #length: number;
  readonly #weight: number;
  #count = 0;
  #mean = 0;
  #before = 0;

  private constructor(length: number, weight: number) {
    this.#length = length;
    this.#weight = weight;
    this.fade = fadeOf(weight);
  }

  /** The usual EMA: weight 2/(length + 1). */
  static standard(length: number): ExponentialMean {
    return new ExponentialMean(length, 2 / (length + 1));
  }

  /** Wilder's smoothing, as in RSI, ATR and ADX: weight 1/length. */
  static wilder(length: number): ExponentialMean {
    return new ExponentialMean(length, 1 / length);
  }

  get value(): number {
    return this.#count < this.#length ? Number.NaN : this.#mean;
  }

  push(sample: number): number {
    const count = ++this.#count;
    const before = this.#mean;
    this.#before = before;
    const weight = count <= this.#length ? 1 / count : this.#weight;
    const mean = before + weight * (sample - before);
    this.#mean = mean;
    return count < this.#length ? Number.NaN : mean;
  }

  takeBack(): void {
    if (this.#count === 0) return;
    this.#count -= 1;
    this.#mean = this.#before;
  }

  reset(): void {
    this.#count = 0;
    this.#mean = 0;
    this.#before = 0;
  }

  save(into: number[]): void {
    into.push(this.#count, this.#mean, this.#before);
  }

  restore(from: StateReader): void {
    this.#count = from.next();
    this.#mean = from.next();
    this.#before = from.next();
  }
}
