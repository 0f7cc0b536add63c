import type { Bar } from '../domain/market.ts';
import { Memo } from './parts/memo.ts';
import { RunningTotal } from './parts/runningTotal.ts';
import { Revisable } from './revisable.ts';

/**
 * On-balance volume in base units: volume added when the close rises, subtracted when it falls; the first bar's volume
 * counts as risen (TA-Lib). Only its changes mean something: the level depends on where the series begins.
 */
export class Obv extends Revisable {
  readonly warmUp = 1;
  readonly #total = this.keep(new RunningTotal());
  readonly #close = this.keep(new Memo());

  get value(): number {
    return Number.isNaN(this.#close.value) ? Number.NaN : this.#total.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    const { before } = this.#close;
    if (bar.close < before) this.#total.add(-bar.volume);
    else this.#total.add(bar.close === before ? 0 : bar.volume);
    return this.value;
  }
}
