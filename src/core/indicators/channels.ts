/** Lines around the price that show how far is far. */
import type { Bar } from '../domain/market.ts';
import { checkedLength, checkedNumber } from './length.ts';
import { ExponentialMean } from './parts/exponentialMean.ts';
import { Lag } from './parts/lag.ts';
import { Memo } from './parts/memo.ts';
import { RollingRange } from './parts/rollingRange.ts';
import { Revisable } from './revisable.ts';
import { trueRange } from './trueRange.ts';

/** Look-backs in bars; usually 20 and 10, and 2 average true ranges. */
export interface KeltnerParams {
  readonly length: number;
  readonly range: number;
  readonly multiple: number;
}

/**
 * Keltner channel in its later form (Raschke): EMA of the close ± multiple · average true range. `value` is the middle. All
 * outputs begin together.
 */
export class Keltner extends Revisable {
  readonly warmUp: number;
  readonly #multiple: number;
  readonly #mean: ExponentialMean;
  readonly #range: ExponentialMean;
  readonly #close = this.keep(new Memo());

  /** @throws RangeError when a parameter is out of range. */
  constructor({ length, range, multiple }: KeltnerParams) {
    super();
    this.#mean = this.keep(ExponentialMean.standard(checkedLength('length', length)));
    this.#range = this.keep(ExponentialMean.wilder(checkedLength('range', range)));
    this.#multiple = checkedNumber('multiple', multiple, { min: 0.01, max: 1000 });
    this.warmUp = Math.max(length, range + 1);
  }

  get value(): number {
    return Number.isNaN(this.#range.value) ? Number.NaN : this.#mean.value;
  }

  get upper(): number {
    return this.#mean.value + this.#multiple * this.#range.value;
  }

  get lower(): number {
    return this.#mean.value - this.#multiple * this.#range.value;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#close.set(bar.close);
    this.#mean.push(bar.close);
    const { before } = this.#close;
    if (!Number.isNaN(before)) this.#range.push(trueRange(bar, before));
    return this.value;
  }
}

/** Look-backs in bars; usually 9, 26 and 52, and a displacement of 26. */
export interface IchimokuLengths {
  readonly conversion: number;
  readonly base: number;
  readonly span: number;
  /** Bars the cloud is drawn ahead, the current one counted. From 2. */
  readonly displacement: number;
}

/**
 * Ichimoku (Hosoda). `value` is the conversion line and `base` the base line: middles of the highest high and the lowest low.
 * `spanA` and `spanB` bound the cloud that lies over the current bar, which was known displacement − 1 bars ago; `leadA` and
 * `leadB` bound the one that is drawn ahead now. The lagging line is the close itself, drawn back: it says nothing new.
 */
export class Ichimoku extends Revisable {
  readonly warmUp: number;
  readonly #conversion: RollingRange;
  readonly #base: RollingRange;
  readonly #span: RollingRange;
  readonly #cloudA: Lag;
  readonly #cloudB: Lag;

  /** @throws RangeError when a length is out of range. */
  constructor({ conversion, base, span, displacement }: IchimokuLengths) {
    super();
    this.#conversion = this.keep(new RollingRange(checkedLength('conversion', conversion)));
    this.#base = this.keep(new RollingRange(checkedLength('base', base)));
    this.#span = this.keep(new RollingRange(checkedLength('span', span)));
    const back = checkedLength('displacement', displacement, 2) - 1;
    this.#cloudA = this.keep(new Lag(back));
    this.#cloudB = this.keep(new Lag(back));
    this.warmUp = Math.max(conversion, base, span) + back;
  }

  get value(): number {
    return Number.isNaN(this.spanA + this.spanB) ? Number.NaN : middle(this.#conversion);
  }

  get base(): number {
    return Number.isNaN(this.spanA + this.spanB) ? Number.NaN : middle(this.#base);
  }

  get spanA(): number {
    return Number.isNaN(this.#cloudB.earlier) ? Number.NaN : this.#cloudA.earlier;
  }

  get spanB(): number {
    return Number.isNaN(this.#cloudA.earlier) ? Number.NaN : this.#cloudB.earlier;
  }

  get leadA(): number {
    return (middle(this.#conversion) + middle(this.#base)) / 2;
  }

  get leadB(): number {
    return middle(this.#span);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    this.#conversion.push(bar.high, bar.low);
    this.#base.push(bar.high, bar.low);
    this.#span.push(bar.high, bar.low);
    this.#cloudA.push(this.leadA);
    this.#cloudB.push(this.leadB);
    return this.value;
  }
}

function middle(range: RollingRange): number {
  return (range.highest + range.lowest) / 2;
}
