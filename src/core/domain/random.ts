/**
 * Seeded randomness. One master seed is split into named streams, so that adding a consumer never shifts another one's numbers.
 * The generator is sfc32: 128 bits of state, which a snapshot carries.
 */

/** The state of a stream, as a snapshot carries it: four unsigned 32-bit integers. */
export type RandomState = readonly [number, number, number, number];

/** FNV-1a over the UTF-16 code units of a text: an unsigned 32-bit integer. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Mixes two 32-bit integers into an evenly spread one (murmur3's finaliser). */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A named stream of random numbers. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** The stream of a master seed for a name such as `BTCUSDT/flow`. */
  static stream(seed: number, name: string): Random {
    const random = new Random([
      seed >>> 0,
      hashText(name),
      mix(seed >>> 0, hashText(`${name}/`)),
      1,
    ]);
    for (let round = 0; round < 15; round += 1) random.bits();
    return random;
  }

  state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  restore(state: RandomState): void {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** 32 random bits. */
  bits(): number {
    const sum = (((this.#a + this.#b) >>> 0) + this.#d) >>> 0;
    this.#d = (this.#d + 1) >>> 0;
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0;
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.bits() / 4294967296;
  }

  /** Standard normal; always consumes two draws, so that streams stay aligned. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.uniform());
  }
}
