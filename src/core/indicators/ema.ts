import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Revisable } from './revisable.ts';

/**
 * Exponential moving average of the close, weight 2/(length + 1), seeded with the plain mean of the first `length`
 * closes as TA-Lib and TradingView do. (Seeding with the first close is up to several percent off at first.)
 */
export class Ema extends Revisable {
  readonly warmUp: number;
  readonly #mean: ExponentialMean;

  /** @param length look-back in bars. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#mean = this.keep(ExponentialMean.standard(length));
  }

  get value(): number {
    return this.#mean.value;
  }

  update(bar: Bar): number {
    return this.gate.admits(bar) ? this.#mean.push(bar.close) : this.#mean.value;
  }
}
