import type { Bar } from '../domain/market.ts';
import { shareOr } from './normalise.ts';
import { emaSeed, statisticsSeed, weightAt, wilderSeed, Z_SEED_BARS } from './seeding.ts';

/** Span of the short volatility, in bars. */
export const VOLATILITY_SHORT_BARS = 24;
/** Bars over which the change of RSI14 is taken. */
export const RSI_SLOPE_BARS = 5;
const RSI_SLOTS = 8;

const RSI_14 = wilderSeed(2, 14);
const RSI_2 = wilderSeed(2, 2);
const SQUARE_SHORT = emaSeed(2, VOLATILITY_SHORT_BARS);
const SQUARE_LONG = statisticsSeed(2);
const SETTLED_BARS = SQUARE_LONG.from + Z_SEED_BARS;

/**
 * Gains, losses and returns from close to close. Returns are simple (C/C₋₁ − 1) and their mean is taken as 0, the custom
 * for realised volatility; a logarithm per bar would cost as much as half of this class. Scalar fields: see TrendTracker.
 */
export class MotionTracker {
  #close = 0;
  #gain14 = 0;
  #loss14 = 0;
  #gain2 = 0;
  #loss2 = 0;
  #square = 0;
  #squareShort = 0;
  #squareLong = 0;
  #fallLong = 0;
  #fallSquare = 0;

  #weight14 = 0;
  #weight2 = 0;
  #weightShort = 0;
  #weightLong = 0;

  readonly #strengths = new Float64Array(RSI_SLOTS);
  #bars = 0;

  update(bar: Bar): void {
    const bars = ++this.#bars;
    if (bars <= SETTLED_BARS) this.#weigh(bars);
    const weightLong = this.#weightLong;
    this.#squareLong += weightLong * (this.#square - this.#squareLong);
    this.#fallLong += weightLong * (this.#fallSquare - this.#fallLong);
    const close = bar.close;
    const before = bars === 1 ? close : this.#close;
    this.#close = close;
    const change = close - before;
    const gain = change > 0 ? change : 0;
    const loss = gain - change;
    const gain14 = this.#gain14 + this.#weight14 * (gain - this.#gain14);
    this.#gain14 = gain14;
    const loss14 = this.#loss14 + this.#weight14 * (loss - this.#loss14);
    this.#loss14 = loss14;
    this.#gain2 += this.#weight2 * (gain - this.#gain2);
    this.#loss2 += this.#weight2 * (loss - this.#loss2);
    const moved = gain14 + loss14;
    this.#strengths[bars & (RSI_SLOTS - 1)] = moved > 0 ? gain14 / moved : 0.5;
    const change1 = change / before;
    const square = change1 * change1;
    this.#square = square;
    this.#fallSquare = change < 0 ? square : 0;
    this.#squareShort += this.#weightShort * (square - this.#squareShort);
  }

  /** RSI14/100, 0.5 in a flat market. */
  strength14(): number {
    return this.#strengthAgo(0);
  }

  /** Change of RSI14/100 over RSI_SLOPE_BARS bars. */
  strength14Change(): number {
    return this.#strengthAgo(0) - this.#strengthAgo(RSI_SLOPE_BARS);
  }

  /** RSI2/100, 0.5 in a flat market. */
  strength2(): number {
    return shareOr(0.5, this.#gain2, this.#gain2 + this.#loss2);
  }

  /** Variance of the return of one bar over the long span, the current bar not in it. */
  varianceLong(): number {
    return this.#squareLong;
  }

  /** Variance of the return of one bar over the short span, the current bar in it. */
  varianceShort(): number {
    return this.#squareShort;
  }

  /** The part of `varianceLong` that comes from falling bars. */
  varianceFalling(): number {
    return this.#fallLong;
  }

  #strengthAgo(ago: number): number {
    return this.#strengths[(this.#bars - ago) & (RSI_SLOTS - 1)] ?? Number.NaN;
  }

  #weigh(bar: number): void {
    this.#weight14 = weightAt(bar, RSI_14);
    this.#weight2 = weightAt(bar, RSI_2);
    this.#weightShort = weightAt(bar, SQUARE_SHORT);
    this.#weightLong = weightAt(bar, SQUARE_LONG);
  }
}
