/** Equity over a run, marked on every bar with floats: drawdown and daily changes without keeping the whole curve. */
import { DAY_MS, type Millis } from '../domain/time.ts';

const DAYS_PER_YEAR = 365;

export class EquityCurve {
  #first = Number.NaN;
  #last = Number.NaN;
  #peak = 0;
  #maxDrawdown = 0;
  #nextDay = 0;
  readonly #days: number[] = [];

  /** Marks the equity (quote) at a market time. Times ascend. */
  mark(at: Millis, equity: number): void {
    if (at >= this.#nextDay) this.#newDay(at, equity);
    this.#last = equity;
    if (equity > this.#peak) this.#peak = equity;
    else {
      const drawdown = 1 - equity / this.#peak;
      if (drawdown > this.#maxDrawdown) this.#maxDrawdown = drawdown;
    }
  }

  #newDay(at: Millis, equity: number): void {
    if (Number.isNaN(this.#first)) this.#first = equity;
    this.#days.push(Number.isNaN(this.#last) ? equity : this.#last);
    this.#nextDay = at - (at % DAY_MS) + DAY_MS;
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

  /**
   * Mean over standard deviation of daily returns × √365 (crypto trades every day), risk-free rate 0. Sharpe, "The Sharpe Ratio",
   * 1994. Undefined with fewer than two daily returns or when they do not vary.
   */
  get sharpe(): number | undefined {
    const ends = [...this.#days, this.#last];
    const returns: number[] = [];
    for (let i = 1; i < ends.length; i += 1) returns.push((ends[i] ?? 0) / (ends[i - 1] ?? 1) - 1);
    if (returns.length < 2) return undefined;
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const variance =
      returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
    return variance > 0 ? (mean / Math.sqrt(variance)) * Math.sqrt(DAYS_PER_YEAR) : undefined;
  }
}
