/**
 * Takes one bar of a recording through the exchange model and the engine, moment by moment: the engine is shown each price that
 * something waits for, then the exchange model fills what waits there, and what that leads to is there before the next.
 */
import type { CandleEvent, PriceEvent } from '../core/domain/events.ts';
import type { Millis } from '../core/domain/time.ts';
import type { MarketState } from '../core/engine/state.ts';
import { isWithinReach, watchesOf } from '../core/engine/watches.ts';
import type { Watch } from '../core/matching/barWalk.ts';
import type { Session } from '../runtime/session.ts';

/** Something that happens within a bar. */
interface PlayedMoment {
  readonly price: number;
  readonly at: Millis;
  /** The order whose turn it is; absent: the engine's, which watches prices. */
  readonly slot: object | undefined;
}

/** The exchange model, as far as bars go. */
export interface PlayedExchange {
  /** False when the bar fills nothing that waits there. */
  concerns(bar: CandleEvent): boolean;
  beginBar(bar: CandleEvent): void;
  nextMoment(watches: readonly Watch[]): PlayedMoment | undefined;
  happen(): void;
  endBar(bar: CandleEvent): void;
}

export interface PlayParts {
  readonly session: Session;
  readonly exchange: PlayedExchange;
}

export class BarPlayer {
  readonly #parts: PlayParts;
  readonly #market: MarketState;
  readonly #event: PriceEvent;

  constructor(parts: PlayParts, market: MarketState) {
    this.#parts = parts;
    this.#market = market;
    this.#event = { kind: 'price', at: 0, symbol: market.instrument.symbol, price: Number.NaN };
  }

  /** True when something may happen within the bar. Most need not be played. */
  concerns(bar: CandleEvent): boolean {
    return this.#parts.exchange.concerns(bar) || isWithinReach(this.#market, bar.low, bar.high);
  }

  /** @param first what is done at the bar's open before anything else. */
  play(bar: CandleEvent, first?: () => void): void {
    const { exchange } = this.#parts;
    exchange.beginBar(bar);
    this.#event.price = Number.NaN;
    first?.();
    for (let moment = this.#next(); moment; moment = this.#next()) {
      this.#show(moment);
      exchange.happen();
    }
    exchange.endBar(bar);
  }

  #next(): PlayedMoment | undefined {
    const { session, exchange } = this.#parts;
    return exchange.nextMoment(watchesOf(session.state, this.#market));
  }

  #show({ price, at, slot }: PlayedMoment): void {
    const event = this.#event;
    if (slot && event.price === price) return;
    event.price = price;
    event.at = at;
    this.#parts.session.dispatch(event);
  }
}
