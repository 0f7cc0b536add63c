/** Averages that take their own lag out again. */
import type { Bar } from '../domain/market.ts';
import { checkedLength, checkedNumber } from './length.ts';
import { chainWarmUp, EmaChain } from './parts/emaChain.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Lag } from './parts/lag.ts';
import { Revisable } from './revisable.ts';

/** What is made of a chain of EMAs of the close, all of one length. */
abstract class Chained extends Revisable {
  readonly warmUp: number;
  protected readonly chain: EmaChain;

  constructor(length: number, stages: number) {
    super();
    this.warmUp = chainWarmUp(checkedLength('length', length), stages);
    this.chain = this.keep(new EmaChain(new Array<number>(stages).fill(length)));
  }

  update(bar: Bar): number {
    if (this.gate.admits(bar)) this.chain.push(bar.close);
    return this.value;
  }
}

/** Mulloy's double exponential average of the close: 2·E1 − E2, where E2 is the EMA of the EMA E1. */
export class Dema extends Chained {
  /** @param length look-back in bars. @throws RangeError when out of range. */
  constructor(length: number) {
    super(length, 2);
  }

  get value(): number {
    return 2 * this.chain.stage(1) - this.chain.stage(2);
  }
}

/** Mulloy's triple exponential average of the close: 3·E1 − 3·E2 + E3. */
export class Tema extends Chained {
  /** @param length look-back in bars. @throws RangeError when out of range. */
  constructor(length: number) {
    super(length, 3);
  }

  get value(): number {
    return 3 * (this.chain.stage(1) - this.chain.stage(2)) + this.chain.stage(3);
  }
}

/** Tillson's T3: three times over, a DEMA that is corrected by the share `volume` only. Six EMAs in a row. */
export class T3 extends Chained {
  readonly #third: number;
  readonly #fourth: number;
  readonly #fifth: number;
  readonly #sixth: number;

  /** @param length look-back in bars, usually 5. @param volume usually 0.7. @throws RangeError when out of range. */
  constructor(length: number, volume: number) {
    super(length, 6);
    const v = checkedNumber('volume', volume, { min: 0, max: 1 });
    // (1 + v − v·E)³·E³, multiplied out.
    this.#third = (1 + v) ** 3;
    this.#fourth = -3 * v * (1 + v) ** 2;
    this.#fifth = 3 * v * v * (1 + v);
    this.#sixth = -(v ** 3);
  }

  get value(): number {
    return (
      this.#third * this.chain.stage(3) +
      this.#fourth * this.chain.stage(4) +
      this.#fifth * this.chain.stage(5) +
      this.#sixth * this.chain.stage(6)
    );
  }
}

/**
 * Ehlers and Way's zero-lag average: an EMA of 2·C − C₋ₖ with k = (length − 1)/2 rounded down, the lag of that EMA. Seeded with
 * the plain mean of its first `length` samples.
 */
export class Zlema extends Revisable {
  readonly warmUp: number;
  readonly #lag: Lag | undefined;
  readonly #mean: ExponentialMean;

  /** @param length look-back in bars. @throws RangeError when out of range. */
  constructor(length: number) {
    super();
    const lag = Math.floor((checkedLength('length', length) - 1) / 2);
    this.warmUp = length + lag;
    this.#lag = lag === 0 ? undefined : this.keep(new Lag(lag));
    this.#mean = this.keep(ExponentialMean.standard(length));
  }

  get value(): number {
    return this.#mean.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const earlier = this.#lag === undefined ? bar.close : this.#lag.push(bar.close);
    if (Number.isNaN(earlier)) return Number.NaN;
    return this.#mean.push(2 * bar.close - earlier);
  }
}
