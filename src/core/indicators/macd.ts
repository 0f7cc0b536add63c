import type { Bar } from '../domain/market.ts';
import { checkedLength } from './length.ts';
import { Revisable } from './revisable.ts';
import { ExponentialMean } from './smoothing.ts';

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
  #bars = 0;
  #line = Number.NaN;

  /** @throws RangeError when a length is not a whole number in range, or fast is not shorter than slow. */
  constructor({ fast, slow, signal }: MacdLengths) {
    super();
    checkedLength('fast', fast);
    checkedLength('slow', slow);
    checkedLength('signal', signal);
    if (fast >= slow) throw new RangeError(`fast: ${fast} is not shorter than slow, ${slow}`);
    this.warmUp = slow + signal - 1;
    this.#fast = ExponentialMean.standard(fast);
    this.#slow = ExponentialMean.standard(slow);
    this.#signal = ExponentialMean.standard(signal);
    this.#fastFrom = slow - fast + 1;
  }

  get value(): number {
    return this.line;
  }

  get line(): number {
    return this.#bars < this.warmUp ? Number.NaN : this.#line;
  }

  get signal(): number {
    return this.#signal.value;
  }

  get histogram(): number {
    return this.line - this.#signal.value;
  }

  update(bar: Bar): number {
    const bars = ++this.#bars;
    const slow = this.#slow.push(bar.close);
    if (bars < this.#fastFrom) return Number.NaN;
    const line = this.#fast.push(bar.close) - slow;
    this.#line = line;
    if (Number.isNaN(line)) return Number.NaN;
    this.#signal.push(line);
    return bars < this.warmUp ? Number.NaN : line;
  }

  reset(): void {
    this.#fast.reset();
    this.#slow.reset();
    this.#signal.reset();
    this.#bars = 0;
    this.#line = Number.NaN;
  }

  protected takeBack(): void {
    if (this.#bars === 0) return;
    this.#bars -= 1;
    this.#slow.takeBack();
    this.#fast.takeBack();
    this.#signal.takeBack();
  }
}
