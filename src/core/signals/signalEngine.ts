import type { Bar } from '../domain/market.ts';
import type { Contribution, SignalReading } from '../domain/signal.ts';
import type { Millis } from '../domain/time.ts';
import { bounded } from './normalise.ts';
import { SIGNAL_GROUPS, SIGNAL_POINTS, type SignalGroup, type SignalPoint } from './points.ts';
import { SeriesTracker } from './seriesTracker.ts';

/** Bars until every data point is available. */
const WARM_UP_BARS = Math.max(...SIGNAL_POINTS.map((point) => point.warmUp));

/**
 * The rule score of one series: always on, explainable, and the same whenever the same bars are given.
 *
 * A group's score is the weighted mean of its available points, the score is the plain mean of the groups that have any.
 * So every point owns a share, w·x / (Σw of its group · number of groups), and the shares sum to the score.
 *
 * Three prices: `update` runs for every bar of a backtest (tens of nanoseconds), `score` works the points out and allocates
 * nothing (a gate needs no more), `read` lists the contributions too (microseconds). Each is done once per bar at most.
 */
export class SignalEngine {
  /** Completed bars until coverage is 1. Earlier readings are valid, from fewer points. */
  readonly warmUpBars = WARM_UP_BARS;
  readonly #timeframeMs: number;
  #series = new SeriesTracker();
  #bars = 0;
  #openTime: Millis = 0;
  readonly #values = new Float64Array(SIGNAL_POINTS.length);
  /** NaN: not worked out since the last bar. */
  #score = Number.NaN;
  #reading: SignalReading | undefined;

  /**
   * @param timeframeMs length of one bar in milliseconds.
   * @throws RangeError when it is not a positive whole number.
   */
  constructor(timeframeMs: number) {
    if (!Number.isSafeInteger(timeframeMs) || timeframeMs <= 0) {
      throw new RangeError(`timeframeMs: ${timeframeMs} is not a positive whole number of ms`);
    }
    this.#timeframeMs = timeframeMs;
  }

  /** Takes the next completed bar. Bars are finite and ascending in time: the market stage sees to it. The bar is not kept. */
  update(bar: Bar): void {
    this.#series.update(bar);
    this.#bars += 1;
    this.#openTime = bar.openTime;
    this.#score = Number.NaN;
    this.#reading = undefined;
  }

  /** The score at the last completed bar, in [−1, 1]; the same as that of `read`. */
  get score(): number {
    if (Number.isNaN(this.#score)) this.#score = this.#measure(this.#plan());
    return this.#score;
  }

  /** The reading at the last completed bar. Before the first: score 0, coverage 0, at 0. */
  read(): SignalReading {
    return (this.#reading ??= this.#read());
  }

  /** Back to the state of a new instance. */
  reset(): void {
    this.#series = new SeriesTracker();
    this.#bars = 0;
    this.#openTime = 0;
    this.#score = Number.NaN;
    this.#reading = undefined;
  }

  #plan(): readonly Share[] {
    return this.#bars >= WARM_UP_BARS ? PLAN_WHEN_WARM : planAt(this.#bars);
  }

  /** Works out the value of each available point; returns the score. */
  #measure(plan: readonly Share[]): number {
    const values = this.#values;
    let score = 0;
    let place = 0;
    for (const { point, share } of plan) {
      const value = point.measure(this.#series);
      values[place] = value;
      score += contributionOf(value, share);
      place += 1;
    }
    return bounded(score);
  }

  #read(): SignalReading {
    const plan = this.#plan();
    const score = this.score;
    const contributions = plan.map(({ point, share }, place): Contribution => {
      const value = this.#values[place] ?? Number.NaN;
      const { id, group } = point;
      return { id, group, value, contribution: contributionOf(value, share) };
    });
    return {
      at: this.#bars === 0 ? 0 : this.#openTime + this.#timeframeMs,
      score,
      coverage: plan.length / SIGNAL_POINTS.length,
      contributions: contributions.sort(byMagnitude),
    };
  }
}

/** A gate's share is 0, and so is what it adds, never −0. */
function contributionOf(value: number, share: number): number {
  return share === 0 ? 0 : value * share;
}

/** An available point, and what a value of 1 of it adds to the score. */
interface Share {
  readonly point: SignalPoint;
  readonly share: number;
}

/** The points available after so many bars. */
function planAt(bars: number): readonly Share[] {
  const available = SIGNAL_POINTS.filter((point) => bars >= point.warmUp);
  const weightOf = (group: SignalGroup): number =>
    available.reduce((sum, point) => sum + (point.group === group ? point.weight : 0), 0);
  const groups = SIGNAL_GROUPS.filter((group) => weightOf(group) > 0).length;
  return available.map((point) => {
    const share = point.weight === 0 ? 0 : point.weight / weightOf(point.group) / groups;
    return { point, share };
  });
}

const PLAN_WHEN_WARM = planAt(WARM_UP_BARS);

/** Largest share first; equal ones in alphabetical order, so that the list replays. */
function byMagnitude(a: Contribution, b: Contribution): number {
  const apart = Math.abs(b.contribution) - Math.abs(a.contribution);
  if (apart !== 0) return apart;
  return a.id < b.id ? -1 : 1;
}
