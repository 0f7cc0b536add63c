/**
 * Windows over the last n samples that never subtract.
 *
 * The samples lie in a ring that is filled in laps. A window is always: the tail of the previous lap + the head of this
 * lap. The tails' aggregates are computed once, when a lap ends (n steps every n samples); the head's grows with each
 * sample. So a push costs the same for every n, amortised, and a sample that has left the window has left no trace: no
 * rounding drifts, and a glitch print of 1e8 among prices of 1e-5 is gone the moment it leaves.
 * (The block method of van Herk, 1992, and Gil and Werman, 1993, for sliding maxima, used for sums and moments as well.)
 *
 * Before the first lap is full there is no tail; its aggregates are NaN, and so is the result: warm-up without a branch.
 */
import type { Part } from './part.ts';
import { saveAll, type StateReader } from './stateReader.ts';

/** Sum of the last `length` samples. */
export class RollingSum implements Part {
  readonly fade = 0;
  readonly #length: number;
  readonly #items: Float64Array;
  /** At i: sum of the previous lap's samples from i on. At `length`: 0, the empty tail. */
  readonly #tails: Float64Array;
  #at = 0;
  #head = 0;
  #headBefore = 0;

  constructor(length: number) {
    this.#length = length;
    this.#items = new Float64Array(length);
    this.#tails = new Float64Array(length + 1);
    this.reset();
  }

  get value(): number {
    return this.#head + (this.#tails[this.#at] ?? Number.NaN);
  }

  push(sample: number): number {
    if (this.#at === this.#length) this.#turn();
    const at = this.#at;
    this.#items[at] = sample;
    this.#headBefore = this.#head;
    const head = this.#head + sample;
    this.#head = head;
    this.#at = at + 1;
    return head + (this.#tails[at + 1] ?? Number.NaN);
  }

  takeBack(): void {
    if (this.#at === 0) return;
    this.#at -= 1;
    this.#head = this.#headBefore;
  }

  reset(): void {
    this.#tails.fill(Number.NaN);
    this.#tails[this.#length] = 0;
    this.#at = 0;
    this.#head = 0;
  }

  save(into: number[]): void {
    into.push(this.#at, this.#head, this.#headBefore);
    saveAll(this.#items, into);
    saveAll(this.#tails, into);
  }

  restore(from: StateReader): void {
    this.#at = from.place(this.#length);
    this.#head = from.next();
    this.#headBefore = from.next();
    from.fill(this.#items);
    from.fill(this.#tails);
  }

  #turn(): void {
    let sum = 0;
    for (let i = this.#length - 1; i >= 0; i -= 1) {
      sum += this.#items[i] ?? Number.NaN;
      this.#tails[i] = sum;
    }
    this.#at = 0;
    this.#head = 0;
  }
}
