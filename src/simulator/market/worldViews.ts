/** What a market has to show, in units of base and quote: for people, tests and backtests. */
import { formatScaled } from '../engine/amounts.ts';
import type { Market } from './market.ts';
import type { Timeframe } from './timeframes.ts';

/** A bar: market time of its opening, prices, base volume. */
export interface WorldCandle {
  readonly timestampMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A public trade, digit for digit. */
export interface WorldTrade {
  readonly id: number;
  readonly timestampMs: number;
  readonly price: string;
  readonly amount: string;
  readonly takerSide: 'buy' | 'sell';
}

/** Bars that open within [fromMs, toMs], the open one included. */
export function candlesOf(
  market: Market,
  timeframe: Timeframe,
  within: { readonly fromMs: number | undefined; readonly toMs: number | undefined },
): WorldCandle[] {
  const { fromMs, toMs } = within;
  const range = {
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    limit: Number.MAX_SAFE_INTEGER,
  };
  const price = (ticks: number): number => Number(formatScaled(ticks, market.grid.priceDecimals));
  return market.candles.bars(timeframe, range).map((bar) => ({
    timestampMs: bar.openMs,
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
    volume: Number(formatScaled(bar.volume, market.grid.volumeDecimals)),
  }));
}

/** Public trades still on the tape with fromMs ≤ time ≤ toMs. */
export function tradesOf(market: Market, fromMs: number, toMs: number): WorldTrade[] {
  return market
    .tape()
    .filter((trade) => trade.timeMs >= fromMs && trade.timeMs <= toMs)
    .map((trade) => ({
      id: trade.id,
      timestampMs: trade.timeMs,
      price: formatScaled(trade.ticks, market.grid.priceDecimals),
      amount: formatScaled(trade.volume, market.grid.volumeDecimals),
      takerSide: trade.isTakerBuy ? 'buy' : 'sell',
    }));
}
