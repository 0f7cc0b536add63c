import type { Bar } from '../domain/market.ts';
import { checkedLength, checkedOrder } from './length.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Memo } from './parts/memo.ts';
import { Revisable } from './revisable.ts';

/** Look-backs in bars; usually 12, 26 and 9. `fast` is shorter than `slow`. */
export interface MacdLengths {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

/**
 * Moving average convergence divergence of the close: `line` = fast EMA − slow EMA, `signal` = EMA of the line,
 * `histogram` = line − signal; `value` is the line. As TA-Lib: the fast EMA is seeded late, over the last `fast` closes of
 * the slow one's seed, so that both begin with the same bar, and all outputs begin together, with the signal.
 */
export class Macd extends Revisable {
  readonly warmUp: number;
  readonly #fast: ExponentialMean;
  readonly #slow: ExponentialMean;
  readonly #signal: ExponentialMean;
  readonly #fastFrom: number;
  readonly #bars = this.keep(new Memo(0));

  /** @throws RangeError when a length is not a whole number in range, or fast is not shorter than slow. */
  constructor({ fast, slow, signal }: MacdLengths) {
    super();
    checkedLength('fast', fast);
    checkedLength('slow', slow);
    checkedLength('signal', signal);
    checkedOrder(fast, slow);
    this.warmUp = slow + signal - 1;
    this.#fast = this.keepBeside(ExponentialMean.standard(fast));
    this.#slow = this.keep(ExponentialMean.standard(slow));
    this.#signal = this.keep(ExponentialMean.standard(signal));
    this.#fastFrom = slow - fast + 1;
  }

  get value(): number {
    return this.line;
  }

  get line(): number {
    return this.#bars.value < this.warmUp ? Number.NaN : this.#fast.value - this.#slow.value;
  }

  get signal(): number {
    return this.#signal.value;
  }

  get histogram(): number {
    return this.line - this.#signal.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const bars = this.#bars.value + 1;
    this.#bars.set(bars);
    const slow = this.#slow.push(bar.close);
    if (bars < this.#fastFrom) return Number.NaN;
    const line = this.#fast.push(bar.close) - slow;
    if (Number.isNaN(line)) return Number.NaN;
    this.#signal.push(line);
    return bars < this.warmUp ? Number.NaN : line;
  }
}
