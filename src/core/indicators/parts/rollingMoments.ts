import type { Part } from './part.ts';
import { saveAll, type StateReader } from './stateReader.ts';

/** Mean and sum of squared deviations of the last `length` samples. */
export class RollingMoments implements Part {
  readonly fade = 0;
  readonly #length: number;
  readonly #items: Float64Array;
  readonly #tailMeans: Float64Array;
  readonly #tailSquares: Float64Array;
  #at = 0;
  #headMean = 0;
  #headSquares = 0;
  #headMeanBefore = 0;
  #headSquaresBefore = 0;

  constructor(length: number) {
    this.#length = length;
    this.#items = new Float64Array(length);
    this.#tailMeans = new Float64Array(length + 1);
    this.#tailSquares = new Float64Array(length + 1);
    this.reset();
  }

  get mean(): number {
    const tail = this.#tailMeans[this.#at] ?? Number.NaN;
    return tail + (this.#headMean - tail) * (this.#at / this.#length);
  }

  /** Population variance (divisor n, as TA-Lib). Exactly 0 when all samples are equal; never negative. */
  get variance(): number {
    const length = this.#length;
    const tail = this.#tailMeans[this.#at] ?? Number.NaN;
    const apart = this.#headMean - tail;
    const between = apart * apart * this.#at * ((length - this.#at) / length);
    return (this.#headSquares + (this.#tailSquares[this.#at] ?? Number.NaN) + between) / length;
  }

  /** Head by Welford's recurrence; head and tail are merged when read, by Chan, Golub and LeVeque's formula. */
  push(sample: number): void {
    if (this.#at === this.#length) this.#turn();
    const at = this.#at;
    this.#items[at] = sample;
    this.#at = at + 1;
    const before = this.#headMean;
    this.#headMeanBefore = before;
    this.#headSquaresBefore = this.#headSquares;
    const mean = before + (sample - before) / (at + 1);
    this.#headSquares += (sample - before) * (sample - mean);
    this.#headMean = mean;
  }

  takeBack(): void {
    if (this.#at === 0) return;
    this.#at -= 1;
    this.#headMean = this.#headMeanBefore;
    this.#headSquares = this.#headSquaresBefore;
  }

  reset(): void {
    this.#tailMeans.fill(Number.NaN);
    this.#tailSquares.fill(Number.NaN);
    this.#tailMeans[this.#length] = 0;
    this.#tailSquares[this.#length] = 0;
    this.#begin();
  }

  save(into: number[]): void {
    into.push(
      this.#at,
      this.#headMean,
      this.#headSquares,
      this.#headMeanBefore,
      this.#headSquaresBefore,
    );
    saveAll(this.#items, into);
    saveAll(this.#tailMeans, into);
    saveAll(this.#tailSquares, into);
  }

  restore(from: StateReader): void {
    this.#at = from.place(this.#length);
    this.#headMean = from.next();
    this.#headSquares = from.next();
    this.#headMeanBefore = from.next();
    this.#headSquaresBefore = from.next();
    from.fill(this.#items);
    from.fill(this.#tailMeans);
    from.fill(this.#tailSquares);
  }

  #begin(): void {
    this.#at = 0;
    this.#headMean = 0;
    this.#headSquares = 0;
  }

  #turn(): void {
    const length = this.#length;
    let mean = 0;
    let squares = 0;
    for (let i = length - 1; i >= 0; i -= 1) {
      const sample = this.#items[i] ?? Number.NaN;
      const before = mean;
      mean += (sample - before) / (length - i);
      squares += (sample - before) * (sample - mean);
      this.#tailMeans[i] = mean;
      this.#tailSquares[i] = squares;
    }
    this.#begin();
  }
}
