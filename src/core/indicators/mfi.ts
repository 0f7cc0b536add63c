import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable, typicalPrice } from './revisable.ts';
import { RollingSum } from './window.ts';

/**
 * Money flow index in [0, 100]: share of the turnover (typical price × volume) of the last `length` changes that came with
 * a rising typical price; unchanged ones count for neither side (TA-Lib). Without any flow it reads 50, neutral; TA-Lib
 * says 0 there, and also wherever the turnover of the window is below 1, which small markets reach.
 */
export class Mfi extends Revisable {
  readonly warmUp: number;
  readonly #rising: RollingSum;
  readonly #falling: RollingSum;
  #price = Number.NaN;
  #priceBefore = Number.NaN;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#rising = new RollingSum(length);
    this.#falling = new RollingSum(length);
  }

  get value(): number {
    return share(this.#rising.value, this.#falling.value);
  }

  update(bar: Bar): number {
    const before = this.#price;
    const price = typicalPrice(bar);
    this.#priceBefore = before;
    this.#price = price;
    if (Number.isNaN(before)) return Number.NaN;
    const flow = price * bar.volume;
    return share(
      this.#rising.push(price > before ? flow : 0),
      this.#falling.push(price < before ? flow : 0),
    );
  }

  reset(): void {
    this.#rising.reset();
    this.#falling.reset();
    this.#price = Number.NaN;
    this.#priceBefore = Number.NaN;
  }

  protected takeBack(): void {
    this.#rising.takeBack();
    this.#falling.takeBack();
    this.#price = this.#priceBefore;
  }
}

function share(rising: number, falling: number): number {
  const whole = rising + falling;
  return whole === 0 ? 50 : (100 * rising) / whole;
}
