/** Reads `POST /api/v3/order` into an engine request: mandatory parameters per type, then the symbol's filters. */
import { ASSET_DECIMALS } from '../../engine/amounts.ts';
import type { Instrument, OrderRequest, OrderType, Side, TimeInForce } from '../../engine/types.ts';
import { notionalOf } from '../../engine/types.ts';
import {
  filterFailure,
  illegalParameter,
  invalidOrderType,
  invalidSide,
  invalidTimeInForce,
  missingParameter,
  parameterNotRequired,
} from './errors.ts';
import type { Params } from './params.ts';

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const TYPES: readonly string[] = ['LIMIT', 'MARKET', 'LIMIT_MAKER'] satisfies OrderType[];
const TIMES_IN_FORCE: readonly string[] = ['GTC', 'IOC', 'FOK'] satisfies TimeInForce[];

/** Largest price and quantity of an order, in whole units: Binance's usual filter bounds. */
export const PRICE_MAX = 1_000_000;
export const QUANTITY_MAX = 9_000_000_000;

/**
 * @param defaultClientId used when the request brings none.
 * @throws BinanceError −1013 for a filter, −1100 … −1117 for a parameter.
 */
export function readOrderRequest(
  params: Params,
  context: {
    instrument: Instrument;
    accountId: string;
    lastTicks: number;
    defaultClientId: string;
  },
): OrderRequest {
  const { instrument } = context;
  const side = readSide(params);
  const type = readType(params);
  const clientOrderId = readClientId(params, 'newClientOrderId') ?? context.defaultClientId;
  const base = {
    accountId: context.accountId,
    instrumentId: instrument.id,
    side,
    type,
    clientOrderId,
  };
  if (type === 'MARKET') return { ...base, ...readMarket(params, instrument, context.lastTicks) };
  const timeInForce = readTimeInForce(params, type);
  const ticks = readPrice(params, instrument);
  const lots = readQuantity(params, instrument);
  checkNotional(notionalOf(instrument, ticks, lots), instrument);
  return { ...base, timeInForce, ticks, lots, quoteBudget: 0n };
}

/** A client order id; undefined when absent. */
export function readClientId(params: Params, name: string): string | undefined {
  const id = params.text(name);
  if (id !== undefined && !CLIENT_ID.test(id)) throw illegalParameter(name, CLIENT_ID.source);
  return id;
}

function readSide(params: Params): Side {
  const side = params.required('side');
  if (side !== 'BUY' && side !== 'SELL') throw invalidSide();
  return side;
}

function readType(params: Params): OrderType {
  const type = params.required('type');
  if (!TYPES.includes(type)) throw invalidOrderType();
  return type as OrderType;
}

function readTimeInForce(params: Params, type: OrderType): TimeInForce {
  if (type === 'LIMIT_MAKER') {
    if (params.text('timeInForce') !== undefined) throw parameterNotRequired('timeInForce');
    return 'GTC';
  }
  const timeInForce = params.required('timeInForce');
  if (!TIMES_IN_FORCE.includes(timeInForce)) throw invalidTimeInForce();
  return timeInForce as TimeInForce;
}

function readMarket(
  params: Params,
  instrument: Instrument,
  lastTicks: number,
): Pick<OrderRequest, 'timeInForce' | 'ticks' | 'lots' | 'quoteBudget'> {
  if (params.text('price') !== undefined) throw parameterNotRequired('price');
  if (params.text('timeInForce') !== undefined) throw parameterNotRequired('timeInForce');
  const quoteBudget = params.scaled('quoteOrderQty', ASSET_DECIMALS);
  if (quoteBudget !== undefined) {
    if (params.text('quantity') !== undefined) throw parameterNotRequired('quantity');
    checkNotional(quoteBudget, instrument);
    return { timeInForce: 'GTC', ticks: 0, lots: 0, quoteBudget };
  }
  const lots = readQuantity(params, instrument);
  checkNotional(notionalOf(instrument, lastTicks, lots), instrument);
  return { timeInForce: 'GTC', ticks: 0, lots, quoteBudget: 0n };
}

function readPrice(params: Params, instrument: Instrument): number {
  const atoms = params.scaled('price', ASSET_DECIMALS);
  if (atoms === undefined) throw missingParameter('price');
  return onGrid(atoms, {
    decimals: instrument.priceDecimals,
    max: PRICE_MAX,
    filter: 'PRICE_FILTER',
  });
}

function readQuantity(params: Params, instrument: Instrument): number {
  const atoms = params.scaled('quantity', ASSET_DECIMALS);
  if (atoms === undefined) throw missingParameter('quantity');
  return onGrid(atoms, { decimals: instrument.lotDecimals, max: QUANTITY_MAX, filter: 'LOT_SIZE' });
}

function onGrid(atoms: bigint, grid: { decimals: number; max: number; filter: string }): number {
  const unit = 10n ** BigInt(ASSET_DECIMALS - grid.decimals);
  const isOutside = atoms <= 0n || atoms > BigInt(grid.max) * 10n ** BigInt(ASSET_DECIMALS);
  if (isOutside || atoms % unit !== 0n) throw filterFailure(grid.filter);
  return Number(atoms / unit);
}

function checkNotional(notional: bigint, instrument: Instrument): void {
  if (notional < instrument.minNotional) throw filterFailure('NOTIONAL');
}
