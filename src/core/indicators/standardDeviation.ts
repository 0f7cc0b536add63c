import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { RollingMoments } from './parts/rollingMoments.ts';
import { Revisable } from './revisable.ts';

/** Population standard deviation of the close in price units (divisor n, as TA-Lib's STDDEV). */
export class StandardDeviation extends Revisable {
  readonly warmUp: number;
  readonly #moments: RollingMoments;

  /** @param length look-back in bars. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#moments = this.keep(new RollingMoments(length));
  }

  get value(): number {
    return Math.sqrt(this.#moments.variance);
  }

  /** The square of `value`. */
  get variance(): number {
    return this.#moments.variance;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.#moments.push(bar.close);
    return Math.sqrt(this.#moments.variance);
  }
}
