import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { WilderStrength } from './parts/wilderStrength.ts';
import { Revisable } from './revisable.ts';

/**
 * Relative strength index (Wilder) of the close, in [0, 100]: mean of the first `length` gains and losses, then weight
 * 1/length, as TA-Lib. A market that has not moved at all reads 50, neutral; TA-Lib says 0 there, which is a buy signal.
 */
export class Rsi extends Revisable {
  readonly warmUp: number;
  readonly #strength: WilderStrength;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#strength = this.keep(new WilderStrength(length));
  }

  get value(): number {
    return this.#strength.value;
  }

  update(bar: Bar): number {
    return this.gate.admits(bar) ? this.#strength.push(bar.close) : this.#strength.value;
  }
}
