/** A long series of marks kept as a bounded number of them, evenly spread: enough for a drawing. */
import type { Millis } from '../domain/time.ts';

/** Points kept at most; half of them remain when there are more. */
const POINTS_MAX = 2_048;

export interface Sample {
  readonly at: Millis;
  readonly equity: number;
  readonly holding: number;
}

export class Thinned {
  /** Columns: a run marks millions of times, and must not make an object for each. */
  readonly #times = new Float64Array(POINTS_MAX);
  readonly #equities = new Float64Array(POINTS_MAX);
  readonly #holdings = new Float64Array(POINTS_MAX);
  #kept = 0;
  /** Marks for one that is kept. */
  #stride = 1;
  #seen = 0;
  #lastAt = Number.NaN;
  #lastEquity = Number.NaN;
  #lastHolding = Number.NaN;

  /** Times ascend; a second mark of a time takes the place of the first. */
  add(at: Millis, equity: number, holding: number): void {
    if (at === this.#lastAt) this.#seen -= 1;
    if (this.#kept > 0 && this.#times[this.#kept - 1] === at) this.#kept -= 1;
    if (this.#seen % this.#stride === 0) this.#keep(at, equity, holding);
    this.#seen += 1;
    this.#lastAt = at;
    this.#lastEquity = equity;
    this.#lastHolding = holding;
  }

  /** In time order, the first and the last mark among them; empty before any. */
  get samples(): readonly Sample[] {
    const samples = Array.from({ length: this.#kept }, (_each, point) => ({
      at: this.#times[point] ?? 0,
      equity: this.#equities[point] ?? 0,
      holding: this.#holdings[point] ?? 0,
    }));
    const [at, equity, holding] = [this.#lastAt, this.#lastEquity, this.#lastHolding];
    const isLastKept = this.#seen === 0 || samples.at(-1)?.at === at;
    return isLastKept ? samples : [...samples, { at, equity, holding }];
  }

  #keep(at: Millis, equity: number, holding: number): void {
    if (this.#kept === POINTS_MAX) {
      this.#halve();
      if (this.#seen % this.#stride !== 0) return;
    }
    this.#times[this.#kept] = at;
    this.#equities[this.#kept] = equity;
    this.#holdings[this.#kept] = holding;
    this.#kept += 1;
  }

  #halve(): void {
    for (const column of [this.#times, this.#equities, this.#holdings])
      for (let point = 0; point < POINTS_MAX / 2; point += 1)
        column[point] = column[point * 2] ?? 0;
    this.#kept = POINTS_MAX / 2;
    this.#stride *= 2;
  }
}
