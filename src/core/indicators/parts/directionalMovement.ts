import type { Bar } from '../../domain/market.ts';
import { trueRange } from '../trueRange.ts';
import { fadeOf, type Part } from './part.ts';
import type { StateReader } from './stateReader.ts';

/** All that changes with a bar. One object of plain fields, because this is the longest of all updates. */
class Movement {
  bars = 0;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  /** Wilder's running sums. */
  plusMove = 0;
  minusMove = 0;
  range = 0;

  copy(from: Movement): void {
    this.bars = from.bars;
    this.high = from.high;
    this.low = from.low;
    this.close = from.close;
    this.plusMove = from.plusMove;
    this.minusMove = from.minusMove;
    this.range = from.range;
  }
}

/**
 * Wilder's directional movement, as TA-Lib step by step: the moves and true ranges of the first length − 1 changes are summed,
 * then smoothed by `sum − sum/length + new`. The indicators begin with bar length + 1; where a quotient would be 0/0 (a flat
 * market) they are 0.
 */
export class DirectionalMovement implements Part {
  readonly fade: number;
  readonly #length: number;
  readonly #state = new Movement();
  readonly #before = new Movement();

  constructor(length: number) {
    this.#length = length;
    this.fade = fadeOf(1 / length);
  }

  /** Bars given so far. */
  get bars(): number {
    return this.#state.bars;
  }

  /** +DI in [0, 100]. */
  get plus(): number {
    return this.#indicator(this.#state.plusMove);
  }

  /** −DI in [0, 100]. */
  get minus(): number {
    return this.#indicator(this.#state.minusMove);
  }

  /** DX in [0, 100], NaN where nothing has moved. Both indicators are over the same range, so their quotient does without it. */
  get index(): number {
    const { plusMove, minusMove, range } = this.#state;
    const moved = plusMove + minusMove;
    return range > 0 && moved > 0 ? (100 * Math.abs(plusMove - minusMove)) / moved : Number.NaN;
  }

  push(bar: Bar): void {
    const state = this.#state;
    this.#before.copy(state);
    state.bars += 1;
    if (state.bars > 1) {
      const up = bar.high - state.high;
      const down = state.low - bar.low;
      // The first length − 1 changes are summed, the later ones replace their share.
      const keep = state.bars <= this.#length ? 1 : 1 - 1 / this.#length;
      state.plusMove = state.plusMove * keep + (up > down && up > 0 ? up : 0);
      state.minusMove = state.minusMove * keep + (down > up && down > 0 ? down : 0);
      state.range = state.range * keep + trueRange(bar, state.close);
    }
    state.high = bar.high;
    state.low = bar.low;
    state.close = bar.close;
  }

  takeBack(): void {
    this.#state.copy(this.#before);
  }

  reset(): void {
    const fresh = new Movement();
    this.#state.copy(fresh);
    this.#before.copy(fresh);
  }

  save(into: number[]): void {
    for (const { bars, high, low, close, plusMove, minusMove, range } of [
      this.#state,
      this.#before,
    ])
      into.push(bars, high, low, close, plusMove, minusMove, range);
  }

  restore(from: StateReader): void {
    for (const state of [this.#state, this.#before]) {
      state.bars = from.next();
      state.high = from.next();
      state.low = from.next();
      state.close = from.next();
      state.plusMove = from.next();
      state.minusMove = from.next();
      state.range = from.next();
    }
  }

  #indicator(move: number): number {
    const { bars, range } = this.#state;
    if (bars <= this.#length) return Number.NaN;
    return range > 0 ? (100 * move) / range : 0;
  }
}
