/** Moving averages of the close beyond the plain and the exponential one. */
import type { Bar } from '../domain/market.ts';
import { checkedLength, checkedNumber, checkedOrder } from './length.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Lag } from './parts/lag.ts';
import { Memo } from './parts/memo.ts';
import { fadeOf } from './parts/part.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { RollingWeighted } from './parts/rollingWeighted.ts';
import { Revisable } from './revisable.ts';

/** Wilder's moving average: mean of the first `length` closes, then weight 1/length. */
export class Rma extends Revisable {
  readonly warmUp: number;
  readonly #mean: ExponentialMean;

  /** @param length look-back in bars. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#mean = this.keep(ExponentialMean.wilder(length));
  }

  get value(): number {
    return this.#mean.value;
  }

  update(bar: Bar): number {
    return this.gate.admits(bar) ? this.#mean.push(bar.close) : this.#mean.value;
  }
}

/** Sum of the weights 1 to n. */
const triangle = (length: number): number => (length * (length + 1)) / 2;

/** Mean of the last `length` closes with weights that fall linearly from `length`, the newest, to 1. */
export class Wma extends Revisable {
  readonly warmUp: number;
  readonly #window: RollingWeighted;

  /** @param length look-back in bars. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#window = this.keep(new RollingWeighted(length));
  }

  get value(): number {
    return this.#window.weighted / triangle(this.warmUp);
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.#window.push(bar.close);
    return this.value;
  }
}

/** Hull's moving average: WMA over √n bars of 2·WMA(n/2) − WMA(n); half and root are rounded down. */
export class Hma extends Revisable {
  readonly warmUp: number;
  readonly #length: number;
  readonly #half: number;
  readonly #root: number;
  readonly #slow: RollingWeighted;
  readonly #fast: RollingWeighted;
  readonly #smooth: RollingWeighted;

  /** @param length look-back in bars, from 2. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.#length = checkedLength('length', length, 2);
    this.#half = Math.floor(length / 2);
    this.#root = Math.floor(Math.sqrt(length));
    this.warmUp = length + this.#root - 1;
    this.#slow = this.keep(new RollingWeighted(length));
    this.#fast = this.keep(new RollingWeighted(this.#half));
    this.#smooth = this.keep(new RollingWeighted(this.#root));
  }

  get value(): number {
    return this.#smooth.weighted / triangle(this.#root);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#slow.push(bar.close);
    this.#fast.push(bar.close);
    const slow = this.#slow.weighted / triangle(this.#length);
    if (Number.isNaN(slow)) return Number.NaN;
    this.#smooth.push((2 * this.#fast.weighted) / triangle(this.#half) - slow);
    return this.value;
  }
}

/** Triangular moving average: SMA of an SMA, whose weights rise to the middle of the window and fall again (TA-Lib TRIMA). */
export class Trima extends Revisable {
  readonly warmUp: number;
  readonly #first: number;
  readonly #second: number;
  readonly #inner: RollingSum;
  readonly #outer: RollingSum;

  /** @param length look-back in bars. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#first = Math.floor((length + 1) / 2);
    this.#second = length + 1 - this.#first;
    this.#inner = this.keep(new RollingSum(this.#first));
    this.#outer = this.keep(new RollingSum(this.#second));
  }

  get value(): number {
    return this.#outer.value / this.#second;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const mean = this.#inner.push(bar.close) / this.#first;
    return Number.isNaN(mean) ? Number.NaN : this.#outer.push(mean) / this.#second;
  }
}

/** Mean of the last `length` closes weighted by volume; the plain mean where nothing was traded. */
export class Vwma extends Revisable {
  readonly warmUp: number;
  readonly #turnover: RollingSum;
  readonly #volume: RollingSum;
  readonly #close: RollingSum;

