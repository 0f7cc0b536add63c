/** Equity over a run, marked on every bar with floats: drawdowns and daily changes without keeping the whole curve. */
import { DAY_MS, type Millis } from '../domain/time.ts';

/** The last mark of a UTC day. */
export interface DayEnd {
  readonly at: Millis;
  readonly value: number;
}

/** When the deepest fall was. */
export interface DrawdownTimes {
  /** The last mark at the peak. */
  readonly peak: Millis;
  readonly trough: Millis;
  /** The first mark at or above the peak again; undefined while there is none. */
  readonly recovered: Millis | undefined;
}

export class EquityCurve {
  #first = Number.NaN;
  #last = Number.NaN;
  #peak = 0;
  #peakAt: Millis = 0;
  #maxDrawdown = 0;
  /** Of the deepest fall; it is over when `recovered` is the latest of the three. */
  #fallsFrom: Millis = 0;
  #troughAt: Millis = 0;
  #recoveredAt: Millis = 0;
  #longestMs = 0;
  /** UTC day of the newest mark. */
  #day = Number.NaN;
  #at = 0;
  /** Last mark of each day before the newest one's. */
  readonly #ends: DayEnd[] = [];

  /** Marks the equity (quote) at a market time. Times ascend. A mark at midnight is the last of the day that ends there. */
  mark(at: Millis, equity: number): void {
    const day = Math.ceil(at / DAY_MS);
    if (day !== this.#day) {
      if (Number.isNaN(this.#first)) this.#first = equity;
      else this.#ends.push({ at: this.#at, value: this.#last });
      this.#day = day;
    }
    this.#last = equity;
    this.#at = at;
    if (equity >= this.#peak) {
      if (this.#troughAt > this.#recoveredAt) this.#recoveredAt = at;
      this.#peak = equity;
      this.#peakAt = at;
      return;
    }
    if (at - this.#peakAt > this.#longestMs) this.#longestMs = at - this.#peakAt;
    const drawdown = 1 - equity / this.#peak;
    if (drawdown <= this.#maxDrawdown) return;
    this.#maxDrawdown = drawdown;
    this.#fallsFrom = this.#peakAt;
    this.#troughAt = at;
  }

  get last(): number {
    return this.#last;
  }

  /** Change from the first mark to the last, as a fraction; 0 before two marks. */
  get totalReturn(): number {
    return Number.isNaN(this.#first) ? 0 : this.#last / this.#first - 1;
  }

  /** Deepest fall from a peak, as a fraction of the peak. */
  get maxDrawdown(): number {
    return this.#maxDrawdown;
  }

  /** When that was; undefined when the curve never fell. */
  get deepest(): DrawdownTimes | undefined {
    if (this.#maxDrawdown === 0) return undefined;
    const [trough, recovered] = [this.#troughAt, this.#recoveredAt];
    return {
      peak: this.#fallsFrom,
      trough,
      recovered: recovered > trough ? recovered : undefined,
    };
  }

  /** From the last mark at a peak to the last one below it, at most; 0 when the curve never fell. */
  get longestDrawdownMs(): Millis {
    return this.#longestMs;
  }

  /** The last mark of each day, the newest mark among them; empty before the first mark. */
  get dayEnds(): readonly DayEnd[] {
    return Number.isNaN(this.#first) ? [] : [...this.#ends, { at: this.#at, value: this.#last }];
  }

  /** Changes from one day's last mark to the next one's, as fractions; days without a mark are passed over. */
  get dailyReturns(): number[] {
    const ends = this.dayEnds;
    return ends.slice(1).map(({ value }, day) => value / (ends[day]?.value ?? value) - 1);
  }
}
