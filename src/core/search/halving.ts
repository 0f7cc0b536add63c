/**
 * Successive halving: many candidates on a small share of the effort, the best third of them on three times as much, and so on to
 * the whole. Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016.
 */
import type { Random } from '../domain/random.ts';
import type { Proposal, Score, Search } from './contract.ts';
import { RandomSearch } from './plain.ts';
import { ranked } from './rank.ts';
import type { Assignment, Space } from './space.ts';

/** Of each round a share of 1 ÷ this goes on. */
const KEPT = 3;
/** Rounds: at a ninth, a third, and the whole. */
const ROUNDS = 3;

/** Candidates of the first round, so that all rounds together come to at most so many trials; at least one. */
export function firstRoundOf(trials: number): number {
  let first = 1;
  while (trialsOf(first + 1) <= trials) first += 1;
  return first;
}

function trialsOf(first: number): number {
  let sum = 0;
  for (let [round, size] = [0, first]; round < ROUNDS; round += 1) {
    sum += size;
    size = Math.max(1, Math.floor(size / KEPT));
  }
  return sum;
}

export class SuccessiveHalving implements Search {
  #round = 0;
  #candidates: readonly Assignment[];
  #asked = 0;
  #askedBefore = 0;
  readonly #scores: Score[] = [];

  constructor(space: Space, random: Random, trials: number) {
    const drawing = new RandomSearch(space, random);
    this.#candidates = Array.from({ length: firstRoundOf(trials) }, () => drawing.ask().assignment);
  }

  /** A round begins when the one before it is told whole. */
  get needs(): number {
    const isOver = this.#asked === this.#candidates.length;
    return this.#askedBefore + (isOver ? this.#asked : 0);
  }

  ask(): Proposal | undefined {
    if (this.#asked === this.#candidates.length) this.#nextRound();
    const assignment = this.#candidates[this.#asked];
    if (!assignment) return undefined;
    this.#asked += 1;
    return { assignment, share: KEPT ** (this.#round - ROUNDS + 1) };
  }

  tell(score: Score): void {
    this.#scores.push(score);
  }

  #nextRound(): void {
    const size = this.#candidates.length;
    const order = ranked(this.#scores.slice(this.#askedBefore));
    const kept = this.#round + 1 < ROUNDS ? Math.max(1, Math.floor(size / KEPT)) : 0;
    const candidates = this.#candidates;
    this.#candidates = order
      .slice(0, kept)
      .map((at) => candidates[at])
      .filter((candidate) => candidate !== undefined);
    this.#askedBefore += this.#asked;
    this.#asked = 0;
    this.#round += 1;
  }
}
