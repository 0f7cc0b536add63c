import type { CandleEvent, QuoteEvent, TradeEvent } from '../core/domain/events.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { Bar, SeriesKey } from '../core/domain/market.ts';
import type { Millis } from '../core/domain/time.ts';

export type MarketEvent = CandleEvent | TradeEvent | QuoteEvent;

/** Where a feed delivers. Both calls only push into a queue: they never block and never throw. */
export interface FeedSink {
  event(event: MarketEvent): void;
  /** A stream of a symbol was (re)connected: what was missed in between must be fetched by `history`. */
  connected(symbol: MarketSymbol): void;
}

export interface FeedSubscription {
  readonly symbols: readonly MarketSymbol[];
  readonly series: readonly SeriesKey[];
}

/** Public market data. Events carry market time (the exchange's timestamps). */
export interface MarketFeed {
  /**
   * Closed bars, ascending, oldest first. The bar still forming is left out.
   * @param query `from`/`to`: open times, from inclusive, to exclusive; `limit`: the newest that many when from is absent.
   * @throws Error `HISTORY_UNAVAILABLE` after its own bounded retries; `HISTORY_REFUSED` when asking again cannot help.
   */
  history(
    key: SeriesKey,
    query: { readonly from?: Millis; readonly to?: Millis; readonly limit: number },
  ): Promise<readonly Bar[]>;
  /** Starts streaming; resolves once every stream has been asked for. Reconnects by itself, with back-off, until closed. */
  open(subscription: FeedSubscription, sink: FeedSink): Promise<void>;
  close(): Promise<void>;
}
