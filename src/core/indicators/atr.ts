import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable } from './revisable.ts';
import { ExponentialMean } from './smoothing.ts';
import { trueRange } from './trueRange.ts';

/** Average true range in price units (Wilder): mean of the first `length` true ranges, then weight 1/length. As TA-Lib. */
export class Atr extends Revisable {
  readonly warmUp: number;
  readonly #mean: ExponentialMean;
  #close = Number.NaN;
  #closeBefore = Number.NaN;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#mean = ExponentialMean.wilder(length);
  }

  get value(): number {
    return this.#mean.value;
  }

  update(bar: Bar): number {
    const closeBefore = this.#close;
    this.#closeBefore = closeBefore;
    this.#close = bar.close;
    return Number.isNaN(closeBefore) ? Number.NaN : this.#mean.push(trueRange(bar, closeBefore));
  }

  reset(): void {
    this.#mean.reset();
    this.#close = Number.NaN;
    this.#closeBefore = Number.NaN;
  }

  protected takeBack(): void {
    this.#mean.takeBack();
    this.#close = this.#closeBefore;
  }
}
