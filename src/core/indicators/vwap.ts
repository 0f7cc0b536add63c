import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Memo } from './parts/memo.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { Revisable, typicalPrice } from './revisable.ts';

/**
 * Volume-weighted average of the typical price over the last `length` bars (a rolling window, not a session: these markets
 * do not close). A window without volume gives the last bar's typical price.
 */
export class Vwap extends Revisable {
  readonly warmUp: number;
  readonly #turnover: RollingSum;
  readonly #volume: RollingSum;
  readonly #price = this.keep(new Memo());

  /** @param length look-back in bars. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#turnover = this.keep(new RollingSum(length));
    this.#volume = this.keep(new RollingSum(length));
  }

  get value(): number {
    return this.#average(this.#turnover.value, this.#volume.value);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const price = typicalPrice(bar);
    this.#price.set(price);
    return this.#average(this.#turnover.push(price * bar.volume), this.#volume.push(bar.volume));
  }

  #average(turnover: number, volume: number): number {
    return volume === 0 ? this.#price.value : turnover / volume;
  }
}
