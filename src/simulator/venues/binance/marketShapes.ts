/** Binance's JSON shapes for what markets know. Numbers that matter are text, as on the venue. */
import { ASSET_DECIMALS, formatScaled } from '../../engine/amounts.ts';
import type { Instrument } from '../../engine/types.ts';
import type { Bar } from '../../market/candleSeries.ts';
import type { Market, PublicTrade } from '../../market/market.ts';
import { tradeTimeMs } from '../../market/stamps.ts';
import type { Json, JsonObject } from '../shared/json.ts';

/** A price of the order grid: text with 8 decimals. */
export function priceText(instrument: Instrument, ticks: number): string {
  return formatScaled(ticks, instrument.priceDecimals, ASSET_DECIMALS);
}

/** A quantity of the order grid: text with 8 decimals. */
export function lotsText(instrument: Instrument, lots: number): string {
  return formatScaled(lots, instrument.lotDecimals, ASSET_DECIMALS);
}

/** A quantity of the public tape: text with 8 decimals. */
export function volumeText(market: Market, volume: number): string {
  return formatScaled(volume, market.grid.volumeDecimals, ASSET_DECIMALS);
}

/** A price of the public tape. */
export function tapePriceText(market: Market, ticks: number): string {
  return formatScaled(ticks, market.grid.priceDecimals, ASSET_DECIMALS);
}

/** A bar's quote volume, given in ticks × volume units; a statistic, rounded to 8 decimals. */
export function quoteVolumeText(market: Market, quoteVolume: number): string {
  return (quoteVolume / 10 ** (market.grid.priceDecimals + market.grid.volumeDecimals)).toFixed(
    ASSET_DECIMALS,
  );
}

/** A bar and its last millisecond. */
export interface ClosedBar {
  readonly bar: Bar;
  readonly closeMs: number;
}

/** The twelve-field row of `GET /api/v3/klines`. */
export function klineRow(market: Market, { bar, closeMs }: ClosedBar): Json {
  const price = (ticks: number): string => tapePriceText(market, ticks);
  const { candleOffsetMs } = market.stamps;
  return [
    bar.openMs + candleOffsetMs,
    price(bar.open),
    price(bar.high),
    price(bar.low),
    price(bar.close),
    volumeText(market, bar.volume),
    closeMs + candleOffsetMs,
    quoteVolumeText(market, bar.quoteVolume),
    bar.prints,
    volumeText(market, bar.takerBuyVolume),
    quoteVolumeText(market, bar.takerBuyQuoteVolume),
    '0',
  ];
}

/** The event of `<symbol>@kline_<interval>`. */
export function klineEvent(
  market: Market,
  interval: string,
  { bar, closeMs }: ClosedBar,
  state: { eventMs: number; isFinal: boolean },
): JsonObject {
  const price = (ticks: number): string => tapePriceText(market, ticks);
  const { id } = market.instrument;
  const { candleOffsetMs } = market.stamps;
  return {
    e: 'kline',
    E: state.eventMs,
    s: id,
    k: {
      t: bar.openMs + candleOffsetMs,
      T: closeMs + candleOffsetMs,
      s: id,
      i: interval,
      f: -1,
      L: -1,
      o: price(bar.open),
      c: price(bar.close),
      h: price(bar.high),
      l: price(bar.low),
      v: volumeText(market, bar.volume),
      n: bar.prints,
      x: state.isFinal,
      q: quoteVolumeText(market, bar.quoteVolume),
      V: volumeText(market, bar.takerBuyVolume),
      Q: quoteVolumeText(market, bar.takerBuyQuoteVolume),
      B: '0',
    },
  };
}

/** The event of `<symbol>@trade`. */
export function tradeEvent(market: Market, trade: PublicTrade, eventMs: number): JsonObject {
  return {
    e: 'trade',
    E: eventMs,
    s: market.instrument.id,
    t: trade.id,
    p: tapePriceText(market, trade.ticks),
    q: volumeText(market, trade.volume),
    T: tradeTimeMs(market, trade),
    m: !trade.isTakerBuy,
    M: true,
  };
}

/** A public print as an aggregate trade of its own: every print of this exchange is one. */
export function aggTradeRow(market: Market, trade: PublicTrade): JsonObject {
  return {
    a: trade.id,
    p: tapePriceText(market, trade.ticks),
    q: volumeText(market, trade.volume),
    f: trade.id,
    l: trade.id,
    T: tradeTimeMs(market, trade),
    m: !trade.isTakerBuy,
    M: true,
  };
}

/** A level of a book: price and quantity. */
export function depthRow(instrument: Instrument, ticks: number, lots: number): Json {
  return [priceText(instrument, ticks), lotsText(instrument, lots)];
}

/** Best bid and ask as text; zeros for an empty side. */
export function touchOf(market: Market): {
  bid: { price: string; quantity: string };
  ask: { price: string; quantity: string };
} {
  const { instrument } = market;
  const { bid, ask } = market.touch();
  const side = (
    level: { ticks: number; lots: number } | undefined,
  ): { price: string; quantity: string } => ({
    price: priceText(instrument, level?.ticks ?? 0),
    quantity: lotsText(instrument, level?.lots ?? 0),
  });
  return { bid: side(bid), ask: side(ask) };
}
