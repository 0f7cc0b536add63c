import type { Part } from './part.ts';
import type { StateReader } from './stateReader.ts';

/** A sum that never ends, kept with its rounding error (Knuth's two-sum): no window restarts it, so nothing else mends it. */
export class RunningTotal implements Part {
  readonly fade = Infinity;
  #sum = 0;
  #error = 0;
  #sumBefore = 0;
  #errorBefore = 0;

  get value(): number {
    return this.#sum + this.#error;
  }

  add(sample: number): void {
    const before = this.#sum;
    this.#sumBefore = before;
    this.#errorBefore = this.#error;
    const sum = before + sample;
    const taken = sum - before;
    this.#error += before - (sum - taken) + (sample - taken);
    this.#sum = sum;
  }

  takeBack(): void {
    this.#sum = this.#sumBefore;
    this.#error = this.#errorBefore;
  }

  reset(): void {
    this.#sum = this.#error = this.#sumBefore = this.#errorBefore = 0;
  }

  save(into: number[]): void {
    into.push(this.#sum, this.#error, this.#sumBefore, this.#errorBefore);
  }

  restore(from: StateReader): void {
    this.#sum = from.next();
    this.#error = from.next();
    this.#sumBefore = from.next();
    this.#errorBefore = from.next();
  }
}
