import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Memo } from './parts/memo.ts';
import { RollingRange } from './parts/rollingRange.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { Revisable } from './revisable.ts';

/** Look-backs in bars, usually 14, 3 and 3. */
export interface StochasticLengths {
  /** Range the close is placed in. */
  readonly range: number;
  /** Smoothing of the fast %K, which makes it the slow one. */
  readonly slowing: number;
  /** Smoothing of the slow %K, which makes %D. */
  readonly d: number;
}

/**
 * Slow stochastic oscillator in [0, 100]: `value` is slow %K, `d` its moving average; both begin with the same bar, as
 * TA-Lib's STOCH. Where the range is 0 the fast %K is 50, neutral; TA-Lib says 0 there, which is a buy signal.
 */
export class Stochastic extends Revisable {
  readonly warmUp: number;
  readonly #range: RollingRange;
  readonly #fast: RollingSum;
  readonly #slow: RollingSum;
  readonly #slowing: number;
  readonly #dLength: number;
  readonly #fastFrom: number;
  readonly #slowFrom: number;
  readonly #bars = this.keep(new Memo(0));

  /** @throws RangeError when a length is not a whole number in range. */
  constructor({ range, slowing, d }: StochasticLengths) {
    super();
    this.#range = this.keep(new RollingRange(checkedLength('range', range)));
    this.#fast = this.keep(new RollingSum(checkedLength('slowing', slowing)));
    this.#slow = this.keep(new RollingSum(checkedLength('d', d)));
    this.#slowing = slowing;
    this.#dLength = d;
    this.#fastFrom = range;
    this.#slowFrom = range + slowing - 1;
    this.warmUp = range + slowing + d - 2;
  }

  get value(): number {
    return this.#bars.value < this.warmUp ? Number.NaN : this.#fast.value / this.#slowing;
  }

  /** %D, in [0, 100]. */
  get d(): number {
    return this.#slow.value / this.#dLength;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const bars = this.#bars.value + 1;
    this.#bars.set(bars);
    this.#range.push(bar.high, bar.low);
    if (bars < this.#fastFrom) return Number.NaN;
    const lowest = this.#range.lowest;
    const width = this.#range.highest - lowest;
    const slow =
      this.#fast.push(width > 0 ? (100 * (bar.close - lowest)) / width : 50) / this.#slowing;
    if (bars < this.#slowFrom) return Number.NaN;
    this.#slow.push(slow);
    return bars < this.warmUp ? Number.NaN : slow;
  }
}
