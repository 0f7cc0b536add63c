/** Binance's JSON shapes for what the engine and the markets know. Numbers that matter are text, as on the venue. */
import { ASSET_DECIMALS, formatAtoms, formatScaled } from '../../engine/amounts.ts';
import type { AccountTrade, Instrument, Order } from '../../engine/types.ts';
import type { Bar } from '../../market/candleSeries.ts';
import type { Market, PublicTrade } from '../../market/market.ts';
import type { Timeframe } from '../../market/timeframes.ts';
import { TIMEFRAME_MS } from '../../market/timeframes.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Record<string, Json>;

export function priceText(instrument: Instrument, ticks: number): string {
  return formatScaled(ticks, instrument.priceDecimals, ASSET_DECIMALS);
}

export function lotsText(instrument: Instrument, lots: number): string {
  return formatScaled(lots, instrument.lotDecimals, ASSET_DECIMALS);
}

export function volumeText(market: Market, volume: number): string {
  return formatScaled(volume, market.volumeDecimals, ASSET_DECIMALS);
}

/** A bar's quote volume, given in ticks × volume units; a statistic, rounded to 8 decimals. */
export function quoteVolumeText(market: Market, quoteVolume: number): string {
  return (quoteVolume / 10 ** (market.instrument.priceDecimals + market.volumeDecimals)).toFixed(ASSET_DECIMALS);
}

/** The twelve-field row of `GET /api/v3/klines`. */
export function klineRow(market: Market, timeframe: Timeframe, bar: Bar): Json {
  const price = (ticks: number): string => priceText(market.instrument, ticks);
  return [
    bar.openMs,
    price(bar.open),
    price(bar.high),
    price(bar.low),
    price(bar.close),
    volumeText(market, bar.volume),
    bar.openMs + TIMEFRAME_MS[timeframe] - 1,
    quoteVolumeText(market, bar.quoteVolume),
    bar.prints,
    volumeText(market, bar.takerBuyVolume),
    quoteVolumeText(market, bar.takerBuyQuoteVolume),
    '0',
  ];
}

