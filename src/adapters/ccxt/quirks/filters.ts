/**
 * What an exchange's list of markets says of orders beyond steps and minima, as far as ccxt has it in common; what only one
 * exchange lists is read from its raw answer by its own file. Sources: ccxt 4.5.84 (safeMarketStructure, each exchange's parseMarket).
 */
import type { Decimal } from '../../../core/domain/decimal.ts';
import type { Instrument } from '../../../core/domain/instrument.ts';
import { decimalOf, field, listOf, numberOf, textOf } from '../values.ts';

/** The part of an instrument that is about its filters. */
export type Filters = Partial<
  Pick<
    Instrument,
    | 'minNotionalAtMarket'
    | 'maxNotional'
    | 'maxNotionalAtMarket'
    | 'marketMaxNotional'
    | 'marketMinAmount'
    | 'marketMaxAmount'
    | 'marketLotSize'
    | 'minPrice'
    | 'maxPrice'
    | 'priceBand'
    | 'maxOrders'
    | 'maxTriggerOrders'
    | 'maxOrdersInAll'
    | 'maxTriggerOrdersInAll'
    | 'maxPosition'
  >
>;

/** Fields whose values are there. */
function known(fields: { readonly [Name in keyof Filters]: Filters[Name] | undefined }): Filters {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A decimal above 0; exchanges write 0 for "no such rule". */
function bound(value: unknown): Decimal | undefined {
  const decimal = decimalOf(value);
  return decimal?.gt(0) === true ? decimal : undefined;
}

function count(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number > 0 ? number : undefined;
}

/** What ccxt's unified market says. */
export function unifiedFilters(market: unknown): Filters {
  const limit = (name: string, end: 'min' | 'max'): Decimal | undefined =>
    bound(field(field(field(market, 'limits'), name), end));
  return known({
    minPrice: limit('price', 'min'),
    maxPrice: limit('price', 'max'),
    maxNotional: limit('cost', 'max'),
    marketMinAmount: limit('market', 'min'),
    marketMaxAmount: limit('market', 'max'),
  });
}

/** The filters of a list of Binance's, by their type. */
function byType(filters: unknown): (type: string) => unknown {
  const rows = listOf(filters) ?? [];
  return (type) => rows.find((row) => textOf(field(row, 'filterType')) === type);
}

/** Source: Binance spot API documentation, "Filters". ICEBERG_PARTS and the like bind orders that are never made here. */
export function binanceFilters(market: unknown): Filters {
  const filter = byType(field(field(market, 'info'), 'filters'));
  const notional = filter('NOTIONAL');
  const minNotional = filter('MIN_NOTIONAL');
  const algos = count(field(filter('MAX_NUM_ALGO_ORDERS'), 'maxNumAlgoOrders'));
  // A pair is a list of orders besides: there are at most as many guards as there may be lists.
  const lists = count(field(filter('MAX_NUM_ORDER_LISTS'), 'maxNumOrderLists'));
  const atMarket = field(notional, 'applyMinToMarket') ?? field(minNotional, 'applyToMarket');
  return known({
    minNotionalAtMarket: typeof atMarket === 'boolean' ? atMarket : undefined,
    maxNotionalAtMarket: field(notional, 'applyMaxToMarket') === true ? true : undefined,
    marketLotSize: bound(field(filter('MARKET_LOT_SIZE'), 'stepSize')),
    priceBand: bandOf(filter('PERCENT_PRICE_BY_SIDE'), filter('PERCENT_PRICE')),
    maxOrders: count(field(filter('MAX_NUM_ORDERS'), 'maxNumOrders')),
    maxTriggerOrders: algos === undefined ? lists : Math.min(algos, lists ?? algos),
    maxPosition: bound(field(filter('MAX_POSITION'), 'maxPosition')),
  });
}

function bandOf(bySide: unknown, both: unknown): Instrument['priceBand'] {
  const bounds = (filter: unknown, prefix: string): { up: number; down: number } => ({
    up: numberOf(field(filter, `${prefix}Up`)) ?? 0,
    down: numberOf(field(filter, `${prefix}Down`)) ?? 0,
  });
  if (bySide !== undefined)
    return { buy: bounds(bySide, 'bidMultiplier'), sell: bounds(bySide, 'askMultiplier') };
  if (both === undefined) return undefined;
  const band = bounds(both, 'multiplier');
  return { buy: band, sell: band };
}

/** Filters over all markets, from the answer of `GET /api/v3/exchangeInfo`, which ccxt does not keep. */
export function binanceExchangeFilters(answer: unknown): Filters {
  const filter = byType(field(answer, 'exchangeFilters'));
  return known({
    maxOrdersInAll: count(field(filter('EXCHANGE_MAX_NUM_ORDERS'), 'maxNumOrders')),
    maxTriggerOrdersInAll: count(field(filter('EXCHANGE_MAX_NUM_ALGO_ORDERS'), 'maxNumAlgoOrders')),
  });
}

/** Quotes that OKX's bounds in US dollars are taken for. */
const DOLLARS = new Set(['USD', 'USDT', 'USDC']);

/** Source: okx.com/docs-v5, "Get instruments": of spot, maxLmtAmt and maxMktAmt are in US dollars, maxMktSz and maxStopSz in USDT. */
export function okxFilters(market: unknown): Filters {
  if (!DOLLARS.has(textOf(field(market, 'quote')) ?? '')) return {};
  const info = field(market, 'info');
  const atMarket = ['maxMktSz', 'maxMktAmt', 'maxStopSz']
    .map((name) => bound(field(info, name)))
    .filter((value) => value !== undefined)
    .reduce<Decimal | undefined>((least, value) => (least?.lt(value) ? least : value), undefined);
  return known({ maxNotional: bound(field(info, 'maxLmtAmt')), marketMaxNotional: atMarket });
}

/** Source: bybit-exchange.github.io/docs/v5/market/instrument, spot: `lotSizeFilter`. */
export function bybitFilters(market: unknown): Filters {
  const lot = field(field(market, 'info'), 'lotSizeFilter');
  return known({
    maxNotional: bound(field(lot, 'maxOrderAmt')),
    maxNotionalAtMarket: bound(field(lot, 'maxOrderAmt')) === undefined ? undefined : true,
    marketMaxAmount: bound(field(lot, 'maxMarketOrderQty')),
  });
}
