/** 24-hour statistics: the REST ticker and its two streams. */
import type { Market } from '../../market/market.ts';
import type { Json, JsonObject } from './wire.ts';
import { quoteVolumeText, tapePriceText, touchOf, volumeText } from './wire.ts';

/** The 24-hour statistics of a market. */
export function ticker24h(market: Market, nowMs: number): JsonObject {
  const { instrument } = market;
  const day = market.day();
  const change = day.close - day.open;
  const average = day.volume > 0 ? day.quoteVolume / day.volume : day.close;
  const { bid, ask } = touchOf(market);
  return {
    symbol: instrument.id,
    priceChange: tapePriceText(market, change),
    priceChangePercent: ((change / day.open) * 100).toFixed(3),
    weightedAvgPrice: tapePriceText(market, Math.round(average)),
    prevClosePrice: tapePriceText(market, day.open),
    lastPrice: tapePriceText(market, day.close),
    lastQty: volumeText(market, market.tape().at(-1)?.volume ?? 0),
    bidPrice: bid.price,
    bidQty: bid.quantity,
    askPrice: ask.price,
    askQty: ask.quantity,
    openPrice: tapePriceText(market, day.open),
    highPrice: tapePriceText(market, day.high),
    lowPrice: tapePriceText(market, day.low),
    volume: volumeText(market, day.volume),
    quoteVolume: quoteVolumeText(market, day.quoteVolume),
    openTime: nowMs - 86_400_000,
    closeTime: nowMs,
    firstId: Math.max(0, market.lastTradeId - day.prints + 1),
    lastId: market.lastTradeId,
    count: day.prints,
  };
}

export function miniTickerEvent(market: Market, eventMs: number): JsonObject {
  const day = market.day();
  const price = (ticks: number): string => tapePriceText(market, ticks);
  return {
    e: '24hrMiniTicker',
    E: eventMs,
    s: market.instrument.id,
    c: price(day.close),
    o: price(day.open),
    h: price(day.high),
    l: price(day.low),
    v: volumeText(market, day.volume),
    q: quoteVolumeText(market, day.quoteVolume),
  };
}

/** The event of `<symbol>@ticker`. */
export function tickerEvent(market: Market, eventMs: number): JsonObject {
  const day = ticker24h(market, eventMs);
  const pick = (name: string): Json => day[name] ?? null;
  return {
    e: '24hrTicker',
    E: eventMs,
    s: market.instrument.id,
    p: pick('priceChange'),
    P: pick('priceChangePercent'),
    w: pick('weightedAvgPrice'),
    x: pick('prevClosePrice'),
    c: pick('lastPrice'),
    Q: pick('lastQty'),
    b: pick('bidPrice'),
    B: pick('bidQty'),
    a: pick('askPrice'),
    A: pick('askQty'),
    o: pick('openPrice'),
    h: pick('highPrice'),
    l: pick('lowPrice'),
    v: pick('volume'),
    q: pick('quoteVolume'),
    O: pick('openTime'),
    C: pick('closeTime'),
    F: pick('firstId'),
    L: pick('lastId'),
    n: pick('count'),
  };
}
