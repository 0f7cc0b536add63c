import type { Bar } from '../domain/market.ts';
import { againstPast } from './normalise.ts';
import { emaSeed, statisticsSeed, weightAt, wilderSeed, Z_SEED_BARS } from './seeding.ts';

/** How far back ATR/C is ranked among its own values, and how many bars lie between two of them: neighbours are alike. */
export const RANK_BARS = 500;
export const RANK_STRIDE_BARS = 4;
/** Slots of the ring: a power of two above RANK_BARS. */
const RANK_SLOTS = 512;
const RANK_MASK = RANK_SLOTS - 1;

const EMA_12 = emaSeed(1, 12);
const EMA_26 = emaSeed(1, 26);
const EMA_50 = emaSeed(1, 50);
const EMA_200 = emaSeed(1, 200);
const MACD_SIGNAL = emaSeed(26, 9);
const ATR_14 = wilderSeed(2, 14);
const SPREAD_12_26 = statisticsSeed(26);
const SPREAD_50_200 = statisticsSeed(200);
const HISTOGRAM = statisticsSeed(34);
/** Bars after which no weight changes any more. */
const SETTLED_BARS = SPREAD_50_200.from + Z_SEED_BARS;

/**
 * Moving averages of the close, ATR, and the running statistics of their T points.
 *
 * Written out in scalar fields on purpose: with an object or an array slot per mean the same work takes three to six times
 * as long, because the optimiser does not inline twenty calls. The arithmetic of every line is the same:
 * `mean += weight·(sample − mean)`; for statistics also `variance = (1 − weight)·(variance + weight·(sample − mean)²)`.
 */
export class TrendTracker {
  #ema12 = 0;
  #ema26 = 0;
  #ema50 = 0;
  #ema200 = 0;
  #signal = 0;
  #atr = 0;
  #close = 0;

  #spreadShort = 0;
  #spreadShortMean = 0;
  #spreadShortVariance = 0;
  #spreadLong = 0;
  #spreadLongMean = 0;
  #spreadLongVariance = 0;
  #histogram = 0;
  #histogramMean = 0;
  #histogramVariance = 0;

  #weight12 = 0;
  #weight26 = 0;
  #weight50 = 0;
  #weight200 = 0;
  #weightSignal = 0;
  #weightAtr = 0;
  #weightSpreadShort = 0;
  #weightSpreadLong = 0;
  #weightHistogram = 0;

  readonly #ranges = new Float64Array(RANK_SLOTS);
  #bars = 0;

  /** @returns 1/ATR14, or 0 while there is no range: what is measured in ATR is 0 then. */
  update(bar: Bar): number {
    const bars = ++this.#bars;
    if (bars <= SETTLED_BARS) this.#weigh(bars);
    this.#fold();
    const close = bar.close;
    const before = bars === 1 ? close : this.#close;
    this.#close = close;
    const top = bar.high > before ? bar.high : before;
    const bottom = bar.low < before ? bar.low : before;
    const atr = this.#atr + this.#weightAtr * (top - bottom - this.#atr);
    this.#atr = atr;
    const ema12 = this.#ema12 + this.#weight12 * (close - this.#ema12);
    this.#ema12 = ema12;
    const ema26 = this.#ema26 + this.#weight26 * (close - this.#ema26);
    this.#ema26 = ema26;
    const ema50 = this.#ema50 + this.#weight50 * (close - this.#ema50);
    this.#ema50 = ema50;
    const ema200 = this.#ema200 + this.#weight200 * (close - this.#ema200);
    this.#ema200 = ema200;
    const macd = ema12 - ema26;
    const signal = this.#signal + this.#weightSignal * (macd - this.#signal);
    this.#signal = signal;
    const perAtr = atr > 0 ? 1 / atr : 0;
    this.#spreadShort = macd * perAtr;
    this.#spreadLong = (ema50 - ema200) * perAtr;
    this.#histogram = (macd - signal) * perAtr;
    this.#ranges[bars & RANK_MASK] = atr / close;
    return perAtr;
  }

  /** (EMA12 − EMA26)/ATR14 against its past, in [−1, 1]. */
  spreadShort(): number {
    return againstPast(this.#spreadShort, this.#spreadShortMean, this.#spreadShortVariance);
  }

  /** (EMA50 − EMA200)/ATR14 against its past, in [−1, 1]. */
  spreadLong(): number {
    return againstPast(this.#spreadLong, this.#spreadLongMean, this.#spreadLongVariance);
  }

  /** MACD histogram/ATR14 against its past, in [−1, 1]. */
  histogram(): number {
    return againstPast(this.#histogram, this.#histogramMean, this.#histogramVariance);
  }

  /**
   * Rank of ATR14/C among every RANK_STRIDE_BARS-th of its values in the last RANK_BARS bars, in [−1, 1]; ties count half.
   * 0 while there is none.
   */
  rangeRank(): number {
    const ranges = this.#ranges;
    const newest = this.#bars;
    const current = ranges[newest & RANK_MASK] ?? Number.NaN;
    const oldest = Math.max(ATR_14.from + ATR_14.length - 1, newest - RANK_BARS);
    let balance = 0;
    let count = 0;
    for (let at = newest - RANK_STRIDE_BARS; at >= oldest; at -= RANK_STRIDE_BARS) {
      const earlier = ranges[at & RANK_MASK] ?? Number.NaN;
      // Numbers of comparisons instead of branches, because which way they go is a coin toss.
      balance += Number(earlier < current) - Number(earlier > current);
      count += 1;
    }
    return count === 0 ? 0 : balance / count;
  }

  /** Takes the raw values of the bar before into their statistics. */
  #fold(): void {
    const weightShort = this.#weightSpreadShort;
    const offShort = this.#spreadShort - this.#spreadShortMean;
    const stepShort = weightShort * offShort;
    this.#spreadShortMean += stepShort;
    this.#spreadShortVariance =
      (1 - weightShort) * (this.#spreadShortVariance + stepShort * offShort);
    const weightLong = this.#weightSpreadLong;
    const offLong = this.#spreadLong - this.#spreadLongMean;
    const stepLong = weightLong * offLong;
    this.#spreadLongMean += stepLong;
    this.#spreadLongVariance = (1 - weightLong) * (this.#spreadLongVariance + stepLong * offLong);
    const weightHistogram = this.#weightHistogram;
    const offHistogram = this.#histogram - this.#histogramMean;
    const stepHistogram = weightHistogram * offHistogram;
    this.#histogramMean += stepHistogram;
    this.#histogramVariance =
      (1 - weightHistogram) * (this.#histogramVariance + stepHistogram * offHistogram);
  }

  #weigh(bar: number): void {
    this.#weight12 = weightAt(bar, EMA_12);
    this.#weight26 = weightAt(bar, EMA_26);
    this.#weight50 = weightAt(bar, EMA_50);
    this.#weight200 = weightAt(bar, EMA_200);
    this.#weightSignal = weightAt(bar, MACD_SIGNAL);
    this.#weightAtr = weightAt(bar, ATR_14);
    this.#weightSpreadShort = weightAt(bar, SPREAD_12_26);
    this.#weightSpreadLong = weightAt(bar, SPREAD_50_200);
    this.#weightHistogram = weightAt(bar, HISTOGRAM);
  }
}
