/** What indicators are made of: everything that changes with a bar lies in a part. */
import type { StateReader } from './stateReader.ts';

/**
 * A piece of memory that is fed at most once per bar; once it has been fed it is fed with every bar, because `takeBack` takes
 * back one feeding of every part. It keeps exactly one earlier state: all that a forming bar needs.
 */
export interface Part {
  /** Samples after which what it began with weighs less than {@link FORGOTTEN}; 0 for what remembers a window only. */
  readonly fade: number;
  /** Forgets the sample last given. Once only between two samples. Before the first it changes nothing. */
  takeBack(): void;
  /** Back to the state of a new one. */
  reset(): void;
  save(into: number[]): void;
  restore(from: StateReader): void;
}

/** A weight below which the past does not show: far under the 1e-9 that is promised, however wild the past was. */
const FORGOTTEN = 1e-12;

/** Samples after which an exponential mean with this weight of a new sample has forgotten what it began with. */
export function fadeOf(weight: number): number {
  return weight >= 1 ? 0 : Math.ceil(Math.log(FORGOTTEN) / Math.log(1 - weight));
}

/** Several parts that are one. */
export abstract class PartGroup implements Part {
  readonly #parts: Part[] = [];
  #fade = 0;

  get fade(): number {
    return this.#fade;
  }

  takeBack(): void {
    for (const part of this.#parts) part.takeBack();
  }

  reset(): void {
    for (const part of this.#parts) part.reset();
  }

  save(into: number[]): void {
    for (const part of this.#parts) part.save(into);
  }

  restore(from: StateReader): void {
    for (const part of this.#parts) part.restore(from);
  }

  /** Makes it a part of this; what comes after another takes as much longer to forget. */
  keep<Kept extends Part>(part: Kept): Kept {
    this.#parts.push(part);
    this.#fade += part.fade;
    return part;
  }

  /** The same for one that stands beside another that remembers at least as long. */
  keepBeside<Kept extends Part>(part: Kept): Kept {
    this.#parts.push(part);
    return part;
  }
}
