/**
 * The one place that draws on the package `technicalindicators` (3.1.0): shapes of a few bars, which it finds without state, and
 * which its streaming form does not offer. Why nothing else of it serves is told in docs/indicators.md.
 */
/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the package declares its plain input records as classes and does not export them */
import { bearishengulfingpattern, bullishengulfingpattern } from 'technicalindicators';
import type { Bar } from '../domain/market.ts';
import { Lag } from './parts/lag.ts';
import { Revisable } from './revisable.ts';

/** Bars that the shape is made of. */
const BARS = 2;

/**
 * Engulfing bars: 1 when a rising body begins below the falling one before it and ends above it, −1 the other way round, 0
 * otherwise. Strictly below and above: where a bar opens at the close of the one before it there is none. By the library's
 * pattern finder, which makes new objects with each question: for rules that are asked once per bar, not for an optimiser's loop.
 */
export class Engulfing extends Revisable {
  readonly warmUp = BARS;
  readonly #opens = this.keep(new Lag(BARS));
  readonly #highs = this.keep(new Lag(BARS));
  readonly #lows = this.keep(new Lag(BARS));
  readonly #closes = this.keep(new Lag(BARS));

  get value(): number {
    if (Number.isNaN(this.#opens.ago(1))) return Number.NaN;
    const both = (lag: Lag): number[] => [lag.ago(1), lag.ago(0)];
    const bars = {
      open: both(this.#opens),
      high: both(this.#highs),
      low: both(this.#lows),
      close: both(this.#closes),
    };
    return Number(bullishengulfingpattern(bars)) - Number(bearishengulfingpattern(bars));
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) {
      this.#opens.push(bar.open);
      this.#highs.push(bar.high);
      this.#lows.push(bar.low);
      this.#closes.push(bar.close);
    }
    return this.value;
  }
}
