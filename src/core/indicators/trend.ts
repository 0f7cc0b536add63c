/** Direction and its turns. */
import type { Bar } from '../domain/market.ts';
import { checkedLength, checkedNumber } from './length.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Memo } from './parts/memo.ts';
import { RollingAges } from './parts/rollingAges.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { Revisable } from './revisable.ts';
import { trueRange } from './trueRange.ts';

/**
 * Aroon (Chande): how lately the highest high and the lowest low of the last `length` + 1 bars were, 100 for now and 0 for
 * `length` bars ago; of equal ones the later counts (TA-Lib). `value` is the oscillator, up − down.
 */
export class Aroon extends Revisable {
  readonly warmUp: number;
  readonly #length: number;
  readonly #ages: RollingAges;

  /** @param length look-back in bars, usually 14 or 25. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.#length = checkedLength('length', length);
    this.warmUp = length + 1;
    this.#ages = this.keep(new RollingAges(length + 1));
  }

  get value(): number {
    return this.up - this.down;
  }

  get up(): number {
    return 100 * (1 - this.#ages.sinceHighest / this.#length);
  }

  get down(): number {
    return 100 * (1 - this.#ages.sinceLowest / this.#length);
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.#ages.push(bar.high, bar.low);
    return this.value;
  }
}

/**
 * Vortex (Botes and Siepman): over the last `length` changes, the way from each bar's low up to the next one's high, and from
 * its high down to the next one's low, both as shares of the true ranges. `value` is plus − minus. 0 where there is no range.
 */
export class Vortex extends Revisable {
  readonly warmUp: number;
  readonly #high = this.keep(new Memo());
  readonly #low = this.keep(new Memo());
  readonly #close = this.keep(new Memo());
  readonly #up: RollingSum;
  readonly #down: RollingSum;
  readonly #range: RollingSum;

  /** @param length look-back in bars, usually 14. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#up = this.keep(new RollingSum(length));
    this.#down = this.keep(new RollingSum(length));
    this.#range = this.keep(new RollingSum(length));
  }

  get value(): number {
    return this.plus - this.minus;
  }

  get plus(): number {
    return share(this.#up.value, this.#range.value);
  }

  get minus(): number {
    return share(this.#down.value, this.#range.value);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#high.set(bar.high);
    this.#low.set(bar.low);
    this.#close.set(bar.close);
    const { before } = this.#close;
    if (Number.isNaN(before)) return Number.NaN;
    this.#up.push(Math.abs(bar.high - this.#low.before));
    this.#down.push(Math.abs(bar.low - this.#high.before));
    this.#range.push(trueRange(bar, before));
    return this.value;
  }
}

function share(way: number, range: number): number {
  return range === 0 ? 0 : way / range;
}

/** Usually 0.02 and 0.2. */
export interface PsarParams {
  /** What the acceleration begins with and grows by at each new extreme. */
  readonly step: number;
  readonly max: number;
}

/**
 * Parabolic stop and reverse (Wilder): `value` is the stop that was in force during the bar, or the new one where the bar
 * reached it; `direction` is 1 while it lies under the market and −1 above. As TA-Lib: it begins with bar 2, down when that
 * bar's move down was the larger one, up otherwise.
 */
export class Psar extends Revisable {
  readonly warmUp = 2;
  readonly #step: number;
  readonly #max: number;
  readonly #high = this.keep(new Memo());
  readonly #low = this.keep(new Memo());
  readonly #direction = this.keep(new Memo());
  /** Farthest the market has been in the direction, and the acceleration towards it. */
  readonly #extreme = this.keep(new Memo());
  readonly #acceleration = this.keep(new Memo());
  /** The stop of the next bar. */
  readonly #next = this.keep(new Memo());
  readonly #stop = this.keep(new Memo());

  /** @throws RangeError when a parameter is out of range. */
  constructor({ step, max }: PsarParams) {
    super();
    this.#step = checkedNumber('step', step, { min: 0.0001, max: 1 });
    this.#max = checkedNumber('max', max, { min: step, max: 1 });
  }

  get value(): number {
    return this.#stop.value;
  }

  get direction(): number {
    return this.#direction.value;
  }