  /** @param length look-back in bars. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length);
    this.#turnover = this.keep(new RollingSum(length));
    this.#volume = this.keep(new RollingSum(length));
    this.#close = this.keep(new RollingSum(length));
  }

  get value(): number {
    const volume = this.#volume.value;
    return volume === 0 ? this.#close.value / this.warmUp : this.#turnover.value / volume;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#turnover.push(bar.close * bar.volume);
    this.#volume.push(bar.volume);
    this.#close.push(bar.close);
    return this.value;
  }
}

/** What {@link Alma} takes: usually 9, 0.85 and 6. */
export interface AlmaParams {
  /** Look-back in bars. */
  readonly length: number;
  /** Where in the window the weights peak: 0 the oldest bar, 1 the newest. */
  readonly offset: number;
  /** Width of the window in standard deviations of the bell. */
  readonly sigma: number;
}

/** Arnaud Legoux's moving average: the last `length` closes under a bell-shaped weight. Takes time in proportion to `length`. */
export class Alma extends Revisable {
  readonly warmUp: number;
  readonly #weights: Float64Array;
  readonly #closes: Lag;

  /** @throws RangeError when a parameter is out of range. */
  constructor({ length, offset, sigma }: AlmaParams) {
    super();
    this.warmUp = checkedLength('length', length);
    checkedNumber('offset', offset, { min: 0, max: 1 });
    checkedNumber('sigma', sigma, { min: 0.1, max: 100 });
    this.#closes = this.keep(new Lag(length));
    const peak = offset * (length - 1);
    const width = length / sigma;
    const bell = Float64Array.from({ length }, (_, back) =>
      Math.exp(-((length - 1 - back - peak) ** 2) / (2 * width * width)),
    );
    const whole = bell.reduce((sum, weight) => sum + weight, 0);
    this.#weights = bell.map((weight) => weight / whole);
  }

  get value(): number {
    let mean = 0;
    for (let back = 0; back < this.warmUp; back += 1)
      mean += (this.#weights[back] ?? 0) * this.#closes.ago(back);
    return mean;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.#closes.push(bar.close);
    return this.value;
  }
}

/** Look-backs in bars, usually 10, 2 and 30: of the efficiency ratio, and of the fastest and the slowest smoothing. */
export interface KamaParams {
  readonly length: number;
  readonly fast: number;
  readonly slow: number;
}

const emaWeight = (length: number): number => 2 / (length + 1);

/**
 * Kaufman's adaptive moving average: an exponential one whose weight lies between a fast and a slow one by how straight the last
 * `length` changes were. As TA-Lib: it begins with bar length + 1, from the close before it, and a market that stands still
 * counts as straight.
 */
export class Kama extends Revisable {
  readonly warmUp: number;
  readonly #fast: number;
  readonly #slow: number;
  readonly #closes: Lag;
  readonly #way: RollingSum;
  readonly #mean = this.keep(new Memo());

  /** @throws RangeError when a length is out of range, or fast is not shorter than slow. */
  constructor({ length, fast, slow }: KamaParams) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#fast = emaWeight(checkedLength('fast', fast));
    this.#slow = emaWeight(checkedLength('slow', slow));
    checkedOrder(fast, slow);
    this.#closes = this.keep(new Lag(length));
    this.#way = this.keep(new RollingSum(length));
  }

  get value(): number {
    return this.#mean.value;
  }

  /** At its slowest it forgets at the square of the slow weight. */
  override get settle(): number {
    return this.warmUp + fadeOf(this.#slow * this.#slow);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const { close } = bar;
    const before = this.#closes.newest;
    const change = Math.abs(close - this.#closes.push(close));
    if (Number.isNaN(before)) return Number.NaN;
    const way = this.#way.push(Math.abs(close - before));
    if (Number.isNaN(way)) return Number.NaN;
    const straight = way > change ? change / way : 1;
    const weight = (this.#slow + straight * (this.#fast - this.#slow)) ** 2;
    const mean = Number.isNaN(this.#mean.value) ? before : this.#mean.value;
    this.#mean.set(mean + weight * (close - mean));
    return this.value;
  }
}
