import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { Revisable } from './revisable.ts';

/** Simple moving average of the close. */
export class Sma extends Revisable {
  readonly warmUp: number;
  readonly #sum: RollingSum;

  /** @param length look-back in bars. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#sum = this.keep(new RollingSum(length));
  }

  get value(): number {
    return this.#sum.value / this.warmUp;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    return this.#sum.push(bar.close) / this.warmUp;
  }
}
