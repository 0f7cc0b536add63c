/** How much a market moves, whichever way. */
import type { Bar } from '../domain/market.ts';
import { checkedLength, checkedNumber } from './length.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Memo } from './parts/memo.ts';
import { RollingMoments } from './parts/rollingMoments.ts';
import { RollingRange } from './parts/rollingRange.ts';
import { RollingSum } from './parts/rollingSum.ts';
import { Revisable } from './revisable.ts';
import { trueRange } from './trueRange.ts';

/** True range of the last bar in price units (Wilder); begins with bar 2, as TA-Lib's. */
export class TrueRange extends Revisable {
  readonly warmUp = 2;
  readonly #close = this.keep(new Memo());
  readonly #range = this.keep(new Memo());

  get value(): number {
    return this.#range.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const { before } = this.#close;
    const range = Number.isNaN(before) ? Number.NaN : trueRange(bar, before);
    this.#range.set(range);
    return range;
  }
}

/** Average true range in percent of the close (TA-Lib NATR). */
export class Natr extends Revisable {
  readonly warmUp: number;
  readonly #range: ExponentialMean;
  readonly #close = this.keep(new Memo());

  /** @param length look-back in bars, usually 14; one bar more is needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length) + 1;
    this.#range = this.keep(ExponentialMean.wilder(length));
  }

  get value(): number {
    return (100 * this.#range.value) / this.#close.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const { before } = this.#close;
    if (!Number.isNaN(before)) this.#range.push(trueRange(bar, before));
    return this.value;
  }
}

/**
 * Choppiness index (Dreiss) in [0, 100]: 100·log(sum of the true ranges / range of the last `length` bars)/log(length). High
 * means that the market went to and fro. 100 where there was no range.
 */
export class Choppiness extends Revisable {
  readonly warmUp: number;
  readonly #length: number;
  readonly #sum: RollingSum;
  readonly #range: RollingRange;
  readonly #close = this.keep(new Memo());

  /** @param length look-back in bars, usually 14, from 2; one bar more is needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.#length = checkedLength('length', length, 2);
    this.warmUp = length + 1;
    this.#sum = this.keep(new RollingSum(length));
    this.#range = this.keep(new RollingRange(length));
  }

  get value(): number {
    const width = this.#range.highest - this.#range.lowest;
    const sum = this.#sum.value;
    if (Number.isNaN(sum)) return Number.NaN;
    return width > 0 ? (100 * Math.log(sum / width)) / Math.log(this.#length) : 100;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    this.#range.push(bar.high, bar.low);
    const { before } = this.#close;
    if (!Number.isNaN(before)) this.#sum.push(trueRange(bar, before));
    return this.value;
  }
}

/** Look-back in bars, and the bars the volatility is told for. */
export interface VolatilityParams {
  readonly length: number;
  /** 1 for that of one bar; 365 makes a year's of daily bars. */
  readonly periods: number;
}

/** What the measures of realised volatility share: a mean square per bar, told for so many bars. */
abstract class Volatility extends Revisable {
  readonly #periods: number;

  constructor({ length, periods }: VolatilityParams) {
    super();
    checkedLength('length', length);
    this.#periods = checkedNumber('periods', periods, { min: 0.001, max: 1_000_000 });
  }

  /** A fraction: 0.01 is 1 %. */
  get value(): number {
    return Math.sqrt(this.#periods * this.variance());
  }

  /** Of one bar. */
  protected abstract variance(): number;
}

/** Realised volatility, close to close: standard deviation (divisor n − 1) of the last `length` log returns, a fraction. */
export class RealisedVolatility extends Volatility {
  readonly warmUp: number;
  readonly #length: number;
  readonly #returns: RollingMoments;
  readonly #close = this.keep(new Memo());

  /** @throws RangeError when a parameter is out of range. */
  constructor(params: VolatilityParams) {
    super(params);
    this.#length = checkedLength('length', params.length, 2);
    this.warmUp = params.length + 1;
    this.#returns = this.keep(new RollingMoments(params.length));
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const { before } = this.#close;
    if (!Number.isNaN(before)) this.#returns.push(Math.log(bar.close / before));
    return this.value;
  }

  protected variance(): number {
    return (this.#returns.variance * this.#length) / (this.#length - 1);
  }
}

/** Parkinson's volatility, from the ranges: √(mean of ln(high/low)² / (4·ln 2)) over `length` bars, a fraction. */
export class Parkinson extends Volatility {
  readonly warmUp: number;
  readonly #squares: RollingSum;

  /** @throws RangeError when a parameter is out of range. */
  constructor(params: VolatilityParams) {
    super(params);
    this.warmUp = params.length;
    this.#squares = this.keep(new RollingSum(params.length));
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.#squares.push(Math.log(bar.high / bar.low) ** 2);
    return this.value;
  }

  protected variance(): number {
    return this.#squares.value / (this.warmUp * 4 * Math.LN2);
  }
}

/** Weight of the body in Garman and Klass's estimate. */
const BODY = 2 * Math.LN2 - 1;

/**
 * Garman and Klass's volatility, from range and body: √(mean of ½·ln(high/low)² − (2·ln 2 − 1)·ln(close/open)²) over `length`
 * bars, a fraction.
 */
export class GarmanKlass extends Volatility {
  readonly warmUp: number;
  readonly #estimates: RollingSum;

  /** @throws RangeError when a parameter is out of range. */
  constructor(params: VolatilityParams) {
    super(params);
    this.warmUp = params.length;
    this.#estimates = this.keep(new RollingSum(params.length));
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const range = Math.log(bar.high / bar.low);
    const body = Math.log(bar.close / bar.open);
    // As open and close lie within the range this is never negative.
    this.#estimates.push(range ** 2 / 2 - BODY * body ** 2);
    return this.value;
  }

  protected variance(): number {
    return this.#estimates.value / this.warmUp;
  }
}
