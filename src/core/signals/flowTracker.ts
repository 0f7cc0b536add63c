import type { Bar } from '../domain/market.ts';
import { againstPast } from './normalise.ts';
import { emaSeed, statisticsSeed, weightAt, Z_SEED_BARS } from './seeding.ts';

/** Span of the volume and of the volume-weighted price, in bars. */
export const FLOW_SPAN_BARS = 24;

const MEAN = emaSeed(1, FLOW_SPAN_BARS);
const STATISTICS = statisticsSeed(FLOW_SPAN_BARS);
const SETTLED_BARS = STATISTICS.from + Z_SEED_BARS;

/**
 * Volume, and the distance of the close from the volume-weighted price, both exponential: a window of 24 bars would need
 * its sums recomputed. Scalar fields: see TrendTracker.
 */
export class FlowTracker {
  #volume = 0;
  #turnover = 0;
  #volumeMean = 0;
  #volumeVariance = 0;
  #distance = 0;
  #distanceMean = 0;
  #distanceVariance = 0;
  #weight = 0;
  #weightStatistics = 0;
  #bars = 0;

  /** @param perAtr 1/ATR14 at this bar, 0 when there is none. */
  update(bar: Bar, perAtr: number): void {
    const bars = ++this.#bars;
    if (bars <= SETTLED_BARS) this.#weigh(bars);
    const weight = this.#weightStatistics;
    const offVolume = this.#volume - this.#volumeMean;
    const stepVolume = weight * offVolume;
    this.#volumeMean += stepVolume;
    this.#volumeVariance = (1 - weight) * (this.#volumeVariance + stepVolume * offVolume);
    const offDistance = this.#distance - this.#distanceMean;
    const stepDistance = weight * offDistance;
    this.#distanceMean += stepDistance;
    this.#distanceVariance = (1 - weight) * (this.#distanceVariance + stepDistance * offDistance);
    const typical = (bar.high + bar.low + bar.close) / 3;
    const volume = this.#volume + this.#weight * (bar.volume - this.#volume);
    this.#volume = volume;
    const turnover = this.#turnover + this.#weight * (typical * bar.volume - this.#turnover);
    this.#turnover = turnover;
    this.#distance = volume > 0 ? (bar.close - turnover / volume) * perAtr : 0;
  }

  /** Mean volume of the last day of bars against its past, in [−1, 1]. */
  volume(): number {
    return againstPast(this.#volume, this.#volumeMean, this.#volumeVariance);
  }

  /** (C − VWAP)/ATR14 against its past, in [−1, 1]. */
  distance(): number {
    return againstPast(this.#distance, this.#distanceMean, this.#distanceVariance);
  }

  #weigh(bar: number): void {
    this.#weight = weightAt(bar, MEAN);
    this.#weightStatistics = weightAt(bar, STATISTICS);
  }
}
