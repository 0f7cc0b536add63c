/** Equity over a run, marked on every bar with floats: drawdown and daily changes without keeping the whole curve. */
import { DAY_MS, type Millis } from '../domain/time.ts';

const DAYS_PER_YEAR = 365;

export class EquityCurve {
  #first = Number.NaN;
  #last = Number.NaN;
  #peak = 0;
  #maxDrawdown = 0;
  /** UTC day of the newest mark. */
  #day = Number.NaN;
  /** Last mark of each day before the newest one's. */
  readonly #ends: number[] = [];

  /** Marks the equity (quote) at a market time. Times ascend. A mark at midnight is the last of the day that ends there. */
  mark(at: Millis, equity: number): void {
    const day = Math.ceil(at / DAY_MS);
    if (day !== this.#day) {
      if (Number.isNaN(this.#first)) this.#first = equity;
      else this.#ends.push(this.#last);
      this.#day = day;
    }
    this.#last = equity;
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

  /** Changes from one day's last mark to the next one's, as fractions; days without a mark are passed over. */
  get dailyReturns(): number[] {
    const ends = [...this.#ends, this.#last];
    return ends.slice(1).map((end, day) => end / (ends[day] ?? end) - 1);
  }

  /**
   * Mean over standard deviation of daily returns × √365 (crypto trades every day), risk-free rate 0. Sharpe, "The Sharpe Ratio",
   * 1994. Undefined with fewer than two daily returns or when they do not vary.
   */
  get sharpe(): number | undefined {
    const returns = this.dailyReturns;
    if (returns.length < 2) return undefined;
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const variance =
      returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
    return variance > 0 ? (mean / Math.sqrt(variance)) * Math.sqrt(DAYS_PER_YEAR) : undefined;
  }
}
