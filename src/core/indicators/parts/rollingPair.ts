import type { Part } from './part.ts';
import { saveAll, type StateReader } from './stateReader.ts';

/** Means and central sums of squares and products of pairs. */
class PairMoments {
  count = 0;
  x = 0;
  y = 0;
  xx = 0;
  yy = 0;
  xy = 0;

  /** One pair more, by Welford's recurrence. */
  add(x: number, y: number): void {
    this.count += 1;
    const dx = x - this.x;
    const dy = y - this.y;
    this.x += dx / this.count;
    this.y += dy / this.count;
    this.xx += dx * (x - this.x);
    this.yy += dy * (y - this.y);
    this.xy += dx * (y - this.y);
  }

  copy(from: PairMoments): void {
    this.count = from.count;
    this.x = from.x;
    this.y = from.y;
    this.xx = from.xx;
    this.yy = from.yy;
    this.xy = from.xy;
  }

  clear(): void {
    this.count = this.x = this.y = this.xx = this.yy = this.xy = 0;
  }
}

const FIELDS = 5;

/**
 * Sums of squares and products of the last n pairs about their means. In laps, as `rollingSum.ts` explains; head and tail are
 * merged by the formula of Chan, Golub and LeVeque.
 */
export class RollingPair implements Part {
  readonly fade = 0;
  readonly #length: number;
  readonly #xs: Float64Array;
  readonly #ys: Float64Array;
  /** Five numbers for each suffix of the lap before: means of x and y, sums xx, yy and xy. */
  readonly #tails: Float64Array;
  readonly #head = new PairMoments();
  readonly #headBefore = new PairMoments();
  readonly #sweep = new PairMoments();

  constructor(length: number) {
    this.#length = length;
    this.#xs = new Float64Array(length);
    this.#ys = new Float64Array(length);
    this.#tails = new Float64Array((length + 1) * FIELDS);
    this.reset();
  }

  /** Sum of squared deviations of x; NaN before the window is full. Exactly 0 when all are equal, never negative. */
  get xx(): number {
    const apart = this.#head.x - this.#tail(0);
    return this.#head.xx + this.#tail(2) + apart * apart * this.#merge();
  }

  get yy(): number {
    const apart = this.#head.y - this.#tail(1);
    return this.#head.yy + this.#tail(3) + apart * apart * this.#merge();
  }

  /** Sum of products of deviations. */
  get xy(): number {
    const apart = (this.#head.x - this.#tail(0)) * (this.#head.y - this.#tail(1));
    return this.#head.xy + this.#tail(4) + apart * this.#merge();
  }

  push(x: number, y: number): void {
    if (this.#head.count === this.#length) this.#turn();
    this.#xs[this.#head.count] = x;
    this.#ys[this.#head.count] = y;
    this.#headBefore.copy(this.#head);
    this.#head.add(x, y);
  }

  takeBack(): void {
    if (this.#head.count > 0) this.#head.copy(this.#headBefore);
  }

  reset(): void {
    this.#tails.fill(Number.NaN);
    this.#tails.fill(0, this.#length * FIELDS);
    this.#head.clear();
    this.#headBefore.clear();
  }

  save(into: number[]): void {
    for (const { count, x, y, xx, yy, xy } of [this.#head, this.#headBefore])
      into.push(count, x, y, xx, yy, xy);
    for (const array of [this.#xs, this.#ys, this.#tails]) saveAll(array, into);
  }

  restore(from: StateReader): void {
    for (const moments of [this.#head, this.#headBefore]) {
      moments.count = from.place(this.#length);
      moments.x = from.next();
      moments.y = from.next();
      moments.xx = from.next();
      moments.yy = from.next();
      moments.xy = from.next();
    }
    for (const array of [this.#xs, this.#ys, this.#tails]) from.fill(array);
  }

  #tail(field: number): number {
    return this.#tails[this.#head.count * FIELDS + field] ?? Number.NaN;
  }

  #merge(): number {
    const { count } = this.#head;
    return (count * (this.#length - count)) / this.#length;
  }

  #turn(): void {
    const sweep = this.#sweep;
    sweep.clear();
    for (let i = this.#length - 1; i >= 0; i -= 1) {
      sweep.add(this.#xs[i] ?? Number.NaN, this.#ys[i] ?? Number.NaN);
      const at = i * FIELDS;
      this.#tails[at] = sweep.x;
      this.#tails[at + 1] = sweep.y;
      this.#tails[at + 2] = sweep.xx;
      this.#tails[at + 3] = sweep.yy;
      this.#tails[at + 4] = sweep.xy;
    }
    this.#head.clear();
  }
}
