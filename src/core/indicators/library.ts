/**
 * Indicators of the package `technicalindicators` (3.1.0) that were found right, behind our contract.
 *
 * Its streaming form keeps state that cannot be taken back, leaks in some classes and drifts in all that keep running
 * sums. So its batch form is asked for the one value of the newest window, at each bar: nothing is carried from bar to
 * bar, nothing can leak, drift or be poisoned, and `replace` is exact. The price is time in proportion to the window
 * (microseconds, not nanoseconds): for rules that are evaluated once per bar, not for the loop of an optimiser. That also
 * limits it to indicators whose value is a function of a fixed window.
 *
 * Used: WilliamsR, CCI, AwesomeOscillator, WMA. Not used, for the reasons measured: RSI and MFI (rounded to two decimals;
 * MFI counts an unchanged price as a fall), ADX (NaN for ever after a flat start), SMA and BollingerBands (drift, leak),
 * Stochastic (the fast one), EMA (wrong with a zero seed), MACD (seeded otherwise than TA-Lib's), ADL (rounded to whole
 * units), VWAP (since the start of the series, not rolling).
 */
/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the package declares its plain input records as classes and does not export them */
import { AwesomeOscillator, CCI, WilliamsR, WMA } from 'technicalindicators';
import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable } from './revisable.ts';

/** The newest bars as columns in the order of time. */
interface Columns {
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
}

/** An indicator of the library whose value depends on the newest `warmUp` bars only. */
export class LibraryIndicator extends Revisable {
  readonly warmUp: number;
  readonly #neutral: number;
  readonly #calculate: (columns: Columns) => readonly number[];
  readonly #columns: Columns = { high: [], low: [], close: [] };
  #value = Number.NaN;
  /** The bar that left the window with the last update. */
  #left: readonly [number, number, number] | undefined;

  private constructor(
    warmUp: number,
    neutral: number,
    calculate: (columns: Columns) => readonly number[],
  ) {
    super();
    this.warmUp = warmUp;
    this.#neutral = neutral;
    this.#calculate = calculate;
  }

  /** Williams %R in [−100, 0]; −50, its middle, where the range is 0 (TA-Lib says 0 there, which is overbought). */
  static williamsR(length: number): LibraryIndicator {
    const period = checkedLength('length', length);
    return new LibraryIndicator(period, -50, (columns) =>
      WilliamsR.calculate({ ...columns, period, format: asItIs }),
    );
  }

  /**
   * Commodity channel index; 0 where the typical price has not moved, as TA-Lib means it. (The library divides one rounding
   * error by another there and says ±66.67, so it is not asked.)
   */
  static cci(length: number): LibraryIndicator {
    const period = checkedLength('length', length);
    return new LibraryIndicator(period, 0, (columns) =>
      isUnmoved(columns) ? [0] : CCI.calculate({ ...columns, period, format: asItIs }),
    );
  }

  /** Awesome oscillator in price units: SMA of (high + low)/2 over `fast` bars less that over `slow` bars, usually 5, 34. */
  static awesomeOscillator(fast: number, slow: number): LibraryIndicator {
    checkedLength('fast', fast);
    checkedLength('slow', slow);
    if (fast >= slow) throw new RangeError(`fast: ${fast} is not shorter than slow, ${slow}`);
    return new LibraryIndicator(slow, 0, ({ high, low }) =>
      AwesomeOscillator.calculate({
        high,
        low,
        fastPeriod: fast,
        slowPeriod: slow,
        format: asItIs,
      }),
    );
  }

  /** Moving average of the close with weights that fall linearly from `length` to 1. */
  static wma(length: number): LibraryIndicator {
    const period = checkedLength('length', length);
    return new LibraryIndicator(period, Number.NaN, ({ close }) =>
      WMA.calculate({ values: close, period, format: asItIs }),
    );
  }

  get value(): number {
    return this.#value;
  }

  update(bar: Bar): number {
    const { high, low, close } = this.#columns;
    this.#left = undefined;
    if (close.length === this.warmUp) {
      this.#left = [high.shift() ?? 0, low.shift() ?? 0, close.shift() ?? 0];
    }
    high.push(bar.high);
    low.push(bar.low);
    close.push(bar.close);
    this.#value = close.length < this.warmUp ? Number.NaN : this.#ask();
    return this.#value;
  }

  reset(): void {
    for (const column of [this.#columns.high, this.#columns.low, this.#columns.close]) {
      column.length = 0;
    }
    this.#left = undefined;
    this.#value = Number.NaN;
  }

  protected takeBack(): void {
    const { high, low, close } = this.#columns;
    high.pop();
    low.pop();
    close.pop();
    if (this.#left === undefined) return;
    high.unshift(this.#left[0]);
    low.unshift(this.#left[1]);
    close.unshift(this.#left[2]);
    this.#left = undefined;
  }

  /** The library answers 0/0 with NaN or an infinite number. */
  #ask(): number {
    const value = this.#calculate(this.#columns).at(-1) ?? Number.NaN;
    return Number.isFinite(value) ? value : this.#neutral;
  }
}

/** The library rounds by a global setting unless each call says otherwise. */
function asItIs(value: number): number {
  return value;
}

/** True when every bar of the window has the same high, low and close. */
function isUnmoved({ high, low, close }: Columns): boolean {
  return [high, low, close].every((column) => column.every((price) => price === column[0]));
}
