import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { RollingRange } from './parts/rollingRange.ts';
import { Revisable } from './revisable.ts';

/**
 * Donchian channel: highest high and lowest low of the last `length` bars, the current one included. `value` is the middle.
 * A breakout is a close beyond the channel of the bar before: read the bands before `update`.
 */
export class Donchian extends Revisable {
  readonly warmUp: number;
  readonly #range: RollingRange;

  /** @param length look-back in bars. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#range = this.keep(new RollingRange(length));
  }

  get value(): number {
    return (this.#range.highest + this.#range.lowest) / 2;
  }

  get upper(): number {
    return this.#range.highest;
  }

  get lower(): number {
    return this.#range.lowest;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.#range.push(bar.high, bar.low);
    return this.value;
  }
}
