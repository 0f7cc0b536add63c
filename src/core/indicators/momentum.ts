import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Lag } from './parts/lag.ts';
import { Revisable } from './revisable.ts';

/** Change of the close over `length` bars: `value` in price units (TA-Lib's MOM), `rate` in percent (ROC). */
export class Momentum extends Revisable {
  readonly warmUp: number;
  readonly #lag: Lag;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#lag = this.keep(new Lag(length));
  }

  get value(): number {
    return this.#lag.newest - this.#lag.earlier;
  }

  /** 100·(C/C₋ₙ − 1), percent. */
  get rate(): number {
    return 100 * (this.#lag.newest / this.#lag.earlier - 1);
  }

  update(bar: Bar): number {
    return this.gate.admits(bar) ? bar.close - this.#lag.push(bar.close) : this.value;
  }
}
