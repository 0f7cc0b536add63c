/** What the engine asks the world to do. */
import type { ApprovedOrder } from './order.ts';
import type { ClientOrderId, ExchangeOrderId, IntentId, MarketSymbol } from './ids.ts';
import type { Timeframe } from './time.ts';

/** Place one approved order. */
export interface PlaceCommand {
  readonly kind: 'place';
  readonly order: ApprovedOrder;
}

/** Cancel the order of an intent. */
export interface CancelCommand {
  readonly kind: 'cancel';
  readonly intentId: IntentId;
  readonly symbol: MarketSymbol;
  readonly reason: string;
}

/** Cancel an order at the exchange that is ours by its client id and that the journal does not know. */
export interface CancelLostCommand {
  readonly kind: 'cancelLost';
  readonly symbol: MarketSymbol;
  readonly exchangeOrderId: ExchangeOrderId;
  readonly clientOrderId: ClientOrderId;
}

/** Fetch missing closed bars: a hole was seen between two bars of a series. */
export interface BackfillCommand {
  readonly kind: 'backfill';
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  /** Open time of the first missing bar. */
  readonly from: number;
  /** Open time of the first bar that is not missing. */
  readonly to: number;
}

/** Fetch this account's trades of a symbol: an order's reported amount exceeds the fills we know. */
export interface FetchFillsCommand {
  readonly kind: 'fetchFills';
  readonly intentId: IntentId;
  readonly symbol: MarketSymbol;
}

export type Command =
  PlaceCommand | CancelCommand | CancelLostCommand | BackfillCommand | FetchFillsCommand;
