import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable } from './revisable.ts';
import { ExponentialMean } from './smoothing.ts';

/**
 * Relative strength index (Wilder) of the close, in [0, 100]: mean of the first `length` gains and losses, then weight
 * 1/length, as TA-Lib. A market that has not moved at all reads 50, neutral; TA-Lib says 0 there, which is a buy signal.
 */
export class Rsi extends Revisable {
  readonly warmUp: number;
  readonly #gain: ExponentialMean;
  readonly #loss: ExponentialMean;
  #close = Number.NaN;
  #closeBefore = Number.NaN;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when it is not a whole number in range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#gain = ExponentialMean.wilder(length);
    this.#loss = ExponentialMean.wilder(length);
  }

  get value(): number {
    return strength(this.#gain.value, this.#loss.value);
  }

  update(bar: Bar): number {
    const closeBefore = this.#close;
    this.#closeBefore = closeBefore;
    this.#close = bar.close;
    if (Number.isNaN(closeBefore)) return Number.NaN;
    const change = bar.close - closeBefore;
    return strength(
      this.#gain.push(change > 0 ? change : 0),
      this.#loss.push(change < 0 ? -change : 0),
    );
  }

  reset(): void {
    this.#gain.reset();
    this.#loss.reset();
    this.#close = Number.NaN;
    this.#closeBefore = Number.NaN;
  }

  protected takeBack(): void {
    this.#gain.takeBack();
    this.#loss.takeBack();
    this.#close = this.#closeBefore;
  }
}

function strength(gain: number, loss: number): number {
  const moved = gain + loss;
  return moved === 0 ? 50 : (100 * gain) / moved;
}
