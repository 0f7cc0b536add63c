/**
 * What is over, as rows of numbers: a hundred thousand finished orders or trades of an account are then a few typed arrays
 * instead of a few hundred thousand objects for the garbage collector to walk. Blocks of rows are forgotten as a whole.
 */

/** Rows of a block. */
const BLOCK_ROWS = 1_000;

/** Rows of one width, each with one text. A field holds a number, a bigint or one of a few things, by its place in the row. */
export class Block {
  readonly #width: number;
  readonly #numbers: Float64Array;
  readonly #texts: string[] = [];
  /** What the rows name again and again, such as instruments. */
  readonly #things: unknown[] = [];
  /** Amounts that no double holds exactly, by place; a NaN stands for them in the row. */
  readonly #large = new Map<number, bigint>();

  constructor(width: number) {
    this.#width = width;
    this.#numbers = new Float64Array(BLOCK_ROWS * width);
  }

  get rows(): number {
    return this.#texts.length;
  }

  get isFull(): boolean {
    return this.#texts.length === BLOCK_ROWS;
  }

  /** Begins a row with its text. Returns the place of its first field. */
  begin(text: string): number {
    return (this.#texts.push(text) - 1) * this.#width;
  }

  text(row: number): string {
    return this.#texts[row] ?? '';
  }

  placeOf(row: number): number {
    return row * this.#width;
  }

  number(place: number): number {
    return this.#numbers[place] ?? 0;
  }

  setNumber(place: number, value: number): void {
    this.#numbers[place] = value;
  }

  amount(place: number): bigint {
    const value = this.number(place);
    return Number.isNaN(value) ? (this.#large.get(place) ?? 0n) : BigInt(value);
  }

  setAmount(place: number, value: bigint): void {
    const near = Number(value);
    const isExact = Number.isSafeInteger(near);
    this.setNumber(place, isExact ? near : Number.NaN);
    if (!isExact) this.#large.set(place, value);
  }

  thing(place: number): unknown {
    return this.#things[this.number(place)];
  }

  setThing(place: number, value: unknown): void {
    const known = this.#things.indexOf(value);
    this.setNumber(place, known >= 0 ? known : this.#things.push(value) - 1);
  }
}

/** The latest rows, oldest block first. */
export class Blocks {
  readonly all: Block[] = [];
  readonly #width: number;
  readonly #rowsMin: number;
  /** Rows forgotten so far; a row's number counts them in. */
  #forgotten = 0;
  #rows = 0;

  /** @param rowsMin so many of the latest rows are kept, and less than a block more. */
  constructor(width: number, rowsMin: number) {
    this.#width = width;
    this.#rowsMin = rowsMin;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Number of the oldest row there is. */
  get first(): number {
    return this.#forgotten;
  }

  /** The block that takes the next row, and counts it. */
  grow(): Block {
    const last = this.all.at(-1);
    this.#rows += 1;
    if (last !== undefined && !last.isFull) return last;
    const fresh = new Block(this.#width);
    this.all.push(fresh);
    return fresh;
  }

  /** The oldest block, taken out, when there are rows enough without it. */
  forget(): Block | undefined {
    if (this.#rows - BLOCK_ROWS < this.#rowsMin) return undefined;
    const oldest = this.all.shift();
    this.#rows -= BLOCK_ROWS;
    this.#forgotten += BLOCK_ROWS;
    return oldest;
  }

  /** Where a row is; undefined for one that is forgotten. */
  at(number: number): { readonly block: Block; readonly row: number } | undefined {
    const index = number - this.#forgotten;
    const block = index < 0 ? undefined : this.all[Math.floor(index / BLOCK_ROWS)];
    return block && { block, row: index % BLOCK_ROWS };
  }
}
