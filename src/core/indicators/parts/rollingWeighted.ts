import type { Part } from './part.ts';
import { saveAll, type StateReader } from './stateReader.ts';

/**
 * Sum of the last n samples, plain and weighted 1 (the oldest) to n (the newest). In laps, as `rollingSum.ts` explains: one
 * sample earlier in a tail raises every later weight by one, which adds the tail's plain sum once.
 */
export class RollingWeighted implements Part {
  readonly fade = 0;
  readonly #length: number;
  readonly #items: Float64Array;
  readonly #tails: Float64Array;
  readonly #weightedTails: Float64Array;
  #at = 0;
  #head = 0;
  #weightedHead = 0;
  #headBefore = 0;
  #weightedHeadBefore = 0;

  constructor(length: number) {
    this.#length = length;
    this.#items = new Float64Array(length);
    this.#tails = new Float64Array(length + 1);
    this.#weightedTails = new Float64Array(length + 1);
    this.reset();
  }

  get sum(): number {
    return this.#head + (this.#tails[this.#at] ?? Number.NaN);
  }

  get weighted(): number {
    const at = this.#at;
    const older = this.#length - at;
    return (this.#weightedTails[at] ?? Number.NaN) + older * this.#head + this.#weightedHead;
  }

  push(sample: number): void {
    if (this.#at === this.#length) this.#turn();
    this.#items[this.#at] = sample;
    this.#at += 1;
    this.#headBefore = this.#head;
    this.#weightedHeadBefore = this.#weightedHead;
    this.#head += sample;
    this.#weightedHead += this.#at * sample;
  }

  takeBack(): void {
    if (this.#at === 0) return;
    this.#at -= 1;
    this.#head = this.#headBefore;
    this.#weightedHead = this.#weightedHeadBefore;
  }

  reset(): void {
    this.#tails.fill(Number.NaN);
    this.#weightedTails.fill(Number.NaN);
    this.#tails[this.#length] = 0;
    this.#weightedTails[this.#length] = 0;
    this.#begin();
  }

  save(into: number[]): void {
    into.push(this.#at, this.#head, this.#weightedHead);
    into.push(this.#headBefore, this.#weightedHeadBefore);
    for (const array of [this.#items, this.#tails, this.#weightedTails]) saveAll(array, into);
  }

  restore(from: StateReader): void {
    this.#at = from.place(this.#length);
    this.#head = from.next();
    this.#weightedHead = from.next();
    this.#headBefore = from.next();
    this.#weightedHeadBefore = from.next();
    for (const array of [this.#items, this.#tails, this.#weightedTails]) from.fill(array);
  }

  #begin(): void {
    this.#at = 0;
    this.#head = 0;
    this.#weightedHead = 0;
  }

  #turn(): void {
    let sum = 0;
    let weighted = 0;
    for (let i = this.#length - 1; i >= 0; i -= 1) {
      sum += this.#items[i] ?? Number.NaN;
      weighted += sum;
      this.#tails[i] = sum;
      this.#weightedTails[i] = weighted;
    }
    this.#begin();
  }
}
