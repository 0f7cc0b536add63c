/**
 * How long things take between a client and the engine: seeded log-normal delays, one random stream per leg, so that
 * a delay drawn on one leg shifts no other's. Wall time; timers have steps of about a millisecond.
 */
import { Random } from '../core/domain/random.ts';

/** Where time is lost. `readLag` is how long an accepted order stays invisible to questions. */
export const LEGS = ['ingress', 'matching', 'answer', 'market', 'user', 'readLag'] as const;
export type Leg = (typeof LEGS)[number];

/** A log-normal delay. */
export interface Delay {
  readonly medianMs: number;
  /** Standard deviation of the delay's logarithm; 0: always the median. */
  readonly sigma: number;
  /** Once in a while it takes `factor` times as long. */
  readonly tail?: { readonly probability: number; readonly factor: number };
}

/** Legs that are absent take no time. */
export type LatencyProfile = Readonly<Partial<Record<Leg, Delay>>> & {
  /** Probability that a user event leaves before the reply to the request that caused it; 1 when absent. */
  readonly eventFirst?: number;
};

/** The named profiles. Round trips of a program beside the exchange, at home, and on a bad line. */
export const LATENCY_PROFILES = {
  none: {},
  lan: {
    ingress: { medianMs: 1, sigma: 0.3 },
    matching: { medianMs: 1, sigma: 0.3 },
    answer: { medianMs: 1, sigma: 0.3 },
    market: { medianMs: 1, sigma: 0.3 },
    user: { medianMs: 1, sigma: 0.3 },
    eventFirst: 0.5,
  },
  home: {
    ingress: { medianMs: 40, sigma: 0.25, tail: { probability: 0.005, factor: 5 } },
    matching: { medianMs: 2, sigma: 0.5 },
    answer: { medianMs: 40, sigma: 0.25, tail: { probability: 0.005, factor: 5 } },
    market: { medianMs: 45, sigma: 0.25, tail: { probability: 0.002, factor: 5 } },
    user: { medianMs: 45, sigma: 0.25, tail: { probability: 0.002, factor: 5 } },
    readLag: { medianMs: 5, sigma: 0.8 },
    eventFirst: 0.5,
  },
  slow: {
    ingress: { medianMs: 250, sigma: 0.5, tail: { probability: 0.02, factor: 8 } },
    matching: { medianMs: 20, sigma: 0.8, tail: { probability: 0.01, factor: 20 } },
    answer: { medianMs: 250, sigma: 0.5, tail: { probability: 0.02, factor: 8 } },
    market: { medianMs: 300, sigma: 0.5, tail: { probability: 0.01, factor: 8 } },
    user: { medianMs: 300, sigma: 0.5, tail: { probability: 0.01, factor: 8 } },
    readLag: { medianMs: 400, sigma: 0.8, tail: { probability: 0.02, factor: 5 } },
    eventFirst: 0.5,
  },
} as const satisfies Readonly<Record<string, LatencyProfile>>;

export type LatencyName = keyof typeof LATENCY_PROFILES;

export class Latency {
  readonly #random: Readonly<Record<Leg, Random>>;
  readonly #order: Random;
  #profile: LatencyProfile;

  constructor(seed: number, profile: LatencyProfile) {
    const stream = (leg: Leg): [Leg, Random] => [leg, Random.stream(seed, `latency/${leg}`)];
    this.#random = Object.fromEntries(LEGS.map(stream)) as Record<Leg, Random>;
    this.#order = Random.stream(seed, 'latency/eventFirst');
    this.#profile = profile;
  }

  get profile(): LatencyProfile {
    return this.#profile;
  }

  /** Takes another profile from now on; what is under way keeps its delay. */
  use(profile: LatencyProfile): void {
    this.#profile = profile;
  }

  /** The next delay of a leg in milliseconds. A leg without a delay draws nothing. */
  sample(leg: Leg): number {
    const delay = this.#profile[leg];
    if (delay === undefined) return 0;
    const { medianMs, sigma, tail } = delay;
    const random = this.#random[leg];
    const ms = medianMs * Math.exp(sigma * random.normal());
    if (tail === undefined) return ms;
    return random.uniform() < tail.probability ? ms * tail.factor : ms;
  }

  /** Whether the next request's user events leave before its reply. */
  isEventFirst(): boolean {
    const probability = this.#profile.eventFirst ?? 1;
    return probability >= 1 || this.#order.uniform() < probability;
  }
}
