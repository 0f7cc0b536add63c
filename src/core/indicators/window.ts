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

/** Sum of the last `length` samples. */
export class RollingSum {
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

/** Highest of the highs and lowest of the lows of the last `length` samples. */
export class RollingRange {
  readonly #length: number;
  readonly #highs: Float64Array;
  readonly #lows: Float64Array;
  readonly #tailHighs: Float64Array;
  readonly #tailLows: Float64Array;
  #at = 0;
  #headHigh = -Infinity;
  #headLow = Infinity;
  #headHighBefore = -Infinity;
  #headLowBefore = Infinity;

  constructor(length: number) {
    this.#length = length;
    this.#highs = new Float64Array(length);
    this.#lows = new Float64Array(length);
    this.#tailHighs = new Float64Array(length + 1);
    this.#tailLows = new Float64Array(length + 1);
    this.reset();
  }

  get highest(): number {
    return larger(this.#tailHighs[this.#at] ?? Number.NaN, this.#headHigh);
  }

  get lowest(): number {
    return smaller(this.#tailLows[this.#at] ?? Number.NaN, this.#headLow);
  }

  push(high: number, low: number): void {
    if (this.#at === this.#length) this.#turn();
    const at = this.#at;
    this.#highs[at] = high;
    this.#lows[at] = low;
    this.#headHighBefore = this.#headHigh;
    this.#headLowBefore = this.#headLow;
    if (high > this.#headHigh) this.#headHigh = high;
    if (low < this.#headLow) this.#headLow = low;
    this.#at = at + 1;
  }

  takeBack(): void {
    if (this.#at === 0) return;
    this.#at -= 1;
    this.#headHigh = this.#headHighBefore;
    this.#headLow = this.#headLowBefore;
  }

  reset(): void {
    this.#tailHighs.fill(Number.NaN);
    this.#tailLows.fill(Number.NaN);
    this.#tailHighs[this.#length] = -Infinity;
    this.#tailLows[this.#length] = Infinity;
    this.#begin();
  }

  #begin(): void {
    this.#at = 0;
    this.#headHigh = -Infinity;
    this.#headLow = Infinity;
  }

  #turn(): void {
    let highest = -Infinity;
    let lowest = Infinity;
    for (let i = this.#length - 1; i >= 0; i -= 1) {
      highest = larger(highest, this.#highs[i] ?? Number.NaN);
      lowest = smaller(lowest, this.#lows[i] ?? Number.NaN);
      this.#tailHighs[i] = highest;
      this.#tailLows[i] = lowest;
    }
    this.#begin();
  }
}

/** Mean and sum of squared deviations of the last `length` samples. */
export class RollingMoments {
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

/** The sample of `length` pushes ago, NaN before there is one. */
export class Lag {
  readonly #items: Float64Array;
  #at = 0;
  #evicted = Number.NaN;

  constructor(length: number) {
    this.#items = new Float64Array(length).fill(Number.NaN);
  }

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
}

/** Like Math.max, but plain comparisons: NaN in the first place stays. */
function larger(a: number, b: number): number {
  return b > a ? b : a;
}

function smaller(a: number, b: number): number {
  return b < a ? b : a;
}
