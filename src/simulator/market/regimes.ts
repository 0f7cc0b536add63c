/**
 * How the synthetic market behaves: phases with their parameters, and regimes that string phases together.
 * Tables of plain data; {@link Schedule} walks them with a seeded stream of its own.
 */
import type { Random, RandomState } from '../../core/domain/random.ts';
import { DAY_MS } from './timeframes.ts';

/** One kind of behaviour that lasts for a while. "Normal" is a plain range: a multiple of 1. */
export interface Phase {
  /** Mean duration in minutes of market time; the drawn one is between half of it and one and a half. */
  readonly minutes: number;
  /** Drift of the log price per hour, for a symbol that moves with the market (beta 1). */
  readonly driftPerHour: number;
  /** Standard deviation of the moves, as a multiple of normal. */
  readonly volatility: number;
  /** Half-life in minutes of the pull to the average price of the last hours; Infinity for none. */
  readonly rangeHalfLifeMin: number;
  /** Half-life in days of the pull to the starting price, which keeps long paths in a sane range. */
  readonly levelHalfLifeDays: number;
  /** Jumps of a symbol per day, and the mean and standard deviation of their size in log price. */
  readonly jumpsPerDay: number;
  readonly jumpMean: number;
  readonly jumpSd: number;
  /** Taker orders per second, as a multiple of normal. */
  readonly activity: number;
  /** Added to the probability that a taker buys: 0.3 makes it 80 % in a flat market. */
  readonly buyLean: number;
  /** Size of the house's levels and width of its spread, as multiples of normal. */
  readonly depth: number;
  readonly spread: number;
}

const RANGE: Phase = {
  minutes: 240,
  driftPerHour: 0,
  volatility: 1,
  rangeHalfLifeMin: 40,
  levelHalfLifeDays: 10,
  jumpsPerDay: 1,
  jumpMean: 0,
  jumpSd: 0.006,
  activity: 1,
  buyLean: 0,
  depth: 1,
  spread: 1,
};

const UP: Phase = {
  ...RANGE,
  minutes: 180,
  driftPerHour: 0.0055,
  rangeHalfLifeMin: Infinity,
  activity: 1.2,
  buyLean: 0.08,
};

/** The phases. Magnitudes follow what large coins did in the recorded years: a crash of a fifth within the hour is rare, and real. */
export const PHASES = {
  range: RANGE,
  up: UP,
  down: { ...UP, driftPerHour: -0.0055, buyLean: -0.08 },
  /** A cascade: everybody sells into a book that has thinned out. */
  fall: {
    ...RANGE,
    minutes: 40,
    driftPerHour: -0.4,
    volatility: 3,
    rangeHalfLifeMin: Infinity,
    jumpsPerDay: 60,
    jumpMean: -0.006,
    jumpSd: 0.004,
    activity: 5,
    buyLean: -0.25,
    depth: 0.3,
    spread: 4,
  },
  rebound: {
    ...RANGE,
    minutes: 60,
    driftPerHour: 0.07,
    volatility: 2,
    rangeHalfLifeMin: Infinity,
    jumpsPerDay: 10,
    activity: 2.5,
    buyLean: 0.1,
    depth: 0.6,
    spread: 2,
  },
  /** Back to where it came from, within a day. */
  recovery: {
    ...RANGE,
    minutes: 720,
    volatility: 1.3,
    rangeHalfLifeMin: Infinity,
    levelHalfLifeDays: 0.25,
  },
  /** Nothing moves; the spring is wound. */
  coil: {
    ...RANGE,
    minutes: 120,
    volatility: 0.35,
    rangeHalfLifeMin: 15,
    jumpsPerDay: 0,
    activity: 0.5,
  },
  /** Shorts are bought in at any price. */
  burst: {
    ...RANGE,
    minutes: 30,
    driftPerHour: 0.25,
    volatility: 2.5,
    rangeHalfLifeMin: Infinity,
    jumpsPerDay: 40,
    jumpMean: 0.005,
    jumpSd: 0.003,
    activity: 5,
    buyLean: 0.28,
    depth: 0.4,
    spread: 3,
  },
  fade: {
    ...RANGE,
    minutes: 240,
    volatility: 1.5,
    rangeHalfLifeMin: Infinity,
    levelHalfLifeDays: 0.15,
    activity: 1.5,
    buyLean: -0.05,
  },
  dead: {
    ...RANGE,
    minutes: 180,
    volatility: 0.12,
    jumpsPerDay: 0,
    activity: 0.03,
    depth: 0.5,
    spread: 3,
  },
} as const satisfies Readonly<Record<string, Phase>>;

