import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Memo } from './parts/memo.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { Revisable, typicalPrice } from './revisable.ts';

/**
 * Money flow index in [0, 100]: share of the turnover (typical price × volume) of the last `length` changes that came with
 * a rising typical price; unchanged ones count for neither side (TA-Lib). Without any flow it reads 50, neutral; TA-Lib
 * says 0 there, and also wherever the turnover of the window is below 1, which small markets reach.
 */
export class Mfi extends Revisable {
  readonly warmUp: number;
  readonly #rising: RollingSum;
  readonly #falling: RollingSum;
  readonly #price = this.keep(new Memo());

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#rising = this.keep(new RollingSum(length));
    this.#falling = this.keep(new RollingSum(length));
  }

  get value(): number {
    return share(this.#rising.value, this.#falling.value);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const price = typicalPrice(bar);
    this.#price.set(price);
    const { before } = this.#price;
    if (Number.isNaN(before)) return Number.NaN;
    const flow = price * bar.volume;
    return share(
      this.#rising.push(price > before ? flow : 0),
      this.#falling.push(price < before ? flow : 0),
    );
  }
}

function share(rising: number, falling: number): number {
  const whole = rising + falling;
  return whole === 0 ? 50 : (100 * rising) / whole;
}
