import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable, typicalPrice } from './revisable.ts';
import { RollingSum } from './window.ts';

/**
 * Volume-weighted average of the typical price over the last `length` bars (a rolling window, not a session: these markets
 * do not close). A window without volume gives the last bar's typical price.
 */
export class Vwap extends Revisable {
  readonly warmUp: number;
  readonly #turnover: RollingSum;
  readonly #volume: RollingSum;
  #price = Number.NaN;

  /** @param length look-back in bars. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#turnover = new RollingSum(length);
    this.#volume = new RollingSum(length);
  }

  get value(): number {
    return this.#average(this.#turnover.value, this.#volume.value);
  }

  update(bar: Bar): number {
    const price = typicalPrice(bar);
    this.#price = price;
    return this.#average(this.#turnover.push(price * bar.volume), this.#volume.push(bar.volume));
  }

  reset(): void {
    this.#turnover.reset();
    this.#volume.reset();
    this.#price = Number.NaN;
  }

  protected takeBack(): void {
    this.#turnover.takeBack();
    this.#volume.takeBack();
  }

  #average(turnover: number, volume: number): number {
    return volume === 0 ? this.#price : turnover / volume;
  }
}
