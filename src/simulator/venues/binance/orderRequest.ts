/** Reads the parameters of a new order into an engine request: mandatory and forbidden ones per type, then the symbol's filters. */
import { ASSET_DECIMALS } from '../../engine/amounts.ts';
import type { OrderRequest, OrderType, Side, TimeInForce } from '../../engine/types.ts';
import { hasTrigger, isAtMarket } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import {
  illegalParameter,
  invalidOrderType,
  invalidParameter,
  invalidSide,
  invalidTimeInForce,
  missingEither,
  missingParameter,
  parameterNotRequired,
  rejectedMessage,
} from './errors.ts';
import { lotsOf, ticksOf } from './filters.ts';
import type { Params } from './params.ts';

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const CLIENT_ID_RANGE = '^[\\.A-Z\\:/a-z0-9_-]{1,36}$';
/** What `exchangeInfo` announces and `type` may be. */
export const ORDER_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
] as const satisfies readonly OrderType[];
const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK'] as const satisfies readonly TimeInForce[];

/** How much a reply to a new order tells. */
export type Verbosity = 'ACK' | 'RESULT' | 'FULL';

/** What the parameters of one order are called: a leg of a list gives its own a prefix. */
export interface FieldNames {
  readonly price: string;
  readonly stopPrice: string;
  readonly timeInForce: string;
  readonly clientOrderId: string;
  readonly icebergQty: string;
  readonly trailingDelta: string;
  readonly strategyId: string;
  readonly strategyType: string;
}

const OWN_NAMES: FieldNames = {
  price: 'price',
  stopPrice: 'stopPrice',
  timeInForce: 'timeInForce',
  clientOrderId: 'newClientOrderId',
  icebergQty: 'icebergQty',
  trailingDelta: 'trailingDelta',
  strategyId: 'strategyId',
  strategyType: 'strategyType',
};

/** What an order is read for. */
export interface OrderContext {
  readonly market: Market;
  readonly accountId: string;
  /** Used when the request brings no client id. */
  readonly defaultClientId: string;
}

/** An order by itself. @throws BinanceError −1013 for a price or quantity off the grid, −1100 … −1130 for a parameter. */
export function readOrderRequest(params: Params, context: OrderContext): OrderRequest {
  const side = readSide(params);
  const type = params.required('type');
  const known = ORDER_TYPES.find((each) => each === type);
  if (known === undefined) throw invalidOrderType();
  return readOrder(params, { ...context, side, type: known, names: OWN_NAMES });
}

/** One order whose side and type are known. @throws as {@link readOrderRequest}. */
export function readOrder(
  params: Params,
  context: OrderContext & { side: Side; type: OrderType; names: FieldNames },
): OrderRequest {
  const { market, side, type, names } = context;
  refuseExtras(params, names);
  const timeInForce = readTimeInForce(params, type, names.timeInForce);
  const clientOrderId = readClientId(params, names.clientOrderId) ?? context.defaultClientId;
  return {
    accountId: context.accountId,
    instrumentId: market.instrument.id,
    side,
    type,
    clientOrderId,
    timeInForce,
    ticks: readPrice(params, { market, name: names.price, isWanted: !isAtMarket(type) }) ?? 0,
    ...readTrigger(params, context),
    ...readSize(params, market, type),
    ...readIceberg(params, { market, timeInForce, name: names.icebergQty }),
  };
}

/** @throws BinanceError −1102, −1117. */
export function readSide(params: Params): Side {
  const side = params.required('side');
  if (side !== 'BUY' && side !== 'SELL') throw invalidSide();
  return side;
}

/** A client order id; undefined when absent. @throws BinanceError −1100. */
export function readClientId(params: Params, name: string): string | undefined {
  const id = params.text(name);
  if (id !== undefined && !CLIENT_ID.test(id)) throw illegalParameter(name, CLIENT_ID_RANGE);
  return id;
}

/** `newOrderRespType`; FULL for LIMIT and MARKET when it is not sent, else ACK. @throws BinanceError −1130. */
export function readVerbosity(params: Params, type: OrderType): Verbosity {
  const fallback = type === 'LIMIT' || type === 'MARKET' ? 'FULL' : 'ACK';
  return (
    params.choice('newOrderRespType', ['ACK', 'RESULT', 'FULL'], () =>
      invalidParameter('newOrderRespType'),
    ) ?? fallback
  );
}

/** Kinds of orders that the venue knows and no symbol of this exchange allows. Strategy labels are taken and not kept. */
function refuseExtras(params: Params, names: FieldNames): void {
  if (params.text(names.trailingDelta) !== undefined)
    throw rejectedMessage('Trailing stop orders are not supported for this symbol.');
  const mode = params.text('selfTradePreventionMode');
  if (mode !== undefined && mode !== 'NONE')
    throw rejectedMessage('This symbol does not allow the specified self-trade prevention mode.');
  params.integer(names.strategyId);
  params.integer(names.strategyType);
}

function readTimeInForce(params: Params, type: OrderType, name: string): TimeInForce {
  const timeInForce = params.choice(name, TIMES_IN_FORCE, invalidTimeInForce);
  if (type === 'LIMIT' || type === 'STOP_LOSS_LIMIT' || type === 'TAKE_PROFIT_LIMIT') {
    if (timeInForce === undefined) throw missingParameter(name);
    return timeInForce;
  }
  if (timeInForce !== undefined) throw parameterNotRequired(name);
  return 'GTC';
}

/** The lots of an iceberg that are to be seen at a time, where the symbol allows icebergs. */
function readIceberg(
  params: Params,
  { market, timeInForce, name }: { market: Market; timeInForce: TimeInForce; name: string },
): { icebergLots?: number } {
  const atoms = params.scaled(name, ASSET_DECIMALS);
  if (atoms === undefined || atoms === 0n) return {};
  if (market.instrument.maxIcebergOrders === 0)
    throw rejectedMessage('Iceberg orders are not supported for this symbol.');
  if (timeInForce !== 'GTC') throw invalidTimeInForce();
  return { icebergLots: lotsOf(atoms, market.instrument) };
}

function readTrigger(
  params: Params,
  context: { market: Market; type: OrderType; names: FieldNames },
): { triggerTicks?: number } {
  const isWanted = hasTrigger(context.type);
  const { market, names } = context;
  const triggerTicks = readPrice(params, { market, name: names.stopPrice, isWanted });
  return triggerTicks === undefined ? {} : { triggerTicks };
}

function readPrice(
  params: Params,
  field: { market: Market; name: string; isWanted: boolean },
): number | undefined {
  const atoms = params.scaled(field.name, ASSET_DECIMALS);
  if (!field.isWanted) {
    if (atoms !== undefined) throw parameterNotRequired(field.name);
    return undefined;
  }
  if (atoms === undefined) throw missingParameter(field.name);
  return ticksOf(atoms, field.market.instrument);
}

function readSize(
  params: Params,
  market: Market,
  type: OrderType,
): { lots: number; quoteBudget: bigint } {
  const quantity = params.scaled('quantity', ASSET_DECIMALS);
  const quoteBudget = params.scaled('quoteOrderQty', ASSET_DECIMALS);
  if (quoteBudget !== undefined) {
    if (type !== 'MARKET') throw parameterNotRequired('quoteOrderQty');
    if (quantity !== undefined) throw parameterNotRequired('quantity');
    return { lots: 0, quoteBudget };
  }
  if (quantity === undefined) {
    throw type === 'MARKET'
      ? missingEither('origQty', 'quoteOrderQty')
      : missingParameter('quantity');
  }
  return { lots: lotsOf(quantity, market.instrument), quoteBudget: 0n };
}
