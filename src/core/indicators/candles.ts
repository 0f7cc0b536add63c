/** What the shapes of bars say. */
import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Lag } from './parts/lag.ts';
import { Memo } from './parts/memo.ts';
import { fadeOf } from './parts/part.ts';
import { RollingRange } from './parts/rollingRange.ts';
import { Revisable } from './revisable.ts';

/**
 * Heikin-Ashi bar: its close (`value`) is the mean of the four prices, its `open` the middle of the body of the one before it
 * (of the bar itself at first), `high` and `low` reach out to both.
 */
export class HeikinAshi extends Revisable {
  readonly warmUp = 1;
  readonly #open = this.keep(new Memo());
  readonly #high = this.keep(new Memo());
  readonly #low = this.keep(new Memo());
  readonly #close = this.keep(new Memo());

  get value(): number {
    return this.#close.value;
  }

  get open(): number {
    return this.#open.value;
  }

  get high(): number {
    return this.#high.value;
  }

  get low(): number {
    return this.#low.value;
  }

  /** Each open forgets half of the one before it. */
  override get settle(): number {
    return this.warmUp + fadeOf(1 / 2);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const isFirst = Number.isNaN(this.#close.value);
    const open = isFirst ? (bar.open + bar.close) / 2 : (this.#open.value + this.#close.value) / 2;
    const close = (bar.open + bar.high + bar.low + bar.close) / 4;
    this.#open.set(open);
    this.#close.set(close);
    this.#high.set(Math.max(bar.high, open, close));
    this.#low.set(Math.min(bar.low, open, close));
    return close;
  }
}

/**
 * Fractals (Williams): a high above the highs of `wing` bars on both sides, a low below the lows. It is known `wing` bars later:
 * then `top` (`bottom`) is 1 for that bar, otherwise 0; `value` is top − bottom. `high` and `low` are the prices of the last ones
 * known; before the first they are the highest and lowest of the bars looked at.
 */
export class Fractals extends Revisable {
  readonly warmUp: number;
  readonly #wing: number;
  readonly #highs: Lag;
  readonly #lows: Lag;
  readonly #range: RollingRange;
  readonly #top = this.keep(new Memo());
  readonly #bottom = this.keep(new Memo());
  readonly #lastHigh = this.keep(new Memo());
  readonly #lastLow = this.keep(new Memo());

  /** @param wing bars on each side, usually 2. @throws RangeError when out of range. */
  constructor(wing: number) {
    super();
    this.#wing = checkedLength('wing', wing);
    this.warmUp = 2 * wing + 1;
    checkedLength('wing', this.warmUp);
    this.#highs = this.keep(new Lag(this.warmUp));
    this.#lows = this.keep(new Lag(this.warmUp));
    this.#range = this.keep(new RollingRange(this.warmUp));
  }

  get value(): number {
    return this.#top.value - this.#bottom.value;
  }

  get top(): number {
    return this.#top.value;
  }

  get bottom(): number {
    return this.#bottom.value;
  }

  get high(): number {
    return Number.isNaN(this.#lastHigh.value) ? this.#range.highest : this.#lastHigh.value;
  }

  get low(): number {
    return Number.isNaN(this.#lastLow.value) ? this.#range.lowest : this.#lastLow.value;
  }

  /** A fractal holds until the next one. */
  override get settle(): number {
    return Infinity;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#highs.push(bar.high);
    this.#lows.push(-bar.low);
    this.#range.push(bar.high, bar.low);
    const high = this.#peak(this.#highs);
    const low = this.#peak(this.#lows);
    const isWarm = !Number.isNaN(this.#range.highest);
    this.#top.set(isWarm ? Number(!Number.isNaN(high)) : Number.NaN);
    this.#bottom.set(isWarm ? Number(!Number.isNaN(low)) : Number.NaN);
    this.#lastHigh.set(Number.isNaN(high) ? this.#lastHigh.value : high);
    this.#lastLow.set(Number.isNaN(low) ? this.#lastLow.value : -low);
    return this.value;
  }

  /** The sample in the middle when all others lie below it, NaN otherwise. */
  #peak(samples: Lag): number {
    const middle = samples.ago(this.#wing);
    // It is equal to itself, which counts half.
    return samples.below(middle) === this.warmUp - 0.5 ? middle : Number.NaN;
  }
}
