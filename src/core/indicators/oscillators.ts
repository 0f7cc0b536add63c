/** Oscillators of the close. */
import type { Bar } from '../domain/market.ts';
import { checkedLength, checkedOrder } from './length.ts';
import { chainWarmUp, EmaChain } from './parts/emaChain.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Lag } from './parts/lag.ts';
import { Memo } from './parts/memo.ts';
import { RollingRange } from './parts/rollingRange.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { WilderStrength } from './parts/wilderStrength.ts';
import { Revisable } from './revisable.ts';

/** An RSI that moves less than this, of its 100, has not moved: what is left of it while the market stands still is rounding. */
const STILL = 1e-9;

/** Look-backs in bars: of the RSI, of the range it is placed in, and of the two smoothings; usually 14, 14, 3 and 3. */
export interface StochRsiLengths {
  readonly length: number;
  readonly range: number;
  readonly k: number;
  readonly d: number;
}

/**
 * Stochastic of the RSI (Chande and Kroll) in [0, 100]: `value` is %K, the mean over `k` bars of where the RSI lies in its own range; `d` is the mean
 * of that. Both begin with the same bar. With k = 1 it is TA-Lib's STOCHRSI. Where the range is 0 the RSI counts as in its middle.
 */
export class StochRsi extends Revisable {
  readonly warmUp: number;
  readonly #kLength: number;
  readonly #dLength: number;
  readonly #strength: WilderStrength;
  readonly #range: RollingRange;
  readonly #k: RollingSum;
  readonly #d: RollingSum;

  /** @throws RangeError when a length is out of range. */
  constructor({ length, range, k, d }: StochRsiLengths) {
    super();
    this.#strength = this.keep(new WilderStrength(checkedLength('length', length)));
    this.#range = this.keep(new RollingRange(checkedLength('range', range)));
    this.#k = this.keep(new RollingSum(checkedLength('k', k)));
    this.#d = this.keep(new RollingSum(checkedLength('d', d)));
    this.#kLength = k;
    this.#dLength = d;
    this.warmUp = length + range + k + d - 2;
  }

  get value(): number {
    return Number.isNaN(this.#d.value) ? Number.NaN : this.#k.value / this.#kLength;
  }

  /** %D, in [0, 100]. */
  get d(): number {
    return this.#d.value / this.#dLength;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const strength = this.#strength.push(bar.close);
    if (Number.isNaN(strength)) return Number.NaN;
    this.#range.push(strength, strength);
    const { lowest } = this.#range;
    const width = this.#range.highest - lowest;
    if (Number.isNaN(width)) return Number.NaN;
    const k =
      this.#k.push(width > STILL ? (100 * (strength - lowest)) / width : 50) / this.#kLength;
    if (!Number.isNaN(k)) this.#d.push(k);
    return this.value;
  }
}

/** Look-backs in bars; usually 12, 26 and 9. `fast` is shorter than `slow`. */
export interface PpoLengths {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

/**
 * Percentage price oscillator: 100·(fast EMA − slow EMA)/slow EMA of the close; `signal` is an EMA of it, `histogram` the
 * difference. As TA-Lib's PPO with exponential averages, each seeded over its own first closes. All outputs begin together.
 */
export class Ppo extends Revisable {
  readonly warmUp: number;
  readonly #fast: ExponentialMean;
  readonly #slow: ExponentialMean;
  readonly #signal: ExponentialMean;

  /** @throws RangeError when a length is out of range, or fast is not shorter than slow. */
  constructor({ fast, slow, signal }: PpoLengths) {
    super();
    this.#fast = this.keepBeside(ExponentialMean.standard(checkedLength('fast', fast)));
    this.#slow = this.keep(ExponentialMean.standard(checkedLength('slow', slow)));
    this.#signal = this.keep(ExponentialMean.standard(checkedLength('signal', signal)));
    checkedOrder(fast, slow);
    this.warmUp = slow + signal - 1;
  }

  get value(): number {
    return Number.isNaN(this.#signal.value) ? Number.NaN : this.#line();
  }

  get signal(): number {
    return this.#signal.value;
  }

  get histogram(): number {
    return this.value - this.#signal.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#fast.push(bar.close);
    this.#slow.push(bar.close);
    const line = this.#line();
    if (!Number.isNaN(line)) this.#signal.push(line);
    return this.value;
  }

  #line(): number {
    return 100 * (this.#fast.value / this.#slow.value - 1);
  }
}

/** Rate of change of the close over `length` bars: 100·(C/C₋ₙ − 1), percent (TA-Lib ROC). */
export class Roc extends Revisable {
  readonly warmUp: number;
  readonly #closes: Lag;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#closes = this.keep(new Lag(length));
  }

