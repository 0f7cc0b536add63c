import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Memo } from './parts/memo.ts';
import { Revisable } from './revisable.ts';
import { trueRange } from './trueRange.ts';

/** Average true range in price units (Wilder): mean of the first `length` true ranges, then weight 1/length. As TA-Lib. */
export class Atr extends Revisable {
  readonly warmUp: number;
  readonly #mean: ExponentialMean;
  readonly #close = this.keep(new Memo());

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#mean = this.keep(ExponentialMean.wilder(length));
  }

  get value(): number {
    return this.#mean.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const { before } = this.#close;
    return Number.isNaN(before) ? Number.NaN : this.#mean.push(trueRange(bar, before));
  }
}
