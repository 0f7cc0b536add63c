/** Searches that do not learn: at random, and over a grid. */
import type { Random } from '../domain/random.ts';
import type { Proposal, Score, Search } from './contract.ts';
import type { Point, Space } from './space.ts';

/** Draws of a point that was not tried yet, before one is tried twice. */
const DRAWS_MAX = 50;

/** A point anywhere. */
export function anyPoint(space: Space, random: Random): number[] {
  return Array.from({ length: space.size }, () => random.uniform());
}

/** Even over the whole space, nothing twice as long as there is something new. */
export class RandomSearch implements Search {
  readonly needs = 0;
  readonly #space: Space;
  readonly #random: Random;
  readonly #seen = new Set<string>();

  constructor(space: Space, random: Random) {
    this.#space = space;
    this.#random = random;
  }

  ask(): Proposal {
    let assignment = this.#space.decode(anyPoint(this.#space, this.#random));
    for (let draw = 1; draw < DRAWS_MAX && this.#seen.has(this.#space.keyOf(assignment)); draw += 1)
      assignment = this.#space.decode(anyPoint(this.#space, this.#random));
    this.#seen.add(this.#space.keyOf(assignment));
    return { assignment, share: 1 };
  }

  tell(_score: Score): void {}
}

/**
 * Every combination of evenly spread values, at most as many as trials: each parameter gets all its values where they fit, and
 * otherwise as many as fit, both ends among them.
 */
export class GridSearch implements Search {
  readonly needs = 0;
  readonly #space: Space;
  readonly #levels: readonly number[];
  readonly #seen = new Set<string>();
  #next = 0;

  constructor(space: Space, trials: number) {
    this.#space = space;
    this.#levels = levelsOf(space, trials);
  }

  /** Combinations; those in which a parameter does not count are asked for once. */
  get combinations(): number {
    return this.#levels.reduce((product, levels) => product * levels, 1);
  }

  ask(): Proposal | undefined {
    while (this.#next < this.combinations) {
      const assignment = this.#space.decode(this.#pointOf(this.#next));
      this.#next += 1;
      const key = this.#space.keyOf(assignment);
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      return { assignment, share: 1 };
    }
    return undefined;
  }

  tell(_score: Score): void {}

  #pointOf(combination: number): Point {
    let rest = combination;
    return this.#levels.map((levels, at) => {
      const level = rest % levels;
      rest = Math.floor(rest / levels);
      const cells = this.#space.cardinality(at);
      if (levels === cells) return (level + 0.5) / cells;
      return levels === 1 ? 0.5 : level / (levels - 1);
    });
  }
}

/** One more level, turn by turn, for the parameter that has fewest, while the product still fits. */
function levelsOf(space: Space, trials: number): number[] {
  const levels = space.parameters.map(() => 1);
  const product = (): number => levels.reduce((all, each) => all * each, 1);
  for (;;) {
    const able = [...levels.keys()]
      .filter((at) => (levels[at] ?? 0) < space.cardinality(at))
      .filter((at) => (product() / (levels[at] ?? 1)) * ((levels[at] ?? 1) + 1) <= trials)
      .sort((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0) || a - b);
    const [next] = able;
    if (next === undefined) return levels;
    levels[next] = (levels[next] ?? 0) + 1;
  }
}
