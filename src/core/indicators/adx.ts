import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable } from './revisable.ts';
import { trueRange } from './trueRange.ts';

/** All that changes with a bar. */
interface DirectionalState {
  bars: number;
  high: number;
  low: number;
  close: number;
  /** Wilder's running sums. */
  plusMove: number;
  minusMove: number;
  range: number;
  /** Sum of DX while seeding, ADX afterwards. */
  index: number;
}

/**
 * Average directional index (Wilder) in [0, 100], with its directional indicators; `value` is ADX.
 *
 * As TA-Lib, step by step: the moves and true ranges of the first length − 1 changes are summed, then smoothed by
 * `sum − sum/length + new`; +DI and −DI begin with bar length + 1; ADX is the mean of the first `length` DX and begins with
 * bar 2·length. Where a quotient would be 0/0 (a flat market) +DI and −DI are 0, and DX is left out: it counts as 0 in the
 * seed and leaves ADX as it was later.
 */
export class Adx extends Revisable {
  readonly warmUp: number;
  readonly #length: number;
  readonly #state = blank();
  readonly #before = blank();

  /** @param length look-back in bars, usually 14; twice as many bars are needed. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    this.#length = checkedLength('length', length);
    this.warmUp = 2 * length;
  }

  get value(): number {
    return this.#state.bars < this.warmUp ? Number.NaN : this.#state.index;
  }

  /** +DI in [0, 100]; a number from bar length + 1 on. */
  get plusDi(): number {
    return this.#indicator(this.#state.plusMove);
  }

  /** −DI in [0, 100]; a number from bar length + 1 on. */
  get minusDi(): number {
    return this.#indicator(this.#state.minusMove);
  }

  update(bar: Bar): number {
    const state = this.#state;
    copy(state, this.#before);
    const bars = (state.bars += 1);
    if (bars > 1) this.#move(bar, bars);
    state.high = bar.high;
    state.low = bar.low;
    state.close = bar.close;
    return this.value;
  }

  reset(): void {
    copy(blank(), this.#state);
    copy(blank(), this.#before);
  }

  protected takeBack(): void {
    copy(this.#before, this.#state);
  }

  #move(bar: Bar, bars: number): void {
    const state = this.#state;
    const up = bar.high - state.high;
    const down = state.low - bar.low;
    // The first length − 1 changes are summed, the later ones replace their share.
    const keep = bars <= this.#length ? 1 : 1 - 1 / this.#length;
    state.plusMove = state.plusMove * keep + (up > down && up > 0 ? up : 0);
    state.minusMove = state.minusMove * keep + (down > up && down > 0 ? down : 0);
    state.range = state.range * keep + trueRange(bar, state.close);
    if (bars > this.#length) this.#average(bars);
  }

  #average(bars: number): void {
    const state = this.#state;
    const length = this.#length;
    const moved = state.plusMove + state.minusMove;
    // DI are both over the same range, so their quotient does without it.
    const known = state.range > 0 && moved > 0;
    const dx = known ? (100 * Math.abs(state.plusMove - state.minusMove)) / moved : 0;
    if (bars < this.warmUp) state.index += dx;
    else if (bars === this.warmUp) state.index = (state.index + dx) / length;
    else if (known) state.index += (dx - state.index) / length;
  }

  #indicator(move: number): number {
    const { bars, range } = this.#state;
    if (bars <= this.#length) return Number.NaN;
    return range > 0 ? (100 * move) / range : 0;
  }
}

function blank(): DirectionalState {
  return {
    bars: 0,
    high: Number.NaN,
    low: Number.NaN,
    close: Number.NaN,
    plusMove: 0,
    minusMove: 0,
    range: 0,
    index: 0,
  };
}

function copy(from: DirectionalState, to: DirectionalState): void {
  to.bars = from.bars;
  to.high = from.high;
  to.low = from.low;
  to.close = from.close;
  to.plusMove = from.plusMove;
  to.minusMove = from.minusMove;
  to.range = from.range;
  to.index = from.index;
}
