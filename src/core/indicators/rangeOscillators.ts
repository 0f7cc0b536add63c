/** Oscillators that read the bar's range as well. */
import type { Bar } from '../domain/market.ts';
import { checkedLength, checkedOrder } from './length.ts';
import { Lag } from './parts/lag.ts';
import { Memo } from './parts/memo.ts';
import { RollingMoments } from './parts/rollingMoments.ts';
import { RollingRange } from './parts/rollingRange.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { Revisable, typicalPrice } from './revisable.ts';
import { trueRange } from './trueRange.ts';

/** Lambert's constant: most values then lie between −100 and 100. */
const LAMBERT = 0.015;

/**
 * Commodity channel index (Lambert): the typical price's distance from its mean, in units of 0.015 mean absolute deviations
 * from that mean. 0 where the typical price has not moved. Takes time in proportion to `length`, as the mean that deviations
 * are taken from is another one with each bar.
 */
export class Cci extends Revisable {
  readonly warmUp: number;
  readonly #prices: Lag;
  readonly #moments: RollingMoments;

  /** @param length look-back in bars, usually 20. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#prices = this.keep(new Lag(length));
    this.#moments = this.keep(new RollingMoments(length));
  }

  get value(): number {
    const { mean, variance } = this.#moments;
    if (variance === 0) return 0;
    const deviation = this.#prices.distanceFrom(mean) / this.warmUp;
    return (this.#prices.newest - mean) / (LAMBERT * deviation);
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) {
      const price = typicalPrice(bar);
      this.#prices.push(price);
      this.#moments.push(price);
    }
    return this.value;
  }
}

/**
 * Williams' %R in [−100, 0]: where the close lies below the highest high, as a share of the range of the last `length` bars.
 * −50, its middle, where the range is 0 (TA-Lib says 0 there, which is overbought).
 */
export class WilliamsR extends Revisable {
  readonly warmUp: number;
  readonly #range: RollingRange;
  readonly #close = this.keep(new Memo());

  /** @param length look-back in bars, usually 14. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#range = this.keep(new RollingRange(length));
  }

  get value(): number {
    const { highest, lowest } = this.#range;
    const width = highest - lowest;
    return width === 0 ? -50 : (-100 * (highest - this.#close.value)) / width;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) {
      this.#range.push(bar.high, bar.low);
      this.#close.set(bar.close);
    }
    return this.value;
  }
}

/** Awesome oscillator (Williams) in price units: SMA of (high + low)/2 over `fast` bars less that over `slow`, usually 5 and 34. */
export class AwesomeOscillator extends Revisable {
  readonly warmUp: number;
  readonly #fastLength: number;
  readonly #fast: RollingSum;
  readonly #slow: RollingSum;

  /** @throws RangeError when a length is out of range, or fast is not shorter than slow. */
  constructor(fast: number, slow: number) {
    super();
    this.#fastLength = checkedLength('fast', fast);
    this.warmUp = checkedLength('slow', slow);
    checkedOrder(fast, slow);
    this.#fast = this.keep(new RollingSum(fast));
    this.#slow = this.keep(new RollingSum(slow));
  }

  get value(): number {
    return this.#fast.value / this.#fastLength - this.#slow.value / this.warmUp;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) {
      const middle = (bar.high + bar.low) / 2;
      this.#fast.push(middle);
      this.#slow.push(middle);
    }
    return this.value;
  }
}

/** Look-backs in bars, usually 7, 14 and 28; each weighs half of the one before it. */
export interface UltimateLengths {
  readonly short: number;
  readonly middle: number;
  readonly long: number;
}

/** How much of the true ranges of the last n bars was buying pressure, in [0, 1]; a half where there was no range. */
class Pressure {
  readonly bought: RollingSum;
  readonly range: RollingSum;

  constructor(length: number) {
    this.bought = new RollingSum(length);
    this.range = new RollingSum(length);
  }

  get share(): number {
    const range = this.range.value;
    return range === 0 ? 0.5 : this.bought.value / range;
  }

  push(bought: number, range: number): void {
    this.bought.push(bought);
    this.range.push(range);
  }
}

/**
 * Ultimate oscillator (Williams) in [0, 100]: the shares of buying pressure (close less true low) in the true range over three
 * look-backs, weighted 4, 2 and 1. Where there was no range at all a share counts as a half; TA-Lib counts it as 0.
 */
export class UltimateOscillator extends Revisable {
  readonly warmUp: number;
  readonly #close = this.keep(new Memo());
  readonly #short: Pressure;
  readonly #middle: Pressure;
  readonly #long: Pressure;

  /** @throws RangeError when a length is out of range. */
  constructor({ short, middle, long }: UltimateLengths) {
    super();
    this.#short = new Pressure(checkedLength('short', short));
    this.#middle = new Pressure(checkedLength('middle', middle));
    this.#long = new Pressure(checkedLength('long', long));
    this.warmUp = Math.max(short, middle, long) + 1;
    for (const { bought, range } of [this.#short, this.#middle, this.#long]) {
      this.keep(bought);
      this.keep(range);
    }
  }

  get value(): number {
    return (100 * (4 * this.#short.share + 2 * this.#middle.share + this.#long.share)) / 7;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const { before } = this.#close;
    if (Number.isNaN(before)) return Number.NaN;
    const bought = bar.close - (bar.low < before ? bar.low : before);
    const range = trueRange(bar, before);
    this.#short.push(bought, range);
    this.#middle.push(bought, range);
    this.#long.push(bought, range);
    return this.value;
  }
}