  get value(): number {
    return 100 * (this.#closes.newest / this.#closes.earlier - 1);
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.#closes.push(bar.close);
    return this.value;
  }
}

/** TRIX (Hutson): change in percent, over one bar, of an EMA of an EMA of an EMA of the close, seeded as TA-Lib's. */
export class Trix extends Revisable {
  readonly warmUp: number;
  readonly #chain: EmaChain;
  readonly #triple = this.keep(new Memo());

  /** @param length look-back in bars, usually 15. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = chainWarmUp(checkedLength('length', length), 3) + 1;
    this.#chain = this.keep(new EmaChain([length, length, length]));
  }

  get value(): number {
    return 100 * (this.#triple.value / this.#triple.before - 1);
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) {
      this.#chain.push(bar.close);
      this.#triple.set(this.#chain.value);
    }
    return this.value;
  }
}

/** Look-backs in bars; usually 25, 13 and 7. */
export interface TsiLengths {
  /** Of the first smoothing. */
  readonly long: number;
  /** Of the second. */
  readonly short: number;
  readonly signal: number;
}

/**
 * True strength index (Blau) in [−100, 100]: 100 · a doubly smoothed change of the close / the same of its size; `signal` is an
 * EMA of it. Every EMA is seeded with the plain mean of its first values; both outputs begin together. 0 in a market that does
 * not move.
 */
export class Tsi extends Revisable {
  readonly warmUp: number;
  readonly #close = this.keep(new Memo());
  readonly #change: EmaChain;
  readonly #size: EmaChain;
  readonly #signal: ExponentialMean;

  /** @throws RangeError when a length is out of range. */
  constructor({ long, short, signal }: TsiLengths) {
    super();
    const lengths = [checkedLength('long', long), checkedLength('short', short)];
    this.#change = this.keep(new EmaChain(lengths));
    this.#size = this.keepBeside(new EmaChain(lengths));
    this.#signal = this.keep(ExponentialMean.standard(checkedLength('signal', signal)));
    this.warmUp = long + short + signal - 1;
  }

  get value(): number {
    return Number.isNaN(this.#signal.value) ? Number.NaN : this.#line();
  }

  get signal(): number {
    return this.#signal.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const change = bar.close - this.#close.before;
    if (Number.isNaN(change)) return Number.NaN;
    this.#change.push(change);
    this.#size.push(Math.abs(change));
    const line = this.#line();
    if (!Number.isNaN(line)) this.#signal.push(line);
    return this.value;
  }

  #line(): number {
    const size = this.#size.value;
    return size === 0 ? 0 : (100 * this.#change.value) / size;
  }
}

/**
 * Chande's momentum oscillator in [−100, 100]: 100·(U − D)/(U + D), where U and D are the sums of the rises and falls of the
 * close over the last `length` changes. (TA-Lib's CMO smooths them in Wilder's way instead, which makes it 2·RSI − 100.)
 */
export class Cmo extends Revisable {
  readonly warmUp: number;
  readonly #close = this.keep(new Memo());
  readonly #up: RollingSum;
  readonly #down: RollingSum;

  /** @param length look-back in bars; one bar more is needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#up = this.keep(new RollingSum(length));
    this.#down = this.keep(new RollingSum(length));
  }

  get value(): number {
    const up = this.#up.value;
    const down = this.#down.value;
    return up + down === 0 ? 0 : (100 * (up - down)) / (up + down);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const change = bar.close - this.#close.before;
    if (Number.isNaN(change)) return Number.NaN;
    this.#up.push(change > 0 ? change : 0);
    this.#down.push(change < 0 ? -change : 0);
    return this.value;
  }
}

/**
 * Detrended price oscillator: the close of length/2 + 1 bars ago (half rounded down) less the mean of the last `length` closes.
 * Nothing of it looks ahead: it says how the past close stood to the average around it.
 */
export class Dpo extends Revisable {
  readonly warmUp: number;
  readonly #length: number;
  readonly #closes: Lag;
  readonly #sum: RollingSum;

  /** @param length look-back in bars, usually 20, from 2. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.#length = checkedLength('length', length, 2);
    const back = Math.floor(length / 2) + 1;
    this.warmUp = Math.max(length, back + 1);
    this.#closes = this.keep(new Lag(back));
    this.#sum = this.keep(new RollingSum(length));
  }

  get value(): number {
    return this.#closes.earlier - this.#sum.value / this.#length;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) {
      this.#closes.push(bar.close);
      this.#sum.push(bar.close);
    }
    return this.value;
  }
}
