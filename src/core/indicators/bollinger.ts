import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Memo } from './parts/memo.ts';
import { RollingMoments } from './parts/rollingMoments.ts';
import { Revisable } from './revisable.ts';

/**
 * Bollinger bands of the close: mean ± width × population standard deviation (divisor n, as TA-Lib and Bollinger).
 * `value` is the middle band. The other outputs are NaN exactly as long as `value` is.
 */
export class Bollinger extends Revisable {
  readonly warmUp: number;
  readonly #moments: RollingMoments;
  readonly #width: number;
  readonly #close = this.keep(new Memo());

  /**
   * @param length look-back in bars, usually 20.
   * @param width band half-width in standard deviations, usually 2.
   * @throws RangeError when a parameter is out of range.
   */
  constructor(length: number, width: number) {
    super();
    if (!(width > 0 && width < Infinity))
      throw new RangeError(`width: ${width} is not a positive number`);
    this.warmUp = checkedLength('length', length);
    this.#moments = this.keep(new RollingMoments(length));
    this.#width = width;
  }

  get value(): number {
    return this.#moments.mean;
  }

  get middle(): number {
    return this.#moments.mean;
  }

  get upper(): number {
    return this.#moments.mean + this.#halfWidth();
  }

  get lower(): number {
    return this.#moments.mean - this.#halfWidth();
  }

  /** Where the close lies between lower (0) and upper band (1); outside of [0, 1] beyond them. 0.5 in a flat market. */
  get percentB(): number {
    const halfWidth = this.#halfWidth();
    return halfWidth === 0 ? 0.5 : 0.5 + (this.#close.value - this.#moments.mean) / (2 * halfWidth);
  }

  /** (upper − lower) / middle, a fraction. */
  get bandwidth(): number {
    return (2 * this.#halfWidth()) / this.#moments.mean;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    this.#moments.push(bar.close);
    return this.#moments.mean;
  }

  #halfWidth(): number {
    return this.#width * Math.sqrt(this.#moments.variance);
  }
}
