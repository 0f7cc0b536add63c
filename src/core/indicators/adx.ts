import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { DirectionalMovement } from './parts/directionalMovement.ts';
import { Memo } from './parts/memo.ts';
import { fadeOf } from './parts/part.ts';
import { Revisable } from './revisable.ts';

/** What the three indicators of Wilder's directional movement share. */
abstract class Directional extends Revisable {
  protected readonly movement: DirectionalMovement;

  /** @param length look-back in bars, usually 14. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.movement = this.keep(new DirectionalMovement(checkedLength('length', length)));
  }

  /** +DI in [0, 100]; a number from bar length + 1 on. */
  get plusDi(): number {
    return this.movement.plus;
  }

  /** −DI in [0, 100]; a number from bar length + 1 on. */
  get minusDi(): number {
    return this.movement.minus;
  }
}

/**
 * Average directional index (Wilder) in [0, 100], with its directional indicators; `value` is ADX: the mean of the first
 * `length` DX, then weight 1/length, as TA-Lib. It begins with bar 2·length. Where DX would be 0/0 (a flat market) it is left
 * out: it counts as 0 in the seed and leaves ADX as it was later.
 */
export class Adx extends Directional {
  readonly warmUp: number;
  readonly #length: number;
  /** Sum of DX while seeding, ADX afterwards. */
  readonly #index = this.keep(new Memo(0));

  /** @param length look-back in bars, usually 14; twice as many bars are needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super(length);
    this.#length = length;
    this.warmUp = 2 * length;
  }

  get value(): number {
    return this.movement.bars < this.warmUp ? Number.NaN : this.#index.value;
  }

  override get settle(): number {
    return super.settle + fadeOf(1 / this.#length);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.movement.push(bar);
    const index = this.#next();
    this.#index.set(index);
    return this.movement.bars < this.warmUp ? Number.NaN : index;
  }

  #next(): number {
    const { bars, index } = this.movement;
    const { value } = this.#index;
    if (bars <= this.#length) return 0;
    if (bars > this.warmUp)
      return Number.isNaN(index) ? value : value + (index - value) / this.#length;
    const sum = value + (Number.isNaN(index) ? 0 : index);
    return bars < this.warmUp ? sum : sum / this.#length;
  }
}

/** Directional movement index (Wilder) in [0, 100], unsmoothed: `value` is DX, from bar length + 1 on, as TA-Lib. */
export class Dx extends Directional {
  readonly warmUp: number;

  constructor(length: number) {
    super(length);
    this.warmUp = length + 1;
  }

  get value(): number {
    const { bars, index } = this.movement;
    if (bars < this.warmUp) return Number.NaN;
    return Number.isNaN(index) ? 0 : index;
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.movement.push(bar);
    return this.value;
  }
}
