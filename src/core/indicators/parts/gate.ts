import type { IndicatorBar } from '../contract.ts';
import type { Part } from './part.ts';
import type { StateReader } from './stateReader.ts';

/** Lets whole bars in, and remembers whether the last one was: `replace` has nothing to take back of one that was not. */
export class Gate implements Part {
  readonly fade = 0;
  #refused = false;

  /** True when the last bar was kept out. */
  get refused(): boolean {
    return this.#refused;
  }

  /** True when all that is read of the bar is finite: anything else times zero is NaN. */
  isWhole(bar: IndicatorBar): boolean {
    return (bar.open + bar.high + bar.low + bar.close + bar.volume) * 0 === 0;
  }

  admits(bar: IndicatorBar): boolean {
    const isWhole = this.isWhole(bar);
    this.#refused = !isWhole;
    return isWhole;
  }

  takeBack(): void {
    this.#refused = false;
  }

  reset(): void {
    this.#refused = false;
  }

  save(into: number[]): void {
    into.push(Number(this.#refused));
  }

  restore(from: StateReader): void {
    this.#refused = from.place(1) === 1;
  }
}

/** The gate of what reads two markets. */
export class PairGate extends Gate {
  override isWhole(bar: IndicatorBar): boolean {
    return super.isWhole(bar) && (bar.reference ?? Number.NaN) > 0 && bar.reference !== Infinity;
  }
}
