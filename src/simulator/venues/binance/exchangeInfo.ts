/** `GET /api/v3/exchangeInfo`: what is listed, on which grid and by which rules. */
import { ASSET_DECIMALS } from '../../engine/amounts.ts';
import type { Instrument, TradingStatus } from '../../engine/types.ts';
import { badParameterCombination, invalidParameter } from './errors.ts';
import { exchangeFiltersOf, filtersOf } from './filters.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { ORDER_TYPES } from './orderRequest.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { marketsOf } from './requests.ts';

const PERMISSION = 'SPOT';

/** All symbols, or those that `symbol`, `symbols`, `permissions` or `symbolStatus` leave. @throws BinanceError −1121, −1128. */
export function exchangeInfo(context: RestContext, params: Params): Json {
  const isNamed = (params.text('symbol') ?? params.text('symbols')) !== undefined;
  const permissions = permissionsOf(params);
  const status = params.choice('symbolStatus', ['TRADING', 'HALT', 'BREAK'], () =>
    invalidParameter('symbolStatus'),
  );
  if (isNamed && (permissions !== undefined || status !== undefined))
    throw badParameterCombination();
  params.flag('showPermissionSets');
  const isListed = permissions?.includes(PERMISSION) ?? true;
  const symbols = marketsOf(context, params)
    .markets.map(({ book }) => ({ instrument: book.instrument, status: shownStatus(book.status) }))
    .filter((symbol) => isListed && (status === undefined || symbol.status === status));
  return exchangeDocument(symbols, {
    serverTime: context.wallNowMs(),
    rateLimits: context.limits.announced(),
    exchangeFilters: exchangeFiltersOf(context.world.engine.exchangeFilters),
  });
}

/** A listed symbol and what it is open for. */
interface ListedSymbol {
  readonly instrument: Instrument;
  readonly status: string;
}

/** The whole document, of symbols wherever they come from. */
export function exchangeDocument(
  symbols: readonly ListedSymbol[],
  venue: { serverTime: number; rateLimits: Json; exchangeFilters?: Json },
): JsonObject {
  return {
    timezone: 'UTC',
    exchangeFilters: [],
    ...venue,
    symbols: symbols.map(symbolInfo),
  };
}

function permissionsOf(params: Params): readonly string[] | undefined {
  const text = params.text('permissions');
  return text === undefined || text.startsWith('[') ? params.list('permissions') : [text];
}

/** A delisted symbol stays on the list with its trading broken off, as Binance keeps it for a while. */
function shownStatus(status: TradingStatus): string {
  return status === 'DELISTED' ? 'BREAK' : status;
}

function symbolInfo({ instrument, status }: ListedSymbol): JsonObject {
  return {
    symbol: instrument.id,
    status,
    baseAsset: instrument.base,
    baseAssetPrecision: ASSET_DECIMALS,
    quoteAsset: instrument.quote,
    quotePrecision: ASSET_DECIMALS,
    quoteAssetPrecision: ASSET_DECIMALS,
    baseCommissionPrecision: ASSET_DECIMALS,
    quoteCommissionPrecision: ASSET_DECIMALS,
    orderTypes: ORDER_TYPES,
    icebergAllowed: instrument.maxIcebergOrders > 0,
    ocoAllowed: true,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    amendAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filtersOf(instrument),
    permissions: [PERMISSION],
    permissionSets: [[PERMISSION]],
    defaultSelfTradePreventionMode: 'NONE',
    allowedSelfTradePreventionModes: ['NONE'],
  };
}
