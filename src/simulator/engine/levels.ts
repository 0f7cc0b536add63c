/** An ordered map from integer keys to values: a skip list, O(log n) expected, O(1) for the first. */

const HEIGHT_MAX = 20;

interface Tower<V> {
  readonly key: number;
  readonly value: V;
  readonly next: (Tower<V> | undefined)[];
}

export class SortedLevels<V> {
  readonly #head: (Tower<V> | undefined)[] = new Array<Tower<V> | undefined>(HEIGHT_MAX).fill(
    undefined,
  );
  /** Scratch of {@link #pathTo}, reused to spare an allocation per operation. */
  readonly #path = new Array<(Tower<V> | undefined)[]>(HEIGHT_MAX).fill(this.#head);
  #size = 0;
  /** Levels in use; never shrinks. */
  #height = 1;
  /** Coin flips for tower heights: a fixed xorshift, so that equal inputs give equal shapes. */
  #coin = 0x2545f491;

  get size(): number {
    return this.#size;
  }

  get(key: number): V | undefined {
    const tower = this.#pathTo(key)[0]?.[0];
    return tower?.key === key ? tower.value : undefined;
  }

  /** The value with the smallest key. */
  first(): V | undefined {
    return this.#head[0]?.value;
  }

  /** Adds a key that is not present yet. */
  insert(key: number, value: V): void {
    const height = this.#drawHeight();
    this.#height = Math.max(this.#height, height);
    const tower: Tower<V> = {
      key,
      value,
      next: new Array<Tower<V> | undefined>(height).fill(undefined),
    };
    const path = this.#pathTo(key);
    for (let level = 0; level < height; level += 1) {
      const links = path[level] ?? this.#head;
      tower.next[level] = links[level];
      links[level] = tower;
    }
    this.#size += 1;
  }

  /** Removes a key; nothing happens when it is absent. */
  remove(key: number): void {
    const path = this.#pathTo(key);
    const tower = path[0]?.[0];
    if (tower?.key !== key) return;
    this.#size -= 1;
    for (let level = 0; level < tower.next.length; level += 1) {
      const links = path[level] ?? this.#head;
      links[level] = tower.next[level];
    }
  }

  /** Values in ascending order of their keys. Do not change the map while iterating. */
  *values(): IterableIterator<V> {
    for (let tower = this.#head[0]; tower !== undefined; tower = tower.next[0]) yield tower.value;
  }

  /** For each level the links of the last tower before `key`. */
  #pathTo(key: number): (Tower<V> | undefined)[][] {
    const path = this.#path;
    let links = this.#head;
    for (let level = this.#height - 1; level >= 0; level -= 1) {
      let next = links[level];
      while (next !== undefined && next.key < key) {
        links = next.next;
        next = links[level];
      }
      path[level] = links;
    }
    return path;
  }

  #drawHeight(): number {
    let bits = this.#coin;
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    this.#coin = bits;
    // One more level with probability 1/4.
    const height = 1 + (Math.clz32(bits >>> 0 || 1) >> 1);
    return Math.min(height, HEIGHT_MAX);
  }
}
