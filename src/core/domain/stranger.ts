import type { Decimal } from './decimal.ts';
import type { ClientOrderId, ExchangeOrderId, MarketSymbol } from './ids.ts';
import type { OrderTerms } from './order.ts';
import type { Millis } from './time.ts';

/** An open order that is in no books of ours. */
export interface Stranger {
  readonly symbol: MarketSymbol;
  readonly exchangeOrderId: ExchangeOrderId;
  /** Absent: it has none. */
  readonly clientOrderId: ClientOrderId | undefined;
  /** This installation has made it, and the journal does not know it. */
  readonly isLost: boolean;
  /** Market time at which it was seen first. */
  readonly since: Millis;
  /** Undefined where the exchange does not say: then it is not known what it holds. */
  terms: OrderTerms | undefined;
  /** Base. */
  filled: Decimal;
  /** Cancels that were asked for, and market time before which none is asked for again. */
  asked: number;
  askAgainAt: Millis;
}

/** What an open order at the exchange is called among strangers. */
export function strangerKey(symbol: MarketSymbol, exchangeOrderId: ExchangeOrderId): string {
  return `${symbol} ${exchangeOrderId}`;
}