  /** A state of no fixed length: only a turn of the market makes it forget. */
  override get settle(): number {
    return Infinity;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#high.set(bar.high);
    this.#low.set(bar.low);
    if (Number.isNaN(this.#low.before)) return Number.NaN;
    if (Number.isNaN(this.#stop.value)) this.#begin();
    else this.#go(this.#direction.value, this.#next.value, this.#extreme.value);
    return this.value;
  }

  #begin(): void {
    const up = this.#high.value - this.#high.before;
    const down = this.#low.before - this.#low.value;
    if (down > up && down > 0) this.#go(-1, this.#high.before, this.#low.value);
    else this.#go(1, this.#low.before, this.#high.value);
  }

  #go(direction: number, stop: number, extreme: number): void {
    const near = direction > 0 ? this.#low.value : this.#high.value;
    const far = direction > 0 ? this.#high.value : this.#low.value;
    if ((near - stop) * direction <= 0) {
      this.#follow(
        -direction,
        outer(-direction, extreme, this.#edge(-direction)),
        near,
        this.#step,
      );
      return;
    }
    const begun = Number.isNaN(this.#acceleration.value) ? this.#step : this.#acceleration.value;
    if ((far - extreme) * direction > 0)
      this.#follow(direction, stop, far, Math.min(this.#max, begun + this.#step));
    else this.#follow(direction, stop, extreme, begun);
  }

  #follow(direction: number, stop: number, extreme: number, acceleration: number): void {
    const next = outer(direction, stop + acceleration * (extreme - stop), this.#edge(direction));
    this.#next.set(next);
    this.#direction.set(direction);
    this.#extreme.set(extreme);
    this.#acceleration.set(acceleration);
    this.#stop.set(stop);
  }

  /** The outer side of this bar and the one before it: no stop lies inside. The first bar with a stop stands alone. */
  #edge(direction: number): number {
    const side = direction > 0 ? this.#low : this.#high;
    return Number.isNaN(this.#stop.value) ? side.value : outer(direction, side.value, side.before);
  }
}

/** Of two stops, the one that is farther from a market that goes in the direction. */
function outer(direction: number, a: number, b: number): number {
  return a * direction < b * direction ? a : b;
}

/** Usually 10 and 3. */
export interface SupertrendParams {
  /** Look-back of the average true range, in bars. */
  readonly length: number;
  /** Distance of the bands from the middle of the bar, in average true ranges. */
  readonly multiple: number;
}

/**
 * Supertrend (Seban): bands at (high + low)/2 ± multiple·ATR, each of which only moves towards the market until a close is
 * beyond it. `value` is the band that holds, `direction` 1 while it is the lower one (up) and −1 while it is the upper one. It
 * begins with the first ATR, down, as the field's charts do; the ATR is TA-Lib's.
 */
export class Supertrend extends Revisable {
  readonly warmUp: number;
  readonly #multiple: number;
  readonly #range: ExponentialMean;
  readonly #close = this.keep(new Memo());
  readonly #upper = this.keep(new Memo());
  readonly #lower = this.keep(new Memo());
  readonly #direction = this.keep(new Memo());

  /** @throws RangeError when a parameter is out of range. */
  constructor({ length, multiple }: SupertrendParams) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#multiple = checkedNumber('multiple', multiple, { min: 0.01, max: 1000 });
    this.#range = this.keep(ExponentialMean.wilder(length));
  }

  get value(): number {
    return this.#direction.value > 0 ? this.#lower.value : this.#upper.value;
  }

  get direction(): number {
    return this.#direction.value;
  }

  /** Bands that hold remember how they came about until the market turns. */
  override get settle(): number {
    return Infinity;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const { before } = this.#close;
    if (Number.isNaN(before)) return Number.NaN;
    const range = this.#range.push(trueRange(bar, before));
    if (!Number.isNaN(range)) this.#move(bar, this.#multiple * range, before);
    return this.value;
  }

  #move(bar: Bar, distance: number, before: number): void {
    const middle = (bar.high + bar.low) / 2;
    const { value: upper } = this.#upper;
    const { value: lower } = this.#lower;
    // Comparisons with the NaN of the first time are false: the bands begin where they are.
    const holdsUpper = upper <= middle + distance && before <= upper;
    const holdsLower = lower >= middle - distance && before >= lower;
    this.#upper.set(holdsUpper ? upper : middle + distance);
    this.#lower.set(holdsLower ? lower : middle - distance);
    if (this.#direction.value > 0) this.#direction.set(bar.close < this.#lower.value ? -1 : 1);
    else if (Number.isNaN(this.#direction.value)) this.#direction.set(-1);
    else this.#direction.set(bar.close > this.#upper.value ? 1 : -1);
  }
}
