import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable } from './revisable.ts';
import { Lag } from './window.ts';

/** Change of the close over `length` bars: `value` in price units (TA-Lib's MOM), `rate` in percent (ROC). */
export class Momentum extends Revisable {
  readonly warmUp: number;
  readonly #lag: Lag;
  #close = Number.NaN;
  #earlier = Number.NaN;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#lag = new Lag(length);
  }

  get value(): number {
    return this.#close - this.#earlier;
  }

  /** 100·(C/C₋ₙ − 1), percent. */
  get rate(): number {
    return 100 * (this.#close / this.#earlier - 1);
  }

  update(bar: Bar): number {
    this.#close = bar.close;
    this.#earlier = this.#lag.push(bar.close);
    return this.#close - this.#earlier;
  }

  reset(): void {
    this.#lag.reset();
    this.#close = Number.NaN;
    this.#earlier = Number.NaN;
  }

  protected takeBack(): void {
    this.#lag.takeBack();
  }
}