/** The event of `<symbol>@kline_<interval>`. */
export function klineEvent(market: Market, timeframe: Timeframe, bar: Bar, state: { eventMs: number; isFinal: boolean }): JsonObject {
  const price = (ticks: number): string => priceText(market.instrument, ticks);
  const { id } = market.instrument;
  return {
    e: 'kline',
    E: state.eventMs,
    s: id,
    k: {
      t: bar.openMs,
      T: bar.openMs + TIMEFRAME_MS[timeframe] - 1,
      s: id,
      i: timeframe,
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

export function tradeEvent(market: Market, trade: PublicTrade, eventMs: number): JsonObject {
  return {
    e: 'trade',
    E: eventMs,
    s: market.instrument.id,
    t: trade.id,
    p: priceText(market.instrument, trade.ticks),
    q: volumeText(market, trade.volume),
    T: trade.timeMs,
    m: !trade.isTakerBuy,
    M: true,
  };
}

/** A public print as an aggregate trade of its own. */
export function aggTradeRow(market: Market, trade: PublicTrade): JsonObject {
  return {
    a: trade.id,
    p: priceText(market.instrument, trade.ticks),
    q: volumeText(market, trade.volume),
    f: trade.id,
    l: trade.id,
    T: trade.timeMs,
    m: !trade.isTakerBuy,
    M: true,
  };
}

/** The 24-hour statistics of a market. */
export function ticker24h(market: Market, nowMs: number): JsonObject {
  const { instrument } = market;
  const day = market.day();
  const change = day.close - day.open;
  const average = day.volume > 0 ? day.quoteVolume / day.volume : day.close;
  const { bid, ask } = touchOf(market);
  return {
    symbol: instrument.id,
    priceChange: priceText(instrument, change),
    priceChangePercent: ((change / day.open) * 100).toFixed(3),
    weightedAvgPrice: priceText(instrument, Math.round(average)),
    prevClosePrice: priceText(instrument, day.open),
    lastPrice: priceText(instrument, day.close),
    lastQty: volumeText(market, market.tape().at(-1)?.volume ?? 0),
    bidPrice: bid.price,
    bidQty: bid.quantity,
    askPrice: ask.price,
    askQty: ask.quantity,
    openPrice: priceText(instrument, day.open),
    highPrice: priceText(instrument, day.high),
    lowPrice: priceText(instrument, day.low),
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
  const price = (ticks: number): string => priceText(market.instrument, ticks);
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

/** Best bid and ask as text; zeros for an empty side. */
export function touchOf(market: Market): {
  bid: { price: string; quantity: string };
  ask: { price: string; quantity: string };
} {
  const { instrument } = market;
  const { bid, ask } = market.touch();
  const side = (level: { ticks: number; lots: number } | undefined): { price: string; quantity: string } => ({
    price: priceText(instrument, level?.ticks ?? 0),
    quantity: lotsText(instrument, level?.lots ?? 0),
  });
  return { bid: side(bid), ask: side(ask) };
}

/** The fields that all order replies share. */
function orderCore(order: Order): JsonObject {
  const { instrument } = order;
  return {
    symbol: instrument.id,
    orderId: order.id,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    price: priceText(instrument, order.ticks),
    origQty: lotsText(instrument, order.lots),
    executedQty: lotsText(instrument, order.filledLots),
    origQuoteOrderQty: formatAtoms(order.quoteBudget),
    cummulativeQuoteQty: formatAtoms(order.filledQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

/** `GET /api/v3/order` and the lists of orders. */
export function orderRow(order: Order): JsonObject {
  return {
    ...orderCore(order),
    stopPrice: '0.00000000',
    icebergQty: '0.00000000',
    time: order.createdMs,
    updateTime: order.updatedMs,
    isWorking: true,
    workingTime: order.createdMs,
    selfTradePreventionMode: 'NONE',
  };
}

/** `POST /api/v3/order` at the verbosity asked for. */
export function newOrderReply(order: Order, fills: readonly AccountTrade[], verbosity: 'ACK' | 'RESULT' | 'FULL'): JsonObject {
  if (verbosity === 'ACK') {
    const { id, clientOrderId, createdMs, instrument } = order;
    return { symbol: instrument.id, orderId: id, orderListId: -1, clientOrderId, transactTime: createdMs };
  }
  const result = {
    ...orderCore(order),
    transactTime: order.createdMs,
    workingTime: order.createdMs,
    selfTradePreventionMode: 'NONE',
  };
  return verbosity === 'RESULT' ? result : { ...result, fills: fills.map(fillRow) };
}

function fillRow(fill: AccountTrade): JsonObject {
  return {
    price: priceText(fill.instrument, fill.ticks),
    qty: lotsText(fill.instrument, fill.lots),
    commission: formatAtoms(fill.fee),
    commissionAsset: fill.feeAsset,
    tradeId: fill.id,
  };
}

/** `DELETE /api/v3/order`: `clientOrderId` is the cancel request's own id. */
export function cancelReply(order: Order, cancelId: string): JsonObject {
  return {
    ...orderCore(order),
    origClientOrderId: order.clientOrderId,
    clientOrderId: cancelId,
    transactTime: order.updatedMs,
    selfTradePreventionMode: 'NONE',
  };
}

/** A row of `GET /api/v3/myTrades`. */
export function myTradeRow(trade: AccountTrade): JsonObject {
  return {
    symbol: trade.instrument.id,
    id: trade.id,
    orderId: trade.orderId,
    orderListId: -1,
    price: priceText(trade.instrument, trade.ticks),
    qty: lotsText(trade.instrument, trade.lots),
    quoteQty: formatAtoms(trade.quote),
    commission: formatAtoms(trade.fee),
    commissionAsset: trade.feeAsset,
    time: trade.timeMs,
    isBuyer: trade.side === 'BUY',
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}
