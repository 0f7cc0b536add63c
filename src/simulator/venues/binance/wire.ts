/** Binance's JSON shapes for what the engine and the markets know. Numbers that matter are text, as on the venue. */
import { ASSET_DECIMALS, formatAtoms, formatScaled } from '../../engine/amounts.ts';
import type { AccountTrade, Instrument, Order } from '../../engine/types.ts';
import type { Bar } from '../../market/candleSeries.ts';
import type { Market, PublicTrade } from '../../market/market.ts';
import type { Timeframe } from '../../market/timeframes.ts';
import { TIMEFRAME_MS } from '../../market/timeframes.ts';

export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Record<string, Json>;

export function priceText(instrument: Instrument, ticks: number): string {
  return formatScaled(ticks, instrument.priceDecimals, ASSET_DECIMALS);
}

export function lotsText(instrument: Instrument, lots: number): string {
  return formatScaled(lots, instrument.lotDecimals, ASSET_DECIMALS);
}

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

/** The twelve-field row of `GET /api/v3/klines`. */
export function klineRow(market: Market, timeframe: Timeframe, bar: Bar): Json {
  const price = (ticks: number): string => tapePriceText(market, ticks);
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
export function klineEvent(
  market: Market,
  timeframe: Timeframe,
  bar: Bar,
  state: { eventMs: number; isFinal: boolean },
): JsonObject {
  const price = (ticks: number): string => tapePriceText(market, ticks);
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
    p: tapePriceText(market, trade.ticks),
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
    p: tapePriceText(market, trade.ticks),
    q: volumeText(market, trade.volume),
    f: trade.id,
    l: trade.id,
    T: trade.timeMs,
    m: !trade.isTakerBuy,
    M: true,
  };
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
export function newOrderReply(
  order: Order,
  fills: readonly AccountTrade[],
  verbosity: 'ACK' | 'RESULT' | 'FULL',
): JsonObject {
  if (verbosity === 'ACK') {
    const { id, clientOrderId, createdMs, instrument } = order;
    return {
      symbol: instrument.id,
      orderId: id,
      orderListId: -1,
      clientOrderId,
      transactTime: createdMs,
    };
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
