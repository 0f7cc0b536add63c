import type { Part } from './part.ts';
import { saveAll, type StateReader } from './stateReader.ts';

/**
 * How many samples ago the highest high and the lowest low of the last n samples were; 0 is the newest, and of equal ones the
 * newest counts. In laps, as `rollingSum.ts` explains.
 */
export class RollingAges implements Part {
  readonly fade = 0;
  readonly #high: Extreme;
  readonly #low: Extreme;

  constructor(length: number) {
    this.#high = new Extreme(length);
    this.#low = new Extreme(length);
  }

  /** NaN before the window is full. */
  get sinceHighest(): number {
    return this.#high.age;
  }

  get sinceLowest(): number {
    return this.#low.age;
  }

  push(high: number, low: number): void {
    this.#high.push(high);
    this.#low.push(-low);
  }

  takeBack(): void {
    this.#high.takeBack();
    this.#low.takeBack();
  }

  reset(): void {
    this.#high.reset();
    this.#low.reset();
  }

  save(into: number[]): void {
    this.#high.save(into);
    this.#low.save(into);
  }

  restore(from: StateReader): void {
    this.#high.restore(from);
    this.#low.restore(from);
  }
}

/** Place of the largest of the last n samples. */
class Extreme {
  readonly #length: number;
  readonly #items: Float64Array;
  /** Largest of the previous lap's samples from i on, and its place in that lap. */
  readonly #tails: Float64Array;
  readonly #tailPlaces: Float64Array;
  #at = 0;
  #head = -Infinity;
  #headPlace = 0;
  #headBefore = -Infinity;
  #headPlaceBefore = 0;

  constructor(length: number) {
    this.#length = length;
    this.#items = new Float64Array(length);
    this.#tails = new Float64Array(length + 1);
    this.#tailPlaces = new Float64Array(length + 1);
    this.reset();
  }

  get age(): number {
    const at = this.#at;
    const tail = this.#tails[at] ?? Number.NaN;
    if (tail > this.#head) return at - 1 - ((this.#tailPlaces[at] ?? 0) - this.#length);
    return Number.isNaN(tail) ? Number.NaN : at - 1 - this.#headPlace;
  }

  push(sample: number): void {
    if (this.#at === this.#length) this.#turn();
    this.#items[this.#at] = sample;
    this.#headBefore = this.#head;
    this.#headPlaceBefore = this.#headPlace;
    if (sample >= this.#head) {
      this.#head = sample;
      this.#headPlace = this.#at;
    }
    this.#at += 1;
  }

  takeBack(): void {
    if (this.#at === 0) return;
    this.#at -= 1;
    this.#head = this.#headBefore;
    this.#headPlace = this.#headPlaceBefore;
  }

  reset(): void {
    this.#tails.fill(Number.NaN);
    this.#tails[this.#length] = -Infinity;
    this.#begin();
  }

  save(into: number[]): void {
    into.push(this.#at, this.#head, this.#headPlace, this.#headBefore, this.#headPlaceBefore);
    for (const array of [this.#items, this.#tails, this.#tailPlaces]) saveAll(array, into);
  }

  restore(from: StateReader): void {
    this.#at = from.place(this.#length);
    this.#head = from.next();
    this.#headPlace = from.next();
    this.#headBefore = from.next();
    this.#headPlaceBefore = from.next();
    for (const array of [this.#items, this.#tails, this.#tailPlaces]) from.fill(array);
  }

  #begin(): void {
    this.#at = 0;
    this.#head = -Infinity;
    this.#headPlace = 0;
  }

  #turn(): void {
    let largest = -Infinity;
    let place = this.#length - 1;
    for (let i = this.#length - 1; i >= 0; i -= 1) {
      const sample = this.#items[i] ?? Number.NaN;
      if (sample > largest) {
        largest = sample;
        place = i;
      }
      this.#tails[i] = largest;
      this.#tailPlaces[i] = place;
    }
    this.#begin();
  }
}
