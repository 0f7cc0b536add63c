/**
 * A hash table for what comes and goes quickly. A Map would do, but each table that it outgrows keeps the next one alive, and
 * with it all that was ever in them, until a collection of the old generation: half of the collector's work for open orders.
 * Source: V8's OrderedHashTable, which links obsolete tables for the sake of iterators.
 */

/** Slots at first; always a power of two, and at most half of them are taken. */
const SLOTS_MIN = 16;

/** Values by hash, in slots that are tried one after the other. Which of equal hashes is meant, the caller decides. */
export class HashSlots<Value> {
  #values = new Array<Value | undefined>(SLOTS_MIN).fill(undefined);
  #hashes = new Int32Array(SLOTS_MIN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * What lies in a slot: what has a hash is found from the slot of that number on, before the first undefined.
   * @param slot any 32-bit integer.
   */
  at(slot: number): Value | undefined {
    return this.#values[slot & (this.#values.length - 1)];
  }

  /** Adds a value that is not in yet. */
  add(hash: number, value: Value): void {
    if (2 * (this.#size + 1) > this.#values.length) this.#grow();
    this.#put(hash, value);
    this.#size += 1;
  }

  /** Takes a value out; nothing happens when it is not in. */
  delete(hash: number, value: Value): void {
    const mask = this.#values.length - 1;
    let slot = hash & mask;
    for (; this.#values[slot] !== value; slot = (slot + 1) & mask) {
      if (this.#values[slot] === undefined) return;
    }
    this.#size -= 1;
    this.#close(slot);
  }

  /** In no particular order. Do not change the table while iterating. */
  *values(): IterableIterator<Value> {
    for (const value of this.#values) {
      if (value !== undefined) yield value;
    }
  }

  clear(): void {
    this.#values.fill(undefined);
    this.#size = 0;
  }

  #put(hash: number, value: Value): void {
    const mask = this.#values.length - 1;
    let slot = hash & mask;
    while (this.#values[slot] !== undefined) slot = (slot + 1) & mask;
    this.#values[slot] = value;
    this.#hashes[slot] = hash;
  }

  /** Empties a slot and moves up what would not be found any more behind it. */
  #close(empty: number): void {
    const mask = this.#values.length - 1;
    let hole = empty;
    let slot = empty;
    for (;;) {
      slot = (slot + 1) & mask;
      const value = this.#values[slot];
      if (value === undefined) break;
      const hash = this.#hashes[slot] ?? 0;
      if (((slot - hash) & mask) < ((slot - hole) & mask)) continue;
      this.#values[hole] = value;
      this.#hashes[hole] = hash;
      hole = slot;
    }
    this.#values[hole] = undefined;
  }

  #grow(): void {
    const values = this.#values;
    const hashes = this.#hashes;
    this.#values = new Array<Value | undefined>(2 * values.length).fill(undefined);
    this.#hashes = new Int32Array(2 * values.length);
    values.forEach((value, slot) => {
      if (value !== undefined) this.#put(hashes[slot] ?? 0, value);
    });
  }
}
