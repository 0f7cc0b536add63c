/** Numbers of a saved state, one after the other. */
export class StateReader {
  readonly #values: readonly (number | string)[];
  #at = 0;

  constructor(values: readonly (number | string)[]) {
    this.#values = values;
  }

  /** @throws RangeError `INDICATOR_STATE_INVALID` when there is none left, or it is no number. */
  next(): number {
    const value = this.#values[this.#at];
    if (typeof value === 'number') {
      this.#at += 1;
      return value;
    }
    if (value !== 'NaN' && value !== 'Infinity' && value !== '-Infinity' && value !== '-0')
      throw new RangeError(`INDICATOR_STATE_INVALID: place ${this.#at} is ${String(value)}`);
    this.#at += 1;
    return Number(value);
  }

  /** @throws RangeError `INDICATOR_STATE_INVALID` when something is left. */
  end(): void {
    const left = this.#values.length - this.#at;
    if (left > 0) throw new RangeError(`INDICATOR_STATE_INVALID: ${left} numbers too many`);
  }

  /** @throws RangeError `INDICATOR_STATE_INVALID` when there are too few. */
  fill(array: Float64Array): void {
    for (let i = 0; i < array.length; i += 1) array[i] = this.next();
  }

  /**
   * A place in a ring.
   * @throws RangeError `INDICATOR_STATE_INVALID` when it is not a whole number from 0 to `max`.
   */
  place(max: number): number {
    const value = this.next();
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    throw new RangeError(`INDICATOR_STATE_INVALID: ${value} is not a place from 0 to ${max}`);
  }
}

/** A number as it stands in a saved state. */
export function saved(value: number): number | string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

export function saveAll(array: Float64Array, into: number[]): void {
  for (const value of array) into.push(value);
}
