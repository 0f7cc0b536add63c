/**
 * Correlated log-price paths: a common factor plus each symbol's own, with stochastic volatility that clusters, jumps,
 * and the drift and pulls of the phase that the market's schedule is in.
 * Nothing a user does reaches this model: the same seed gives the same path whatever is traded.
 */
import type { RandomState } from '../../core/domain/random.ts';
import { Random } from '../../core/domain/random.ts';
import type { Phase, RegimeName, ScheduleState } from './regimes.ts';
import { Schedule } from './regimes.ts';

/** How one symbol moves. Standard deviations of log price per √minute in a normal phase. */
interface PathSpec {
  readonly id: string;
  /** Weight of the common factor. */
  readonly beta: number;
  /** How much of a phase's drift the symbol follows. */
  readonly driftShare: number;
  /** Standard deviation of the symbol's own part. */
  readonly ownSd: number;
}

/** Standard deviation of the common factor, per √minute. */
export const COMMON_SD = 0.00085;
/** Log volatility: half-life in minutes, and its stationary standard deviation. */
const VOLATILITY_HALF_LIFE_MIN = 90;
const VOLATILITY_SD = 0.4;
/** What a jump adds to its symbol's log volatility. */
const JUMP_EXCITES = 0.7;
/** Volatility is never more than this multiple of normal, nor less than its inverse. */
const VOLATILITY_FACTOR_MAX = 4;
/** In a range the price is pulled to its average of the last hour or so. */
const ANCHOR_HALF_LIFE_MIN = 90;
const DAY_MIN = 1440;
/** Volatility, jumps and phases are looked at once a minute; sums of fractions of a minute may fall short of it by this. */
const MINUTE_SLACK = 1e-6;

interface Mover {
  readonly spec: PathSpec;
  readonly noise: Random;
  readonly jumps: Random;
  x: number;
  anchor: number;
  logVolatility: number;
  /** A jump that the next step makes. */
  jump: number;
  lastMove: number;
  /** Derived: present standard deviation of the own part per √minute. */
  sd: number;
}

/** What a snapshot keeps of one symbol's path. */
interface MoverState {
  readonly x: number;
  readonly anchor: number;
  readonly logVolatility: number;
  readonly lastMove: number;
  readonly noise: RandomState;
  readonly jumps: RandomState;
}

export interface PathsState {
  readonly logVolatility: number;
  readonly sinceMinute: number;
  readonly noise: RandomState;
  readonly schedule: ScheduleState;
  readonly movers: readonly MoverState[];
}

/** What depends on the length of a step and the phase only. */
interface StepRates {
  readonly minutes: number;
  readonly phase: Phase;
  readonly root: number;
  readonly drift: number;
  readonly toLevel: number;
  readonly toAnchor: number;
  readonly anchorMoves: number;
}

export class Paths {
  readonly #noise: Random;
  readonly #schedule: Schedule;
  readonly #movers: Mover[];
  #rates: StepRates;
  #logVolatility = 0;
  #commonSd = COMMON_SD;
  /** Minutes since volatility, jumps and phase were last looked at. */
  #sinceMinute = 0;

