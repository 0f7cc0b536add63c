/** What begins anew with each session. Markets that never close have none of their own: a session is a stretch of UTC time. */
import type { Bar } from '../domain/market.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { checkedLength } from './length.ts';
import { Memo } from './parts/memo.ts';
import { Revisable, typicalPrice } from './revisable.ts';

/** Lengths in minutes: of a session, which begins at whole multiples since 1970 (1440: midnight UTC), and of the bars. */
export interface SessionParams {
  readonly session: number;
  readonly bar: number;
}

/** The session of each bar. */
abstract class Sessional extends Revisable {
  /** Bars of a session. */
  protected readonly sessionBars: number;
  readonly #sessionMs: number;
  readonly #bars = this.keep(new Memo(0));
  readonly #session = this.keep(new Memo());

  /** @throws RangeError when a length is out of range, or a session is not made of whole bars. */
  constructor({ session, bar }: SessionParams) {
    super();
    checkedLength('session', session);
    checkedLength('bar', bar);
    this.sessionBars = session / bar;
    if (!Number.isInteger(this.sessionBars))
      throw new RangeError(`session: ${session} minutes are not whole bars of ${bar}`);
    this.#sessionMs = session * MINUTE_MS;
  }

  protected get bars(): number {
    return this.#bars.value;
  }

  /** Counts the bar; true when it is the first of its session. */
  protected opens(bar: Bar): boolean {
    this.#bars.set(this.#bars.value + 1);
    this.#session.set(Math.floor(bar.openTime / this.#sessionMs));
    return this.#session.value !== this.#session.before;
  }
}

/**
 * Volume-weighted average of the typical price since the session began; the last typical price while nothing was traded in it.
 * It begins after the bars of one session: by then the session it is in was seen from its start.
 */
export class SessionVwap extends Sessional {
  readonly #turnover = this.keep(new Memo(0));
  readonly #volume = this.keep(new Memo(0));
  readonly #price = this.keep(new Memo());

  get warmUp(): number {
    return this.sessionBars;
  }

  get value(): number {
    if (this.bars < this.warmUp) return Number.NaN;
    const volume = this.#volume.value;
    return volume === 0 ? this.#price.value : this.#turnover.value / volume;
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const isNew = this.opens(bar);
    const price = typicalPrice(bar);
    this.#price.set(price);
    this.#turnover.set((isNew ? 0 : this.#turnover.value) + price * bar.volume);
    this.#volume.set((isNew ? 0 : this.#volume.value) + bar.volume);
    return this.value;
  }
}

/**
 * Floor pivots of the session before: `value` is P = (H + L + C)/3, with `r1` = 2P − L, `s1` = 2P − H, `r2`/`s2` = P ± (H − L),
 * `r3` = H + 2(P − L), `s3` = L − 2(H − P). It begins after the bars of two sessions: by then a whole one was seen.
 */
export class PivotPoints extends Sessional {
  readonly #high = this.keep(new Memo());
  readonly #low = this.keep(new Memo());
  readonly #close = this.keep(new Memo());
  readonly #lastHigh = this.keep(new Memo());
  readonly #lastLow = this.keep(new Memo());
  readonly #lastClose = this.keep(new Memo());

  get warmUp(): number {
    return 2 * this.sessionBars;
  }

  get value(): number {
    if (this.bars < this.warmUp) return Number.NaN;
    return (this.#lastHigh.value + this.#lastLow.value + this.#lastClose.value) / 3;
  }

  get r1(): number {
    return 2 * this.value - this.#lastLow.value;
  }

  get r2(): number {
    return this.value + this.#width();
  }

  get r3(): number {
    return this.#lastHigh.value + 2 * (this.value - this.#lastLow.value);
  }

  get s1(): number {
    return 2 * this.value - this.#lastHigh.value;
  }

  get s2(): number {
    return this.value - this.#width();
  }

  get s3(): number {
    return this.#lastLow.value - 2 * (this.#lastHigh.value - this.value);
  }

  update(bar: Bar): number {
    if (!this.gate.admits(bar)) return this.value;
    const isNew = this.opens(bar);
    this.#lastHigh.set(isNew ? this.#high.value : this.#lastHigh.value);
    this.#lastLow.set(isNew ? this.#low.value : this.#lastLow.value);
    this.#lastClose.set(isNew ? this.#close.value : this.#lastClose.value);
    this.#high.set(isNew ? bar.high : Math.max(this.#high.value, bar.high));
    this.#low.set(isNew ? bar.low : Math.min(this.#low.value, bar.low));
    this.#close.set(bar.close);
    return this.value;
  }

  #width(): number {
    return this.#lastHigh.value - this.#lastLow.value;
  }
}
