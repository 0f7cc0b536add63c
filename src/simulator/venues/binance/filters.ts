/** The filters of a symbol: as `exchangeInfo` lists them and as orders meet them. Source: Binance spot API documentation, "Filters". */
import type { Account } from '../../engine/account.ts';
import { ASSET_DECIMALS, formatAtoms, formatScaled } from '../../engine/amounts.ts';
import type { Instrument, OrderRequest } from '../../engine/types.ts';
import { hasTrigger, isAtMarket, notionalOf } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import { averageTicks } from './averages.ts';
import { filterFailure, newOrderRejected, rejectedMessage } from './errors.ts';
import type { Json } from '../shared/json.ts';

/** Largest price and quantity of an order, in whole units: Binance's usual bounds. */
const PRICE_MAX = 1_000_000;
const QUANTITY_MAX = 9_000_000_000;
/** Bounds of an order's price as parts of the average price, the same for both sides as Binance has them on its large symbols. */
const PERCENT_UP = 5;
const PERCENT_DOWN = 0.2;
/** Open orders of an account on a symbol. */
const ORDERS_MAX = 200;
/** Open orders with a trigger of an account on a symbol. */
const ALGO_ORDERS_MAX = 5;
/** Open order lists of an account on a symbol. */
const ORDER_LISTS_MAX = 20;

/** `filters` of a symbol. */
export function filtersOf(instrument: Instrument): Json {
  const { priceDecimals, lotDecimals, tickStep, lotStep } = instrument;
  const tick = formatScaled(tickStep, priceDecimals, ASSET_DECIMALS);
  const lot = formatScaled(lotStep, lotDecimals, ASSET_DECIMALS);
  const zero = formatAtoms(0n);
  const maxQty = formatScaled(QUANTITY_MAX, 0, ASSET_DECIMALS);
  const maxPrice = formatScaled(PRICE_MAX, 0, ASSET_DECIMALS);
  return [
    { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice, tickSize: tick },
    { filterType: 'LOT_SIZE', minQty: lot, maxQty, stepSize: lot },
    { filterType: 'MARKET_LOT_SIZE', minQty: zero, maxQty, stepSize: zero },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: String(PERCENT_UP),
      bidMultiplierDown: String(PERCENT_DOWN),
      askMultiplierUp: String(PERCENT_UP),
      askMultiplierDown: String(PERCENT_DOWN),
      avgPriceMins: 5,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: formatAtoms(instrument.minNotional),
      applyMinToMarket: true,
      maxNotional: maxQty,
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: ORDERS_MAX },
    { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: ORDER_LISTS_MAX },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: ALGO_ORDERS_MAX },
  ];
}

/** A price in atoms as ticks. @throws BinanceError −1013. */
export function ticksOf(atoms: bigint, instrument: Instrument): number {
  if (atoms === 0n) throw rejectedMessage('Invalid price.');
  const { priceDecimals, tickStep } = instrument;
  const units = onGrid(atoms, { decimals: priceDecimals, step: tickStep, max: PRICE_MAX });
  if (units === undefined) throw filterFailure('PRICE_FILTER');
  return units;
}

/** A quantity in atoms as lots. @throws BinanceError −1013. */
export function lotsOf(atoms: bigint, instrument: Instrument): number {
  if (atoms === 0n) throw rejectedMessage('Invalid quantity.');
  const { lotDecimals, lotStep } = instrument;
  const units = onGrid(atoms, { decimals: lotDecimals, step: lotStep, max: QUANTITY_MAX });
  if (units === undefined) throw filterFailure('LOT_SIZE');
  return units;
}

/** Atoms in whole steps of a grid; undefined when they are none or too many. */
function onGrid(
  atoms: bigint,
  grid: { decimals: number; step: number; max: number },
): number | undefined {
  const unit = 10n ** BigInt(ASSET_DECIMALS - grid.decimals);
  if (atoms > BigInt(grid.max) * 10n ** BigInt(ASSET_DECIMALS)) return undefined;
  return atoms % (unit * BigInt(grid.step)) === 0n ? Number(atoms / unit) : undefined;
}

/**
 * Checks what does not depend on one number alone: distance from the average price, and value.
 * @throws BinanceError −1013.
 */
export function checkPrices(request: OrderRequest, market: Market): void {
  const { instrument } = market;
  const average = averageTicks(market);
  const { ticks, lots } = request;
  if (!isAtMarket(request.type) && (ticks > average * PERCENT_UP || ticks < average * PERCENT_DOWN))
    throw filterFailure('PERCENT_PRICE_BY_SIDE');
  const priceTicks = isAtMarket(request.type)
    ? (request.triggerTicks ?? Math.floor(average))
    : ticks;
  const notional = lots === 0 ? request.quoteBudget : notionalOf(instrument, priceTicks, lots);
  if (notional < instrument.minNotional) throw filterFailure('NOTIONAL');
}

/**
 * Checks how many orders the account would have open on the symbol.
 * @throws BinanceError −2010.
 */
export function checkCounts(requests: readonly OrderRequest[], account: Account): void {
  const [first] = requests;
  const open = account.open
    .values()
    .filter(({ instrument }) => instrument.id === first?.instrumentId);
  const added = requests.filter(({ type }) => type !== 'MARKET');
  if (added.length === 0) return;
  if (open.length + added.length > ORDERS_MAX)
    throw newOrderRejected('Filter failure: MAX_NUM_ORDERS');
  const algos = [...open, ...added].filter(({ type }) => hasTrigger(type)).length;
  if (algos > ALGO_ORDERS_MAX && added.some(({ type }) => hasTrigger(type)))
    throw newOrderRejected('Filter failure: MAX_NUM_ALGO_ORDERS');
  const lists = new Set(open.map(({ listId }) => listId).filter((id) => id > 0)).size;
  if (requests.length > 1 && lists >= ORDER_LISTS_MAX)
    throw newOrderRejected('Filter failure: MAX_NUM_ORDER_LISTS');
}
