/** Volume, and price weighed by it. */
import type { Bar } from '../domain/market.ts';
import { closeLocation } from './cmf.ts';
import { checkedLength, checkedNumber, checkedOrder } from './length.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Memo } from './parts/memo.ts';
import { fadeOf } from './parts/part.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { RunningTotal } from './parts/runningTotal.ts';
import { Revisable } from './revisable.ts';

/**
 * Accumulation/distribution line (Chaikin) in base units: the total of each bar's volume times where it closed in its range,
 * −1 at the low to 1 at the high. Only its changes mean something: the level depends on where the series begins (TA-Lib AD).
 */
export class Adl extends Revisable {
  readonly warmUp = 1;
  readonly #total = this.keep(new RunningTotal());
  readonly #bars = this.keep(new Memo(0));

  get value(): number {
    return this.#bars.value === 0 ? Number.NaN : this.#total.value;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) {
      this.#bars.set(1);
      this.#total.add(closeLocation(bar) * bar.volume);
    }
    return this.value;
  }
}

/**
 * Chaikin oscillator in base units: EMA of the accumulation/distribution line over `fast` bars less that over `slow`, usually
 * 3 and 10. As TA-Lib's ADOSC both are seeded with the line's first value, so they begin level. What is kept is how far each
 * lags behind the line: the line's own level, which grows for ever, cancels out.
 */
export class ChaikinOscillator extends Revisable {
  readonly warmUp: number;
  readonly #fastWeight: number;
  readonly #slowWeight: number;
  readonly #bars = this.keep(new Memo(0));
  readonly #fastLag = this.keep(new Memo(0));
  readonly #slowLag = this.keep(new Memo(0));

  /** @throws RangeError when a length is out of range, or fast is not shorter than slow. */
  constructor(fast: number, slow: number) {
    super();
    this.#fastWeight = 2 / (checkedLength('fast', fast) + 1);
    this.#slowWeight = 2 / (checkedLength('slow', slow) + 1);
    checkedOrder(fast, slow);
    this.warmUp = slow;
  }

  get value(): number {
    const isWarm = this.#bars.value >= this.warmUp;
    return isWarm ? this.#slowLag.value - this.#fastLag.value : Number.NaN;
  }

  override get settle(): number {
    return this.warmUp + fadeOf(this.#slowWeight);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const isFirst = this.#bars.value === 0;
    this.#bars.set(this.#bars.value + 1);
    const step = isFirst ? 0 : closeLocation(bar) * bar.volume;
    this.#fastLag.set((1 - this.#fastWeight) * (this.#fastLag.value + step));
    this.#slowLag.set((1 - this.#slowWeight) * (this.#slowLag.value + step));
    return this.value;
  }
}

/** Force index (Elder): EMA over `length` bars, usually 13, of the change of the close times the volume. */
export class ForceIndex extends Revisable {
  readonly warmUp: number;
  readonly #close = this.keep(new Memo());
  readonly #mean: ExponentialMean;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#mean = this.keep(ExponentialMean.standard(length));
  }

  get value(): number {
    return this.#mean.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const change = bar.close - this.#close.before;
    return Number.isNaN(change) ? Number.NaN : this.#mean.push(change * bar.volume);
  }
}

/** Look-back in bars, usually 14, and the volume that counts as one, usually 1 or a million. */
export interface EaseParams {
  readonly length: number;
  readonly scale: number;
}

/**
 * Ease of movement (Arms): mean over `length` bars of the move of the bar's middle times its range per volume, the volume in
 * units of `scale`. A bar without volume counts as 0.
 */
export class EaseOfMovement extends Revisable {
  readonly warmUp: number;
  readonly #length: number;
  readonly #scale: number;
  readonly #middle = this.keep(new Memo());
  readonly #sum: RollingSum;

  /** @throws RangeError when a parameter is out of range. */
  constructor({ length, scale }: EaseParams) {
    super();
    this.#length = checkedLength('length', length);
    this.#scale = checkedNumber('scale', scale, { min: 1e-9, max: 1e15 });
    this.warmUp = length + 1;
    this.#sum = this.keep(new RollingSum(length));
  }

  get value(): number {
    return this.#sum.value / this.#length;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#middle.set((bar.high + bar.low) / 2);
    const move = this.#middle.value - this.#middle.before;
    if (Number.isNaN(move)) return Number.NaN;
    const ease = bar.volume > 0 ? (move * (bar.high - bar.low) * this.#scale) / bar.volume : 0;
    return this.#sum.push(ease) / this.#length;
  }
}

/**
 * Volume oscillator: 100·(fast EMA − slow EMA)/slow EMA of the volume, percent, usually over 5 and 10 bars; each seeded over its
 * own first bars. 0 where nothing was ever traded.
 */
export class VolumeOscillator extends Revisable {
  readonly warmUp: number;
  readonly #fast: ExponentialMean;
  readonly #slow: ExponentialMean;

  /** @throws RangeError when a length is out of range, or fast is not shorter than slow. */
  constructor(fast: number, slow: number) {
    super();
    this.#fast = this.keepBeside(ExponentialMean.standard(checkedLength('fast', fast)));
    this.#slow = this.keep(ExponentialMean.standard(checkedLength('slow', slow)));
    checkedOrder(fast, slow);
    this.warmUp = slow;
  }

  get value(): number {
    const slow = this.#slow.value;
    return slow === 0 ? 0 : 100 * (this.#fast.value / slow - 1);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#fast.push(bar.volume);
    this.#slow.push(bar.volume);
    return this.value;
  }
}
