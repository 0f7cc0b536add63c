/**
 * Correlated log-price paths: a common factor plus each symbol's own, with volatility clustering,
 * trend and range regimes, and a slow pull to the starting level that keeps year-long paths in a sane range.
 * Nothing a user does reaches this model: the same seed gives the same path whatever is traded.
 */
import type { RandomState } from './random.ts';
import { Random } from './random.ts';

/** How one symbol moves. */
interface PathSpec {
  readonly id: string;
  /** Weight of the common factor. */
  readonly beta: number;
  /** Standard deviation of the symbol's own part, per √minute. */
  readonly ownSd: number;
}

/** Standard deviation of the common factor, per √minute. */
const COMMON_SD = 0.00085;
/** Log volatility: half-life in minutes, and its stationary standard deviation. */
const VOLATILITY_HALF_LIFE_MIN = 90;
const VOLATILITY_SD = 0.3;
/** Trend drift per minute, and how long regimes last on average. */
const TREND_DRIFT = 0.00012;
const TREND_MEAN_MIN = 180;
const RANGE_MEAN_MIN = 240;
/** In a range the price is pulled to its average of the last hour or so. */
const RANGE_HALF_LIFE_MIN = 40;
const ANCHOR_HALF_LIFE_MIN = 90;
/** The pull that bounds long paths: half-life of ten days. */
const LEVEL_HALF_LIFE_MIN = 10 * 1440;
/** Volatility is never more than this multiple of normal, nor less than its inverse. */
const VOLATILITY_FACTOR_MAX = 4;

type Regime = 'UP' | 'DOWN' | 'RANGE';

interface Mover {
  readonly spec: PathSpec;
  readonly noise: Random;
  readonly regimes: Random;
  x: number;
  anchor: number;
  logVolatility: number;
  regime: Regime;
  lastMove: number;
}

/** What a snapshot keeps of one symbol's path. */
interface MoverState {
  readonly x: number;
  readonly anchor: number;
  readonly logVolatility: number;
  readonly regime: Regime;
  readonly lastMove: number;
  readonly noise: RandomState;
  readonly regimes: RandomState;
}

export interface PathsState {
  readonly logVolatility: number;
  readonly noise: RandomState;
  readonly movers: readonly MoverState[];
}

/** What depends on the length of a step only. */
interface StepRates {
  readonly minutes: number;
  readonly root: number;
  readonly volatilityKept: number;
  readonly volatilitySd: number;
  readonly toLevel: number;
  readonly toAnchor: number;
  readonly anchorMoves: number;
  readonly leavesRange: number;
  readonly leavesTrend: number;
}

export class Paths {
  readonly #noise: Random;
  readonly #movers: Mover[];
  #rates = ratesOf(1);
  #logVolatility = 0;

  constructor(seed: number, specs: readonly PathSpec[]) {
    this.#noise = Random.stream(seed, 'market/path');
    this.#movers = specs.map((spec) => ({
      spec,
      noise: Random.stream(seed, `${spec.id}/path`),
      regimes: Random.stream(seed, `${spec.id}/regime`),
      x: 0,
      anchor: 0,
      logVolatility: 0,
      regime: 'RANGE',
      lastMove: 0,
    }));
  }

  /** Log of the price of symbol `index`, relative to the level the path is pulled to. */
  logPrice(index: number): number {
    return this.#mover(index).x;
  }

  /** The last step's move in units of its expected standard deviation: which way takers lean. */
  lastMove(index: number): number {
    return this.#mover(index).lastMove;
  }

  /** Present volatility of symbol `index` as a multiple of normal. */
  volatilityFactor(index: number): number {
    return factorOf(this.#mover(index).logVolatility + this.#logVolatility);
  }

  /** Moves all symbols on by `minutes`. */
  step(minutes: number): void {
    if (minutes !== this.#rates.minutes) this.#rates = ratesOf(minutes);
    const rates = this.#rates;
    this.#logVolatility = nextLogVolatility(this.#logVolatility, rates, this.#noise);
    const common = COMMON_SD * factorOf(this.#logVolatility) * rates.root * this.#noise.normal();
    for (const mover of this.#movers) move(mover, common, rates);
  }

  state(): PathsState {
    return {
      logVolatility: this.#logVolatility,
      noise: this.#noise.state(),
      movers: this.#movers.map((mover) => ({
        x: mover.x,
        anchor: mover.anchor,
        logVolatility: mover.logVolatility,
        regime: mover.regime,
        lastMove: mover.lastMove,
        noise: mover.noise.state(),
        regimes: mover.regimes.state(),
      })),
    };
  }

  restore(state: PathsState): void {
    this.#logVolatility = state.logVolatility;
    this.#noise.restore(state.noise);
    for (const [index, kept] of state.movers.entries()) {
      const mover = this.#mover(index);
      mover.x = kept.x;
      mover.anchor = kept.anchor;
      mover.logVolatility = kept.logVolatility;
      mover.regime = kept.regime;
      mover.lastMove = kept.lastMove;
      mover.noise.restore(kept.noise);
      mover.regimes.restore(kept.regimes);
    }
  }

  #mover(index: number): Mover {
    const mover = this.#movers[index];
    if (mover === undefined) throw new Error(`no path with index ${String(index)}`);
    return mover;
  }
}

