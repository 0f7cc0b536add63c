import type { Bar } from '../domain/market.ts';

/**
 * One contract for all indicators. Outputs are NaN until warm; nothing is ever emitted early.
 * `update` takes the next completed bar; `replace` corrects the bar last given (the forming bar of a live chart),
 * with the same result as if it had been right the first time.
 */
export interface Indicator {
  /** Completed bars needed before `value` is a number. ≥ 1. */
  readonly warmUp: number;
  /** Value at the last bar, NaN while warming up. */
  readonly value: number;
  /** Takes the next bar and returns the new value. */
  update(bar: Bar): number;
  /** Replaces the last bar and returns the new value. Before any update it acts as update. */
  replace(bar: Bar): number;
  /** Back to the state of a new instance. */
  reset(): void;
}
