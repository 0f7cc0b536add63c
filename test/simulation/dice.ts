/** Seeded choices. Each purpose draws from a stream of its own, so that one more draw here shifts nothing there. */
import { Random } from '../../src/core/domain/random.ts';

export class Dice {
  readonly #random: Random;

  constructor(seed: number, purpose: string) {
    this.#random = Random.stream(seed, purpose);
  }

  /** Uniform in [0, 1). */
  roll(): number {
    return this.#random.uniform();
  }

  /** 32 random bits. */
  bits(): number {
    return this.#random.bits();
  }

  normal(): number {
    return this.#random.normal();
  }

  chance(probability: number): boolean {
    return this.roll() < probability;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.roll() * (to - from + 1));
  }

  /** One of the items; the list is not empty. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.roll() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}
