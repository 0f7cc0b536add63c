/** The filters of a symbol and of the exchange: as `exchangeInfo` lists them and as orders meet them. Source: Binance spot API documentation, "Filters". */
import { ASSET_DECIMALS, formatAtoms, formatScaled } from '../../engine/amounts.ts';
import type { ExchangeFilters, FilterName, Filters, PriceBand } from '../../engine/filters.ts';
import type { Instrument, OrderRequest } from '../../engine/types.ts';
import type { World } from '../../market/world.ts';
import type { BinanceError } from './errors.ts';
import { filterFailure, newOrderRejected, rejectedMessage } from './errors.ts';
import type { Json, JsonObject } from '../shared/json.ts';

const UNIT = 10n ** BigInt(ASSET_DECIMALS);
const PPM_DECIMALS = 6;

/**
 * Filters as Binance usually has them: the largest price, quantity and value are its usual bounds, the band the same for both
 * sides as on its large symbols.
 */
export const BINANCE_FILTERS: Partial<Filters> = {
  maxPrice: 1_000_000n * UNIT,
  maxSize: 9_000_000_000n * UNIT,
  marketMaxSize: 9_000_000_000n * UNIT,
  maxNotional: 9_000_000_000n * UNIT,
  priceBand: {
    isBySide: true,
    bidUpPpm: 5_000_000,
    bidDownPpm: 200_000,
    askUpPpm: 5_000_000,
    askDownPpm: 200_000,
  },
  maxOrders: 200,
  maxAlgoOrders: 5,
  maxOrderLists: 20,
};

/** `filters` of a symbol: those that are in force. */
export function filtersOf(instrument: Instrument): Json {
  const { priceDecimals, lotDecimals, tickStep, lotStep, marketLotStep } = instrument;
  const tick = formatScaled(tickStep, priceDecimals, ASSET_DECIMALS);
  const lot = formatScaled(lotStep, lotDecimals, ASSET_DECIMALS);
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: instrument.minPrice > 0n ? formatAtoms(instrument.minPrice) : tick,
      maxPrice: formatAtoms(instrument.maxPrice),
      tickSize: tick,
    },
    {
      filterType: 'LOT_SIZE',
      minQty: instrument.minSize > 0n ? formatAtoms(instrument.minSize) : lot,
      maxQty: formatAtoms(instrument.maxSize),
      stepSize: lot,
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: formatAtoms(instrument.marketMinSize),
      maxQty: formatAtoms(instrument.marketMaxSize),
      stepSize: formatScaled(marketLotStep, lotDecimals, ASSET_DECIMALS),
    },
    ...bandOf(instrument.priceBand, instrument.averageMinutes),
    {
      filterType: 'NOTIONAL',
      minNotional: formatAtoms(instrument.minNotional),
      applyMinToMarket: instrument.isMinNotionalAtMarket,
      maxNotional: formatAtoms(instrument.maxNotional),
      applyMaxToMarket: instrument.isMaxNotionalAtMarket,
      avgPriceMins: instrument.averageMinutes,
    },
    ...countsOf(instrument, ''),
    ...bounded('ICEBERG_PARTS', 'limit', instrument.maxIcebergParts),
    ...(instrument.maxPosition > 0n
      ? [{ filterType: 'MAX_POSITION', maxPosition: formatAtoms(instrument.maxPosition) }]
      : []),
  ];
}

/** `exchangeFilters`: those that are in force. */
export function exchangeFiltersOf(filters: ExchangeFilters): Json {
  return countsOf(filters, 'EXCHANGE_');
}

function countsOf(filters: ExchangeFilters, prefix: string): JsonObject[] {
  const { maxOrders, maxAlgoOrders, maxIcebergOrders, maxOrderLists } = filters;
  return [
    ...bounded(`${prefix}MAX_NUM_ORDERS`, 'maxNumOrders', maxOrders),
    ...bounded(`${prefix}MAX_NUM_ORDER_LISTS`, 'maxNumOrderLists', maxOrderLists),
    ...bounded(`${prefix}MAX_NUM_ALGO_ORDERS`, 'maxNumAlgoOrders', maxAlgoOrders),
    ...bounded(`${prefix}MAX_NUM_ICEBERG_ORDERS`, 'maxNumIcebergOrders', maxIcebergOrders),
  ];
}

function bounded(filterType: string, name: string, max: number): JsonObject[] {
  return max > 0 ? [{ filterType, [name]: max }] : [];
}

function bandOf(band: PriceBand | undefined, avgPriceMins: number): JsonObject[] {
  if (band === undefined) return [];
  const { bidUpPpm, bidDownPpm, askUpPpm, askDownPpm } = band;
  const text = (ppm: number): string => formatScaled(ppm, PPM_DECIMALS).replace(/\.?0+$/, '');
  if (!band.isBySide) {
    const [multiplierUp, multiplierDown] = [text(bidUpPpm), text(bidDownPpm)];
    return [{ filterType: 'PERCENT_PRICE', multiplierUp, multiplierDown, avgPriceMins }];
  }
  return [
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: text(bidUpPpm),
      bidMultiplierDown: text(bidDownPpm),
      askMultiplierUp: text(askUpPpm),
      askMultiplierDown: text(askDownPpm),
      avgPriceMins,
    },
  ];
}

/** A price in atoms as ticks. @throws BinanceError −1013. */
export function ticksOf(atoms: bigint, instrument: Instrument): number {
  if (atoms === 0n) throw rejectedMessage('Invalid price.');
  const { priceDecimals, tickStep } = instrument;
  const units = onGrid(atoms, priceDecimals, tickStep);
  if (units === undefined) throw filterFailure('PRICE_FILTER');
  return units;
}

/** A quantity in atoms as lots. @throws BinanceError −1013. */
export function lotsOf(atoms: bigint, instrument: Instrument): number {
  if (atoms === 0n) throw rejectedMessage('Invalid quantity.');
  const { lotDecimals, lotStep } = instrument;
  const units = onGrid(atoms, lotDecimals, lotStep);
  if (units === undefined) throw filterFailure('LOT_SIZE');
  return units;
}

/** Atoms in units of a grid; undefined when they are no whole steps, or more than can be counted. */
function onGrid(atoms: bigint, decimals: number, step: number): number | undefined {
  const unit = 10n ** BigInt(ASSET_DECIMALS - decimals);
  if (atoms % (unit * BigInt(step)) !== 0n) return undefined;
  const units = Number(atoms / unit);
  return Number.isSafeInteger(units) ? units : undefined;
}

/** Filters that are about what the account has open or holds: what the matching engine refuses. */
const OF_ACCOUNT = /^(EXCHANGE_)?MAX_NUM_|^MAX_POSITION$/;

/**
 * The error of a broken filter. −2010 was seen for MAX_NUM_ALGO_ORDERS (Binance.Net #1212) and MAX_POSITION (ccxt 4.5.84,
 * binance.js); that the other filters on what an account has come with it too is not verified.
 */
export function filterError(filter: FilterName): BinanceError {
  const name = filter === 'MAX_NOTIONAL' ? 'NOTIONAL' : filter;
  return OF_ACCOUNT.test(name) ? newOrderRejected(`Filter failure: ${name}`) : filterFailure(name);
}

/** Judges an order, or the two of a list. @throws BinanceError −1013, −2010. */
export function checkFilters(
  { engine }: World,
  requests: readonly [OrderRequest, ...OrderRequest[]],
): void {
  const filter = engine.brokenFilter(requests);
  if (filter !== undefined) throw filterError(filter);
}
