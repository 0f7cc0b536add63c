/** Equity over a run, marked on every bar with floats: drawdown and daily changes without keeping the whole curve. */
import { DAY_MS, type Millis } from '../domain/time.ts';

/** The last mark of a UTC day. */
export interface DayEnd {
  readonly at: Millis;
  readonly value: number;
}

export class EquityCurve {
  #first = Number.NaN;
  #last = Number.NaN;
  #peak = 0;
  #maxDrawdown = 0;
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
    if (equity > this.#peak) this.#peak = equity;
    else {
      const drawdown = 1 - equity / this.#peak;
      if (drawdown > this.#maxDrawdown) this.#maxDrawdown = drawdown;
    }
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
