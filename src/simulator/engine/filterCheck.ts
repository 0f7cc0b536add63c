/** Which filter orders break. Nothing is changed here. */
import type { Account } from './account.ts';
import { ASSET_DECIMALS } from './amounts.ts';
import type { Book } from './book.ts';
import type { ExchangeFilters, FilterName, PriceBand } from './filters.ts';
import type { Instrument, Order, OrderRequest } from './types.ts';
import { baseOf, hasTrigger, isAtMarket, notionalOf } from './types.ts';
import { lotsOf } from './worth.ts';

const PPM = 1_000_000;

/** What filters are held against. */
export interface FilterScene {
  readonly account: Account;
  readonly book: Book;
  /** Price that market orders are valued at and that bands lie around, in ticks; 0: there is none yet, and nothing rests on it. */
  readonly averageTicks: number;
  readonly exchange: ExchangeFilters;
}

/**
 * The first filter that an order breaks, or one of two orders of a list: on its own, or by the number of orders that would then
 * be open. Undefined when all pass.
 */
export function brokenFilter(
  scene: FilterScene,
  requests: readonly OrderRequest[],
): FilterName | undefined {
  for (const request of requests) {
    const broken = brokenByItself(scene, request);
    if (broken !== undefined) return broken;
  }
  return brokenCount(scene, requests);
}

/** What of an order is looked at without its account: prices, size, value. */
export type Sized = Pick<OrderRequest, 'side' | 'type' | 'ticks' | 'lots' | 'quoteBudget'> &
  Partial<Pick<OrderRequest, 'triggerTicks' | 'icebergLots'>>;

/** The first filter on price, size or value that an order breaks. */
export function brokenBySize(
  { book, averageTicks }: Pick<FilterScene, 'book' | 'averageTicks'>,
  order: Sized,
): FilterName | undefined {
  const { instrument } = book;
  const lots = order.lots > 0 ? order.lots : lotsOf(book, order);
  return (
    brokenPrice(instrument, order) ??
    brokenBand(instrument.priceBand, order, averageTicks) ??
    brokenSize(instrument, order, lots) ??
    brokenIceberg(instrument, order) ??
    brokenNotional(instrument, order, averageTicks)
  );
}

function brokenByItself(scene: FilterScene, request: OrderRequest): FilterName | undefined {
  return brokenBySize(scene, request) ?? brokenPosition(scene, request);
}

function brokenPrice(instrument: Instrument, order: Sized): FilterName | undefined {
  const { tickStep, minPrice, maxPrice } = instrument;
  const prices = [isAtMarket(order.type) ? 0 : order.ticks, order.triggerTicks ?? 0];
  const isBroken = prices.some((ticks) => {
    if (ticks === 0) return false;
    if (ticks % tickStep !== 0) return true;
    const price = priceOf(instrument, ticks);
    return price < minPrice || (maxPrice > 0n && price > maxPrice);
  });
  return isBroken ? 'PRICE_FILTER' : undefined;
}

/** A price of the grid in quote atoms per whole unit of the base. */
function priceOf({ priceDecimals }: Instrument, ticks: number): bigint {
  return BigInt(ticks) * 10n ** BigInt(ASSET_DECIMALS - priceDecimals);
}

function brokenBand(
  band: PriceBand | undefined,
  { side, type, ticks }: Sized,
  averageTicks: number,
): FilterName | undefined {
  if (band === undefined || isAtMarket(type) || averageTicks === 0) return undefined;
  const [up, down] =
    side === 'BUY' ? [band.bidUpPpm, band.bidDownPpm] : [band.askUpPpm, band.askDownPpm];
  const isTooHigh = up > 0 && ticks * PPM > averageTicks * up;
  const isTooLow = ticks * PPM < averageTicks * down;
  if (!isTooHigh && !isTooLow) return undefined;
  return band.isBySide ? 'PERCENT_PRICE_BY_SIDE' : 'PERCENT_PRICE';
}

/**
 * A stop at the market is bound by MARKET_LOT_SIZE from its acceptance (an assumption: Binance speaks of MARKET orders only,
 * and a triggered stop becomes one).
 */
function brokenSize(instrument: Instrument, { type }: Sized, lots: number): FilterName | undefined {
  const { lotStep, minSize, maxSize, marketLotStep, marketMinSize, marketMaxSize } = instrument;
  const size = baseOf(instrument, lots);
  if (lots % lotStep !== 0 || isOutside(size, minSize, maxSize)) return 'LOT_SIZE';
  if (!isAtMarket(type)) return undefined;
  const isOffStep = marketLotStep > 0 && lots % marketLotStep !== 0;
  return isOffStep || isOutside(size, marketMinSize, marketMaxSize) ? 'MARKET_LOT_SIZE' : undefined;
}

function isOutside(value: bigint, min: bigint, max: bigint): boolean {
  return value < min || (max > 0n && value > max);
}

