/** `GET /api/v3/exchangeInfo`: what is listed and on which grid. */
import { formatAtoms, formatScaled } from '../../engine/amounts.ts';
import type { Instrument } from '../../engine/types.ts';
import { PRICE_MAX, QUANTITY_MAX } from './orderRequest.ts';
import type { Json, JsonObject } from './wire.ts';

const SHOWN = 8;

export function exchangeInfo(instruments: readonly Instrument[], wallNowMs: number): JsonObject {
  return {
    timezone: 'UTC',
    serverTime: wallNowMs,
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200000 },
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61000 },
    ],
    exchangeFilters: [],
    symbols: instruments.map(symbolInfo),
  };
}

function symbolInfo(instrument: Instrument): JsonObject {
  return {
    symbol: instrument.id,
    status: 'TRADING',
    baseAsset: instrument.base,
    baseAssetPrecision: SHOWN,
    quoteAsset: instrument.quote,
    quotePrecision: SHOWN,
    quoteAssetPrecision: SHOWN,
    baseCommissionPrecision: SHOWN,
    quoteCommissionPrecision: SHOWN,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filtersOf(instrument),
    permissions: ['SPOT'],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'NONE',
    allowedSelfTradePreventionModes: ['NONE'],
  };
}

function filtersOf(instrument: Instrument): Json {
  const tick = formatScaled(1, instrument.priceDecimals, SHOWN);
  const lot = formatScaled(1, instrument.lotDecimals, SHOWN);
  const maxQuantity = formatScaled(QUANTITY_MAX, 0, SHOWN);
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: tick,
      maxPrice: formatScaled(PRICE_MAX, 0, SHOWN),
      tickSize: tick,
    },
    { filterType: 'LOT_SIZE', minQty: lot, maxQty: maxQuantity, stepSize: lot },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: formatScaled(0, SHOWN),
      maxQty: maxQuantity,
      stepSize: formatScaled(0, SHOWN),
    },
    {
      filterType: 'NOTIONAL',
      minNotional: formatAtoms(instrument.minNotional),
      applyMinToMarket: true,
      maxNotional: formatScaled(QUANTITY_MAX, 0, SHOWN),
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
  ];
}
