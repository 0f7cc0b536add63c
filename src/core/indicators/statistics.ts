/** Statistics of closes and returns. */
import type { Bar } from '../domain/market.ts';
import type { IndicatorBar } from './contract.ts';
import { checkedLength } from './length.ts';
import { PairGate } from './parts/gate.ts';
import { Lag } from './parts/lag.ts';
import { Memo } from './parts/memo.ts';
import { RollingMoments } from './parts/rollingMoments.ts';
import { RollingPair } from './parts/rollingPair.ts';
import { RollingWeighted } from './parts/rollingWeighted.ts';
import { Revisable } from './revisable.ts';

/**
 * Line of least squares through the last `length` closes. `value` is the line at the current bar (TA-Lib LINEARREG), `forecast`
 * at the next one (TSF), `slope` its rise per bar in price units, `r2` in [0, 1] how much of the variance it explains; 0 in a
 * market that does not move.
 */
export class LinReg extends Revisable {
  readonly warmUp: number;
  readonly #window: RollingWeighted;
  readonly #moments: RollingMoments;
  /** Sum of squared distances of 1…n from their mean. */
  readonly #spread: number;

  /** @param length look-back in bars, usually 14, from 2. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length, 2);
    this.#spread = (length * (length * length - 1)) / 12;
    this.#window = this.keep(new RollingWeighted(length));
    this.#moments = this.keep(new RollingMoments(length));
  }

  get value(): number {
    return this.#moments.mean + (this.slope * (this.warmUp - 1)) / 2;
  }

  get forecast(): number {
    return this.#moments.mean + (this.slope * (this.warmUp + 1)) / 2;
  }

  get slope(): number {
    if (this.#moments.variance === 0) return 0;
    return (this.#window.weighted - ((this.warmUp + 1) / 2) * this.#window.sum) / this.#spread;
  }

  get r2(): number {
    const total = this.#moments.variance * this.warmUp;
    if (total === 0) return 0;
    const share = (this.slope ** 2 * this.#spread) / total;
    return share > 1 ? 1 : share;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#window.push(bar.close);
    this.#moments.push(bar.close);
    return this.value;
  }
}

/** Distance of the close from its mean over `length` bars, in population standard deviations; 0 in a market that does not move. */
export class ZScore extends Revisable {
  readonly warmUp: number;
  readonly #moments: RollingMoments;
  readonly #close = this.keep(new Memo());

  /** @param length look-back in bars, usually 20, from 2. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.warmUp = checkedLength('length', length, 2);
    this.#moments = this.keep(new RollingMoments(length));
  }

  get value(): number {
    const { mean, variance } = this.#moments;
    return variance === 0 ? 0 : (this.#close.value - mean) / Math.sqrt(variance);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    this.#moments.push(bar.close);
    return this.value;
  }
}

/**
 * Share of the `length` closes before this one that lie below it, in percent; equal ones count half, so that a market that
 * does not move reads 50. Takes time in proportion to `length`.
 */
export class PercentRank extends Revisable {
  readonly warmUp: number;
  readonly #closes: Lag;
  readonly #length: number;

  /** @param length look-back in bars, usually 100; one bar more is needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.#length = checkedLength('length', length);
    this.warmUp = length + 1;
    // With the close itself, which is equal to itself: it counts half, and that half is taken off.
    this.#closes = this.keep(new Lag(length + 1));
  }

  get value(): number {
    return (100 * (this.#closes.below(this.#closes.newest) - 0.5)) / this.#length;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.#closes.push(bar.close);
    return this.value;
  }
}

/** What compares the returns of two markets. */
abstract class Paired extends Revisable {
  readonly warmUp: number;
  protected readonly pair: RollingPair;
  readonly #close = this.keep(new Memo());
  readonly #reference = this.keep(new Memo());

  /** @param length look-back in returns; one bar more is needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super(new PairGate());
    this.warmUp = checkedLength('length', length, 2) + 1;
    this.pair = this.keep(new RollingPair(length));
  }

  /** @param bar with `reference`, the other market's close; one without is a hole */
  update(bar: IndicatorBar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    this.#reference.set(bar.reference ?? Number.NaN);
    if (!Number.isNaN(this.#close.before))
      this.pair.push(
        Math.log(this.#close.value / this.#close.before),
        Math.log(this.#reference.value / this.#reference.before),
      );
    return this.value;
  }
}

/** Pearson's correlation of the log returns of two markets over `length` returns, in [−1, 1]; 0 while one does not move. */
export class Correlation extends Paired {
  get value(): number {
    const { xx, yy, xy } = this.pair;
    if (xx === 0 || yy === 0) return 0;
    const value = xy / Math.sqrt(xx * yy);
    return value > 1 ? 1 : Math.max(-1, value);
  }
}

/** Beta: the log return of this market per unit of the other's, over `length` returns; 0 while the other does not move. */
export class Beta extends Paired {
  get value(): number {
    const { yy, xy } = this.pair;
    return yy === 0 ? 0 : xy / yy;
  }
}

/** Look-back in returns, and the returns that are taken together; usually 100 and 16. */
export interface VarianceRatioParams {
  readonly length: number;
  readonly span: number;
}

/**
 * Variance ratio (Lo and MacKinlay) of log returns: the variance of returns over `span` bars per `span` times that of returns
 * over one, with their corrections for overlap and degrees of freedom. 1 for a random walk, more in trends, less where moves
 * turn back. `hurst` = ½ + ln(value)/(2·ln span): ½ for a random walk. A market that does not move reads as a random walk.
 */
export class VarianceRatio extends Revisable {
  readonly warmUp: number;
  readonly #length: number;
  readonly #span: number;
  readonly #spans: number;
  readonly #closes: Lag;
  readonly #oneAgo = this.keep(new Memo());
  readonly #short: RollingMoments;
  readonly #long: RollingMoments;

  /** @throws RangeError when a parameter is out of range, or the span is not less than half of the length. */
  constructor({ length, span }: VarianceRatioParams) {
    super();
    this.#length = checkedLength('length', length, 5);
    this.#span = checkedLength('span', span, 2);
    if (span * 2 >= length)
      throw new RangeError(`span: ${span} is not less than half of length, ${length}`);
    this.warmUp = length + 1;
    this.#spans = length - span + 1;
    this.#closes = this.keep(new Lag(span));
    this.#short = this.keep(new RollingMoments(length));
    this.#long = this.keep(new RollingMoments(this.#spans));
  }

  get value(): number {
    const one = (this.#short.variance * this.#length) / (this.#length - 1);
    if (one === 0) return 1;
    const drift = this.#long.mean - this.#span * this.#short.mean;
    const squares = this.#spans * (this.#long.variance + drift * drift);
    const degrees = this.#span * this.#spans * (1 - this.#span / this.#length);
    return squares / degrees / one;
  }

  get hurst(): number {
    const { value } = this;
    return value === 0 ? 0 : 0.5 + Math.log(value) / (2 * Math.log(this.#span));
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const close = Math.log(bar.close);
    this.#oneAgo.set(close);
    const spanAgo = this.#closes.push(close);
    if (Number.isNaN(this.#oneAgo.before)) return Number.NaN;
    this.#short.push(close - this.#oneAgo.before);
    if (!Number.isNaN(spanAgo)) this.#long.push(close - spanAgo);
    return this.value;
  }
}
