import type { Bar } from '../domain/market.ts';

/** A bar, and what indicators of two markets read besides. */
export interface IndicatorBar extends Bar {
  /** Close of the other market's bar of the same time. Read by indicators whose inputs name it, by no other. */
  readonly reference?: number;
}

/** What an indicator remembers, as plain JSON. Numbers that JSON has no word for are texts: `NaN`, `Infinity`, `-0`. */
export interface IndicatorState {
  /** Name and parameters of the indicator it belongs to, e.g. `rsi(length=14)`; empty for one made by its class. */
  readonly id: string;
  readonly values: readonly (number | string)[];
}

/**
 * One contract for all indicators. Outputs are NaN until warm; nothing is ever emitted early.
 * `update` takes the next completed bar; `replace` corrects the bar last given (the forming bar of a live chart),
 * with the same result as if it had been right the first time.
 *
 * A bar with a field that is not a finite number is a hole: it changes nothing, and every output stays as it was.
 */
export interface Indicator {
  /** Completed bars needed before all outputs are numbers. ≥ 1. */
  readonly warmUp: number;
  /**
   * Bars after which it says what it would with all of the past, but for 1e-9 of the value. `warmUp` for a window, more for a
   * recursive mean; Infinity where no number of bars is enough (a total, a state that only a turn of the market ends).
   */
  readonly settle: number;
  /** Value at the last bar, NaN while warming up. */
  readonly value: number;
  /** Takes the next bar and returns the new value. */
  update(bar: IndicatorBar): number;
  /** Replaces the last bar and returns the new value. Before any update it acts as update. */
  replace(bar: IndicatorBar): number;
  /** Back to the state of a new instance. */
  reset(): void;
  /** An output by its name. @throws RangeError when it has none of this name. */
  read(output: string): number;
  /** Everything it remembers: a new instance that is given it goes on as this one would. */
  save(): IndicatorState;
  /**
   * Takes over what `save` gave.
   * @throws RangeError `INDICATOR_STATE_INVALID` when it is of another indicator, and nothing has changed, or not whole, and this
   *   is like new then
   */
  restore(state: IndicatorState): void;
}
