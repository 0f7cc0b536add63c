import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable } from './revisable.ts';
import { RollingSum } from './window.ts';

/**
 * Chaikin money flow in [−1, 1]: mean of where closes lie in their bars' ranges (1 at the high, −1 at the low), weighted by
 * volume. A bar without range counts as 0, and so does a window without volume.
 */
export class Cmf extends Revisable {
  readonly warmUp: number;
  readonly #flow: RollingSum;
  readonly #volume: RollingSum;

  /** @param length look-back in bars, usually 20. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#flow = new RollingSum(length);
    this.#volume = new RollingSum(length);
  }

  get value(): number {
    return perVolume(this.#flow.value, this.#volume.value);
  }

  update(bar: Bar): number {
    const { high, low, close, volume } = bar;
    const range = high - low;
    const place = range > 0 ? (close - low - (high - close)) / range : 0;
    return perVolume(this.#flow.push(place * volume), this.#volume.push(volume));
  }

  reset(): void {
    this.#flow.reset();
    this.#volume.reset();
  }

  protected takeBack(): void {
    this.#flow.takeBack();
    this.#volume.takeBack();
  }
}

function perVolume(flow: number, volume: number): number {
  return volume === 0 ? 0 : flow / volume;
}
