import type { Part } from './part.ts';
import type { StateReader } from './stateReader.ts';

/** One number and what it was the bar before. Set with every bar, or with none before the first. */
export class Memo implements Part {
  readonly fade = 0;
  readonly #initial: number;
  #value: number;
  #before: number;

  constructor(initial = Number.NaN) {
    this.#initial = initial;
    this.#value = initial;
    this.#before = initial;
  }

  get value(): number {
    return this.#value;
  }

  /** What it was before it was last set. */
  get before(): number {
    return this.#before;
  }

  set(value: number): void {
    this.#before = this.#value;
    this.#value = value;
  }

  takeBack(): void {
    this.#value = this.#before;
  }

  reset(): void {
    this.#value = this.#initial;
    this.#before = this.#initial;
  }

  save(into: number[]): void {
    into.push(this.#value, this.#before);
  }

  restore(from: StateReader): void {
    this.#value = from.next();
    this.#before = from.next();
  }
}