  /** @param prefix of the streams' names: `''` for the live path, another for one that must not share its numbers. */
  constructor(options: {
    seed: number;
    specs: readonly PathSpec[];
    regime: RegimeName;
    prefix?: string;
  }) {
    const { seed, specs, regime, prefix = '' } = options;
    const stream = (name: string): Random => Random.stream(seed, prefix + name);
    this.#noise = stream('market/path');
    this.#schedule = new Schedule(regime, stream('market/regime'));
    this.#movers = specs.map((spec) => ({
      spec,
      noise: stream(`${spec.id}/path`),
      jumps: stream(`${spec.id}/jumps`),
      x: 0,
      anchor: 0,
      logVolatility: 0,
      jump: 0,
      lastMove: 0,
      sd: 0,
    }));
    this.#rates = ratesOf(1, this.phase);
    this.#derive();
  }

  /** The phase the whole market is in. */
  get phase(): Phase {
    return this.#schedule.phase;
  }

  /** Log of the price of symbol `index`, relative to the level the path is pulled to. */
  logPrice(index: number): number {
    return this.#mover(index).x;
  }

  /** The last step's move in units of its normal standard deviation: which way takers lean. */
  lastMove(index: number): number {
    return this.#mover(index).lastMove;
  }

  /** Present volatility of symbol `index` as a multiple of its phase's. */
  volatilityFactor(index: number): number {
    return factorOf(this.#mover(index).logVolatility + this.#logVolatility);
  }

  /** Moves all symbols on by `minutes`. */
  step(minutes: number): void {
    this.#sinceMinute += minutes;
    if (this.#sinceMinute > 1 - MINUTE_SLACK) this.#passMinute();
    if (minutes !== this.#rates.minutes || this.#rates.phase !== this.phase)
      this.#rates = ratesOf(minutes, this.phase);
    const rates = this.#rates;
    const common = this.#commonSd * rates.root * this.#noise.normal();
    for (const mover of this.#movers) move(mover, common, rates);
  }

  state(): PathsState {
    return {
      logVolatility: this.#logVolatility,
      sinceMinute: this.#sinceMinute,
      noise: this.#noise.state(),
      schedule: this.#schedule.state(),
      movers: this.#movers.map((mover) => ({
        x: mover.x,
        anchor: mover.anchor,
        logVolatility: mover.logVolatility,
        lastMove: mover.lastMove,
        noise: mover.noise.state(),
        jumps: mover.jumps.state(),
      })),
    };
  }

  restore(state: PathsState): void {
    this.#logVolatility = state.logVolatility;
    this.#sinceMinute = state.sinceMinute;
    this.#noise.restore(state.noise);
    this.#schedule.restore(state.schedule);
    for (const [index, kept] of state.movers.entries()) {
      const mover = this.#mover(index);
      mover.x = kept.x;
      mover.anchor = kept.anchor;
      mover.logVolatility = kept.logVolatility;
      mover.lastMove = kept.lastMove;
      mover.noise.restore(kept.noise);
      mover.jumps.restore(kept.jumps);
    }
    this.#derive();
  }

  #mover(index: number): Mover {
    const mover = this.#movers[index];
    if (mover === undefined) throw new Error(`no path with index ${String(index)}`);
    return mover;
  }

  #passMinute(): void {
    const minutes = this.#sinceMinute;
    this.#sinceMinute = 0;
    this.#schedule.pass(minutes);
    const lost = decay(VOLATILITY_HALF_LIFE_MIN, minutes);
    const sd = VOLATILITY_SD * Math.sqrt(lost * (2 - lost));
    this.#logVolatility = this.#logVolatility * (1 - lost) + sd * this.#noise.normal();
    for (const mover of this.#movers) {
      mover.logVolatility = mover.logVolatility * (1 - lost) + sd * mover.noise.normal();
      mover.jump = jumpOf(mover, this.phase, minutes);
      if (mover.jump !== 0) mover.logVolatility += JUMP_EXCITES;
    }
    this.#derive();
  }

  /** Brings what follows from volatility and phase up to date. */
  #derive(): void {
    const { volatility } = this.phase;
    this.#commonSd = COMMON_SD * volatility * factorOf(this.#logVolatility);
    for (const mover of this.#movers)
      mover.sd = mover.spec.ownSd * volatility * factorOf(mover.logVolatility);
  }
}

function move(mover: Mover, common: number, rates: StepRates): void {
  const { spec } = mover;
  const shock = spec.beta * common + mover.sd * rates.root * mover.noise.normal();
  const pulls = rates.toAnchor * (mover.x - mover.anchor) + rates.toLevel * mover.x;
  mover.x += shock + spec.driftShare * rates.drift + mover.jump - pulls;
  mover.anchor += rates.anchorMoves * (mover.x - mover.anchor);
  mover.lastMove =
    (shock + mover.jump) / (Math.hypot(spec.beta * COMMON_SD, spec.ownSd) * rates.root);
  mover.jump = 0;
}

/** The jump of a symbol within `minutes`; 0 for none. Always consumes three draws, so that streams stay aligned. */
function jumpOf({ jumps }: Mover, phase: Phase, minutes: number): number {
  const draw = jumps.uniform();
  const size = phase.jumpMean + phase.jumpSd * jumps.normal();
  return draw < 1 - Math.exp((-phase.jumpsPerDay * minutes) / DAY_MIN) ? size : 0;
}

/** The part of a distance that is lost in `minutes` at a half-life. */
function decay(halfLifeMin: number, minutes: number): number {
  return 1 - Math.exp((-Math.LN2 * minutes) / halfLifeMin);
}

function ratesOf(minutes: number, phase: Phase): StepRates {
  return {
    minutes,
    phase,
    root: Math.sqrt(minutes),
    drift: (phase.driftPerHour * minutes) / 60,
    toLevel: decay(phase.levelHalfLifeDays * DAY_MIN, minutes),
    toAnchor: decay(phase.rangeHalfLifeMin, minutes),
    anchorMoves: decay(ANCHOR_HALF_LIFE_MIN, minutes),
  };
}

/** exp with the mean taken out, so that the average variance stays as configured. */
function factorOf(logVolatility: number): number {
  const factor = Math.exp(logVolatility - VOLATILITY_SD * VOLATILITY_SD);
  return Math.min(VOLATILITY_FACTOR_MAX, Math.max(1 / VOLATILITY_FACTOR_MAX, factor));
}