export type PhaseName = keyof typeof PHASES;

/** Phases that are played in a row, and how often they are chosen next to the other acts of a regime. */
interface Act {
  readonly weight: number;
  readonly phases: readonly PhaseName[];
}

/** The regimes by name: acts that are chosen at random, the first of them at the start. `mixed` is the default. */
const ACTS = {
  mixed: [
    { weight: 36, phases: ['range'] },
    { weight: 26, phases: ['up'] },
    { weight: 26, phases: ['down'] },
    { weight: 4, phases: ['coil', 'burst', 'fade'] },
    { weight: 3, phases: ['fall', 'rebound', 'recovery'] },
    { weight: 5, phases: ['dead'] },
  ],
  /** Rises by several percent a day, with rests. */
  trend: [{ weight: 1, phases: ['up', 'up', 'up', 'range'] }],
  range: [{ weight: 1, phases: ['range'] }],
  /** Loses about a fifth within the first hour, recovers over a day, and does it again. */
  crash: [{ weight: 1, phases: ['fall', 'rebound', 'recovery', 'range'] }],
  /** Quiet for two hours, then a tenth up within half an hour, which fades. */
  squeeze: [{ weight: 1, phases: ['coil', 'burst', 'fade'] }],
  /** Hardly a trade, hardly a move. */
  dead: [{ weight: 1, phases: ['dead'] }],
} as const satisfies Readonly<Record<string, readonly Act[]>>;

export type RegimeName = keyof typeof ACTS;

/** Names of the regimes, the default first. */
export const REGIMES = Object.keys(ACTS) as readonly RegimeName[];

/** Whether a text names a regime. */
export function isRegime(text: string): text is RegimeName {
  return Object.hasOwn(ACTS, text);
}

/** Where a schedule stands, as plain JSON. */
export interface ScheduleState {
  readonly act: number;
  readonly place: number;
  readonly minutesLeft: number;
  readonly random: RandomState;
}

/** Which phase is on: the seeded walk through the acts of a regime. */
export class Schedule {
  readonly #acts: readonly Act[];
  readonly #random: Random;
  #act = 0;
  #place = 0;
  #minutesLeft: number;

  constructor(regime: RegimeName, random: Random) {
    this.#acts = ACTS[regime];
    this.#random = random;
    this.#minutesLeft = this.#draw();
  }

  get name(): PhaseName {
    return this.#acts[this.#act]?.phases[this.#place] ?? 'range';
  }

  get phase(): Phase {
    return PHASES[this.name];
  }

  /** Lets `minutes` pass. */
  pass(minutes: number): void {
    this.#minutesLeft -= minutes;
    while (this.#minutesLeft <= 0) {
      this.#next();
      this.#minutesLeft += this.#draw();
    }
  }

  state(): ScheduleState {
    return {
      act: this.#act,
      place: this.#place,
      minutesLeft: this.#minutesLeft,
      random: this.#random.state(),
    };
  }

  restore(state: ScheduleState): void {
    this.#act = state.act;
    this.#place = state.place;
    this.#minutesLeft = state.minutesLeft;
    this.#random.restore(state.random);
  }

  #draw(): number {
    return this.phase.minutes * (0.5 + this.#random.uniform());
  }

  #next(): void {
    this.#place += 1;
    if (this.#place < (this.#acts[this.#act]?.phases.length ?? 0)) return;
    this.#place = 0;
    const total = this.#acts.reduce((sum, act) => sum + act.weight, 0);
    let draw = this.#random.uniform() * total;
    const chosen = this.#acts.findIndex((act) => (draw -= act.weight) < 0);
    this.#act = Math.max(0, chosen);
  }
}

/** Depth of the U: how far volume swings around its daily mean. */
const DAY_SWING = 0.5;

/** Volume over the UTC day, with mean 1: U-shaped, three times as high around midnight as at noon. */
export function volumeOfDay(ms: number): number {
  return 1 + DAY_SWING * Math.cos((2 * Math.PI * (ms % DAY_MS)) / DAY_MS);
}