function move(mover: Mover, common: number, rates: StepRates): void {
  const { spec } = mover;
  mover.logVolatility = nextLogVolatility(mover.logVolatility, rates, mover.noise);
  const own = spec.ownSd * factorOf(mover.logVolatility) * rates.root * mover.noise.normal();
  mover.regime = nextRegime(mover.regime, rates, mover.regimes.uniform());
  const shock = spec.beta * common + own;
  mover.x += shock + pullOf(mover, rates) - rates.toLevel * mover.x;
  mover.anchor += rates.anchorMoves * (mover.x - mover.anchor);
  mover.lastMove = shock / (Math.hypot(spec.beta * COMMON_SD, spec.ownSd) * rates.root);
}

/** The part of a distance that is lost in `minutes` at a half-life. */
function decay(halfLifeMin: number, minutes: number): number {
  return 1 - Math.exp((-Math.LN2 * minutes) / halfLifeMin);
}

function ratesOf(minutes: number): StepRates {
  const lost = decay(VOLATILITY_HALF_LIFE_MIN, minutes);
  return {
    minutes,
    root: Math.sqrt(minutes),
    volatilityKept: 1 - lost,
    volatilitySd: VOLATILITY_SD * Math.sqrt(lost * (2 - lost)),
    toLevel: decay(LEVEL_HALF_LIFE_MIN, minutes),
    toAnchor: decay(RANGE_HALF_LIFE_MIN, minutes),
    anchorMoves: decay(ANCHOR_HALF_LIFE_MIN, minutes),
    leavesRange: decay(RANGE_MEAN_MIN * Math.LN2, minutes),
    leavesTrend: decay(TREND_MEAN_MIN * Math.LN2, minutes),
  };
}

function pullOf(mover: Mover, rates: StepRates): number {
  if (mover.regime === 'UP') return TREND_DRIFT * rates.minutes;
  if (mover.regime === 'DOWN') return -TREND_DRIFT * rates.minutes;
  return -rates.toAnchor * (mover.x - mover.anchor);
}

function nextLogVolatility(value: number, rates: StepRates, noise: Random): number {
  return value * rates.volatilityKept + rates.volatilitySd * noise.normal();
}

/** exp with the mean taken out, so that the average variance stays as configured. */
function factorOf(logVolatility: number): number {
  const factor = Math.exp(logVolatility - VOLATILITY_SD * VOLATILITY_SD);
  return Math.min(VOLATILITY_FACTOR_MAX, Math.max(1 / VOLATILITY_FACTOR_MAX, factor));
}

function nextRegime(regime: Regime, rates: StepRates, draw: number): Regime {
  const leaves = regime === 'RANGE' ? rates.leavesRange : rates.leavesTrend;
  if (draw >= leaves) return regime;
  const isFirst = draw < leaves / 2;
  if (regime === 'RANGE') return isFirst ? 'UP' : 'DOWN';
  if (isFirst) return 'RANGE';
  return regime === 'UP' ? 'DOWN' : 'UP';
}
