import { ExponentialMean } from './exponentialMean.ts';
import { Memo } from './memo.ts';
import { PartGroup } from './part.ts';

/**
 * Wilder's relative strength of samples, in [0, 100]: mean of the first `length` gains and losses, then weight 1/length. 50
 * when nothing has moved at all.
 */
export class WilderStrength extends PartGroup {
  readonly #gain: ExponentialMean;
  readonly #loss: ExponentialMean;
  readonly #sample = this.keep(new Memo());

  constructor(length: number) {
    super();
    this.#gain = this.keep(ExponentialMean.wilder(length));
    this.#loss = this.keepBeside(ExponentialMean.wilder(length));
  }

  get value(): number {
    return share(this.#gain.value, this.#loss.value);
  }

  push(sample: number): number {
    this.#sample.set(sample);
    const change = sample - this.#sample.before;
    if (Number.isNaN(change)) return Number.NaN;
    return share(
      this.#gain.push(change > 0 ? change : 0),
      this.#loss.push(change < 0 ? -change : 0),
    );
  }
}

function share(gain: number, loss: number): number {
  const moved = gain + loss;
  return moved === 0 ? 50 : (100 * gain) / moved;
}
