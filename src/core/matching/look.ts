/** One look at the market, reduced to what decides about waiting orders. */
import type { Bar } from '../domain/market.ts';
import type { Millis } from '../domain/time.ts';

/** Best bid and ask with their sizes. */
export interface Quote {
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly at: Millis;
}

export interface Look {
  /** Orders placed after this moment do not see it. */
  readonly since: Millis;
  /** When a taker is filled. */
  readonly takeAt: Millis;
  /** When a maker is filled, at the latest. */
  readonly reachAt: Millis;
  /** Prices that takers get, before slippage. */
  readonly buyTake: number;
  readonly sellTake: number;
  /** Lowest price that a resting buy was offered; highest that a resting sell was bid. */
  readonly buyReach: number;
  readonly sellReach: number;
  /** Lowest price at which something traded, which is what triggers stops; NaN when this is no trade. */
  readonly lastLow: number;
  /** A quote is an offer that stands, so an equal price can be taken; a past trade at an equal price cannot. */
  readonly touchTakes: boolean;
  /** Whose resting orders fill first. */
  readonly buysFirst: boolean;
  /** Volume behind the prices, base. */
  readonly buyVolume: number;
  readonly sellVolume: number;
}

/** Takers get the open; the rest of the bar decides about makers. A rising bar is assumed to have visited its low first. */
export function lookAtBar(bar: Bar, end: Millis): Look {
  return {
    since: bar.openTime,
    takeAt: bar.openTime,
    reachAt: end,
    buyTake: bar.open,
    sellTake: bar.open,
    buyReach: bar.low,
    sellReach: bar.high,
    lastLow: bar.low,
    touchTakes: false,
    buysFirst: bar.close >= bar.open,
    buyVolume: bar.volume,
    sellVolume: bar.volume,
  };
}

export function lookAtTrade(price: number, amount: number, at: Millis): Look {
  return {
    since: at,
    takeAt: at,
    reachAt: at,
    buyTake: price,
    sellTake: price,
    buyReach: price,
    sellReach: price,
    lastLow: price,
    touchTakes: false,
    buysFirst: true,
    buyVolume: amount,
    sellVolume: amount,
  };
}

/** `at`: now, which may be later than the quote itself. */
export function lookAtQuote(quote: Quote, at: Millis): Look {
  return {
    since: at,
    takeAt: at,
    reachAt: at,
    buyTake: quote.ask,
    sellTake: quote.bid,
    buyReach: quote.ask,
    sellReach: quote.bid,
    lastLow: Number.NaN,
    touchTakes: true,
    buysFirst: true,
    buyVolume: quote.askSize,
    sellVolume: quote.bidSize,
  };
}