function brokenIceberg(instrument: Instrument, order: Sized): FilterName | undefined {
  const { icebergLots = 0 } = order;
  if (icebergLots === 0) return undefined;
  const { lotStep, minSize, maxIcebergParts } = instrument;
  if (icebergLots % lotStep !== 0 || baseOf(instrument, icebergLots) < minSize) return 'LOT_SIZE';
  const parts = Math.ceil(order.lots / icebergLots);
  return maxIcebergParts > 0 && parts > maxIcebergParts ? 'ICEBERG_PARTS' : undefined;
}

/** Value of an order that counts for NOTIONAL; undefined for a market order while there is no price to count it at. */
function valueOf(instrument: Instrument, order: Sized, averageTicks: number): bigint | undefined {
  const { type, lots, ticks, triggerTicks = 0 } = order;
  if (type === 'MARKET') {
    if (lots === 0) return order.quoteBudget;
    return averageTicks === 0 ? undefined : notionalOf(instrument, Math.floor(averageTicks), lots);
  }
  return notionalOf(instrument, isAtMarket(type) ? triggerTicks : ticks, lots);
}

function brokenNotional(
  instrument: Instrument,
  order: Sized,
  averageTicks: number,
): FilterName | undefined {
  const value = valueOf(instrument, order, averageTicks);
  if (value === undefined) return undefined;
  const isMarket = order.type === 'MARKET';
  const { minNotional, maxNotional, marketMaxNotional } = instrument;
  const isMinBinding = !isMarket || instrument.isMinNotionalAtMarket;
  if (isMinBinding && value < minNotional) return 'NOTIONAL';
  const isMaxBinding = !isMarket || instrument.isMaxNotionalAtMarket;
  const isOverMarket = isAtMarket(order.type) && isOutside(value, 0n, marketMaxNotional);
  return isOverMarket || (isMaxBinding && isOutside(value, 0n, maxNotional))
    ? 'MAX_NOTIONAL'
    : undefined;
}

function brokenPosition(
  { account, book }: FilterScene,
  request: OrderRequest,
): FilterName | undefined {
  const { instrument } = book;
  if (instrument.maxPosition === 0n || request.side === 'SELL') return undefined;
  const { free, locked } = account.balance(instrument.base);
  let position = free + locked + baseOf(instrument, lotsOf(book, request));
  for (const order of account.open.values()) {
    if (order.side === 'BUY' && order.instrument.base === instrument.base)
      position += baseOf(order.instrument, order.lots - order.filledLots);
  }
  return position > instrument.maxPosition ? 'MAX_POSITION' : undefined;
}

/** Whether so many orders may be open, on the instrument and at all; a market order never is. */
function brokenCount(
  { account, book, exchange }: FilterScene,
  requests: readonly OrderRequest[],
): FilterName | undefined {
  const added = requests.filter(({ type }) => type !== 'MARKET');
  if (added.length === 0) return undefined;
  const { instrument } = book;
  const all = account.open.values();
  const here = all.filter((order) => order.instrument.id === instrument.id);
  const count = (open: readonly Order[]): Counts => countsOf(open, added, requests.length > 1);
  const broken = overrun(count(here), instrument);
  if (broken !== undefined) return broken;
  const everywhere = overrun(count(all), exchange);
  return everywhere === undefined ? undefined : `EXCHANGE_${everywhere}`;
}

interface Counts {
  readonly orders: number;
  /** 0 when none is added: what is open already breaks no rule. */
  readonly algos: number;
  readonly icebergs: number;
  readonly lists: number;
}

function countsOf(open: readonly Order[], added: readonly OrderRequest[], isList: boolean): Counts {
  const isAlgo = ({ type }: Pick<Order, 'type'>): boolean => hasTrigger(type);
  const isIceberg = ({ icebergLots = 0 }: { readonly icebergLots?: number }): boolean =>
    icebergLots > 0;
  const algos = added.filter(isAlgo).length;
  const icebergs = added.filter(isIceberg).length;
  const lists = new Set(open.map(({ listId }) => listId).filter((id) => id > 0)).size;
  return {
    orders: open.length + added.length,
    algos: algos === 0 ? 0 : algos + open.filter(isAlgo).length,
    icebergs: icebergs === 0 ? 0 : icebergs + open.filter(isIceberg).length,
    lists: isList ? lists + 1 : 0,
  };
}

type CountName =
  'MAX_NUM_ORDERS' | 'MAX_NUM_ALGO_ORDERS' | 'MAX_NUM_ICEBERG_ORDERS' | 'MAX_NUM_ORDER_LISTS';

function overrun(counts: Counts, max: ExchangeFilters): CountName | undefined {
  const isOver = (count: number, limit: number): boolean => limit > 0 && count > limit;
  if (isOver(counts.orders, max.maxOrders)) return 'MAX_NUM_ORDERS';
  if (isOver(counts.algos, max.maxAlgoOrders)) return 'MAX_NUM_ALGO_ORDERS';
  if (isOver(counts.icebergs, max.maxIcebergOrders)) return 'MAX_NUM_ICEBERG_ORDERS';
  return isOver(counts.lists, max.maxOrderLists) ? 'MAX_NUM_ORDER_LISTS' : undefined;
}
