/* eslint-disable @typescript-eslint/prefer-for-of -- an iterator is an object: the allocation test finds it */
import type { Part } from './part.ts';
import { saveAll, type StateReader } from './stateReader.ts';

/** The last `length` samples and the one before them; NaN where there is none. */
export class Lag implements Part {
  readonly fade = 0;
  readonly #items: Float64Array;
  #at = 0;
  #evicted = Number.NaN;

  constructor(length: number) {
    this.#items = new Float64Array(length).fill(Number.NaN);
  }

  /** The sample of `length` pushes before the last one. */
  get earlier(): number {
    return this.#evicted;
  }

  /** The sample last given. */
  get newest(): number {
    return this.ago(0);
  }

  /** The sample of so many pushes before the last one; `back` from 0 to `length` − 1. */
  ago(back: number): number {
    const at = this.#at - 1 - back;
    return this.#items[at < 0 ? at + this.#items.length : at] ?? Number.NaN;
  }

  /** Sum of the distances of the last `length` samples from a value; NaN while there are fewer. */
  distanceFrom(value: number): number {
    let sum = 0;
    for (let i = 0; i < this.#items.length; i += 1)
      sum += Math.abs((this.#items[i] ?? Number.NaN) - value);
    return sum;
  }

  /** How many of the last `length` samples are below a value; equal ones count half. NaN while there are fewer. */
  below(value: number): number {
    let count = 0;
    for (let i = 0; i < this.#items.length; i += 1) {
      const item = this.#items[i] ?? Number.NaN;
      if (item < value) count += 1;
      else if (!(item > value)) count += item === value ? 0.5 : Number.NaN;
    }
    return count;
  }

  /** Takes a sample and gives the one it pushes out. */
  push(sample: number): number {
    const at = this.#at;
    const evicted = this.#items[at] ?? Number.NaN;
    this.#evicted = evicted;
    this.#items[at] = sample;
    this.#at = at + 1 === this.#items.length ? 0 : at + 1;
    return evicted;
  }

  /** Once only between two pushes. */
  takeBack(): void {
    this.#at = this.#at === 0 ? this.#items.length - 1 : this.#at - 1;
    this.#items[this.#at] = this.#evicted;
  }

  reset(): void {
    this.#items.fill(Number.NaN);
    this.#at = 0;
    this.#evicted = Number.NaN;
  }

  save(into: number[]): void {
    into.push(this.#at, this.#evicted);
    saveAll(this.#items, into);
  }

  restore(from: StateReader): void {
    this.#at = from.place(this.#items.length - 1);
    this.#evicted = from.next();
    from.fill(this.#items);
  }
}
