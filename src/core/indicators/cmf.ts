import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { Revisable } from './revisable.ts';

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
    this.#flow = this.keep(new RollingSum(length));
    this.#volume = this.keep(new RollingSum(length));
  }

  get value(): number {
    return perVolume(this.#flow.value, this.#volume.value);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const { volume } = bar;
    return perVolume(this.#flow.push(closeLocation(bar) * volume), this.#volume.push(volume));
  }
}

function perVolume(flow: number, volume: number): number {
  return volume === 0 ? 0 : flow / volume;
}

/** Where the close lies between the low, −1, and the high, 1; 0 in a bar without range. */
export function closeLocation({ high, low, close }: Bar): number {
  const range = high - low;
  return range > 0 ? (close - low - (high - close)) / range : 0;
}
