import type { Bar } from '../domain/market.ts';
import type { Indicator } from './contract.ts';

/**
 * Base of the kernels: `replace` takes the last bar back and gives the right one.
 *
 * One step back is all a forming bar needs, so each part keeps exactly one earlier state. Before the first bar, taking
 * back changes nothing, and `replace` is `update`.
 *
 * Kernels take finite bars with high ≥ low and volume ≥ 0. The market stage refuses every other bar before it can reach
 * an indicator, so the hot loop does not ask again: a NaN given here stays in the recursive ones for ever.
 */
export abstract class Revisable implements Indicator {
  abstract readonly warmUp: number;
  abstract get value(): number;
  abstract update(bar: Bar): number;
  abstract reset(): void;

  /** Forgets the bar last given. Called only by `replace`, which gives another at once. */
  protected abstract takeBack(): void;

  replace(bar: Bar): number {
    this.takeBack();
    return this.update(bar);
  }
}

/** (high + low + close) / 3. */
export function typicalPrice(bar: Bar): number {
  return (bar.high + bar.low + bar.close) / 3;
}
