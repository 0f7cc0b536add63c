import type { Bar } from '../domain/market.ts';
import { Revisable } from './revisable.ts';

/**
 * On-balance volume in base units: volume added when the close rises, subtracted when it falls; the first bar's volume
 * counts as risen (TA-Lib). Only its changes mean something: the level depends on where the series begins.
 * The sum has no end, so it is kept with its rounding error (Knuth's two-sum) instead of a window's restart.
 */
export class Obv extends Revisable {
  readonly warmUp = 1;
  #sum = Number.NaN;
  #error = 0;
  #close = Number.NaN;
  #sumBefore = Number.NaN;
  #errorBefore = 0;
  #closeBefore = Number.NaN;

  get value(): number {
    return this.#sum + this.#error;
  }

  update(bar: Bar): number {
    this.#sumBefore = this.#sum;
    this.#errorBefore = this.#error;
    this.#closeBefore = this.#close;
    if (Number.isNaN(this.#close)) this.#sum = bar.volume;
    else if (bar.close > this.#close) this.#add(bar.volume);
    else if (bar.close < this.#close) this.#add(-bar.volume);
    this.#close = bar.close;
    return this.value;
  }

  reset(): void {
    this.#sum = Number.NaN;
    this.#error = 0;
    this.#close = Number.NaN;
    this.#sumBefore = Number.NaN;
    this.#errorBefore = 0;
    this.#closeBefore = Number.NaN;
  }

  protected takeBack(): void {
    this.#sum = this.#sumBefore;
    this.#error = this.#errorBefore;
    this.#close = this.#closeBefore;
  }

  #add(volume: number): void {
    const before = this.#sum;
    const sum = before + volume;
    const taken = sum - before;
    this.#error += before - (sum - taken) + (volume - taken);
    this.#sum = sum;
  }
}
