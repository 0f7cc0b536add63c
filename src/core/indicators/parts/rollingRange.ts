import type { Part } from './part.ts';
import { saveAll, type StateReader } from './stateReader.ts';

/** Highest of the highs and lowest of the lows of the last `length` samples. */
export class RollingRange implements Part {
  readonly fade = 0;
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

  save(into: number[]): void {
    into.push(this.#at, this.#headHigh, this.#headLow, this.#headHighBefore, this.#headLowBefore);
    saveAll(this.#highs, into);
    saveAll(this.#lows, into);
    saveAll(this.#tailHighs, into);
    saveAll(this.#tailLows, into);
  }

  restore(from: StateReader): void {
    this.#at = from.place(this.#length);
    this.#headHigh = from.next();
    this.#headLow = from.next();
    this.#headHighBefore = from.next();
    this.#headLowBefore = from.next();
    from.fill(this.#highs);
    from.fill(this.#lows);
    from.fill(this.#tailHighs);
    from.fill(this.#tailLows);
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

/** Like Math.max, but plain comparisons: NaN in the first place stays. */
function larger(a: number, b: number): number {
  return b > a ? b : a;
}

function smaller(a: number, b: number): number {
  return b < a ? b : a;
}
