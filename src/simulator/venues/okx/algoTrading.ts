/** Operations on algo orders: `trade/order-algo`, `trade/cancel-algos`. */
import type { Account } from '../../engine/account.ts';
import { isOpen } from '../../engine/account.ts';
import { isReached } from '../../engine/triggers.ts';
import type { OrderRequest, PlaceListResult, PlaceResult, Refused } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import type { JsonObject } from '../shared/json.ts';
import type { AlgoOrder } from './algoOrders.ts';
import { ALGO_TYPES, AT_MARKET, algosOf } from './algoOrders.ts';
import { clientIdText, generatedClientId, readClientId } from './clientIds.ts';
import type { OkxContext } from './context.ts';
import type { OkxError } from './errors.ts';
import {
  badParameter,
  cancelFailed,
  duplicateAlgoId,
  eitherParameter,
  missingParameter,
  onWrongSide,
} from './errors.ts';
import { readLots, readSide, readTicks } from './orderRequest.ts';
import type { Params } from './params.ts';
import { timeText } from './text.ts';
import type { OrderOperation } from './trading.ts';
import { isPending, refusalError } from './trading.ts';

/** Where the trigger and the limit of a leg stand among the parameters. */
const STOP = { trigger: 'slTriggerPx', limit: 'slOrdPx' } as const;
const PROFIT = { trigger: 'tpTriggerPx', limit: 'tpOrdPx' } as const;
const TRIGGER = { trigger: 'triggerPx', limit: 'orderPx' } as const;

type Leg = Pick<OrderRequest, 'type' | 'ticks'> & { readonly triggerTicks: number };
type Fields = { readonly trigger: string; readonly limit: string };

/**
 * Places a stop, a take-profit, both, or a trigger.
 * @throws OkxError 50014, 50015, 51000, 51001, 51008, 51020, 51022, 51065, 51121, 51150, 51277 … 51280.
 */
export const placeAlgo: OrderOperation = (context, params, account) => {
  const market = context.directory.of(params);
  const ordType = params.word('ordType', ALGO_TYPES);
  if (ordType === undefined) throw missingParameter('ordType');
  // Which modes OKX takes here is not verified: ccxt sends "cross" for what is bought with cash.
  if (params.word('tdMode', ['cash', 'cross', 'isolated'] as const) === undefined)
    throw missingParameter('tdMode');
  params.word('tgtCcy', ['base_ccy'] as const);
  const nextId = context.world.engine.counters.orderId + 1;
  const base = {
    accountId: account.id,
    instrumentId: market.instrument.id,
    side: readSide(params),
    lots: readLots(params, market.instrument),
    timeInForce: 'GTC',
    quoteBudget: 0n,
    clientOrderId: clientIdOf(params) ?? generatedClientId(nextId),
  } as const;
  if (isPending(context, account, base.clientOrderId)) throw duplicateAlgoId();
  const legs = readLegs(params, market, ordType).map((leg) => ({ ...base, ...leg }));
  if (ordType === 'trigger') context.triggers.add(nextId);
  const result = placeLegs(context, legs, nextId);
  if (result.ok) return acknowledgement(context, nextId, base.clientOrderId);
  context.triggers.remove(nextId);
  throw algoRefusal(result, market, legs);
};

function clientIdOf(params: Params): string | undefined {
  return readClientId(params, 'algoClOrdId') ?? readClientId(params);
}

/** One order, or a list of two of which only the first has the client's id. */
function placeLegs(
  { world }: OkxContext,
  legs: readonly OrderRequest[],
  nextId: number,
): PlaceResult | PlaceListResult {
  const [first, second] = legs;
  if (first === undefined) throw new Error('an algo order without a leg');
  if (second === undefined) return world.place(first);
  const other = { ...second, clientOrderId: generatedClientId(nextId + 1) };
  return world.placeList({ clientListId: first.clientOrderId, legs: [first, other] });
}

/** What an algo waits for: of `conditional` the stop goes before the take-profit. */
function readLegs(
  params: Params,
  market: Market,
  ordType: 'conditional' | 'oco' | 'trigger',
): Leg[] {
  if (ordType === 'trigger') return [readLeg(params, market, TRIGGER)];
  const hasStop = params.text(STOP.trigger) !== undefined;
  const hasProfit = params.text(PROFIT.trigger) !== undefined;
  if (ordType === 'oco') return [readLeg(params, market, STOP), readLeg(params, market, PROFIT)];
  if (!hasStop && !hasProfit) throw eitherParameter(STOP.trigger, PROFIT.trigger);
  return [readLeg(params, market, hasStop ? STOP : PROFIT)];
}

function readLeg(params: Params, market: Market, fields: Fields): Leg {
  const { instrument, book } = market;
  const triggerTicks = readTicks(params, fields.trigger, instrument);
  if ((params.text(`${fields.trigger}Type`) ?? 'last') !== 'last')
    throw badParameter(`${fields.trigger}Type`);
  const isAtMarket = params.required(fields.limit) === AT_MARKET;
  const ticks = isAtMarket ? 0 : readTicks(params, fields.limit, instrument);
  const isRising = triggerTicks > (book.lastTicks || market.lastOrderTicks);
  const isStop = fields === TRIGGER ? isRising === (readSide(params) === 'BUY') : fields === STOP;
  const type = isStop ? 'STOP_LOSS' : 'TAKE_PROFIT';
  return { type: isAtMarket ? type : `${type}_LIMIT`, ticks, triggerTicks };
}

function algoRefusal(refused: Refused, market: Market, legs: readonly OrderRequest[]): OkxError {
  const { refusal } = refused;
  const { instrument, book } = market;
  const [first] = legs;
  if (first === undefined) throw new Error('an algo order without a leg');
  if (refusal === 'DUPLICATE_CLIENT_ID') return duplicateAlgoId();
  if (refusal !== 'WOULD_TRIGGER' && refusal !== 'LIST_PRICES')
    return refusalError(refused, instrument, first);
  const wrong = legs.find((leg) => isReached(leg, leg.triggerTicks ?? 0, book.lastTicks)) ?? first;
  const isStop = wrong.type === 'STOP_LOSS' || wrong.type === 'STOP_LOSS_LIMIT';
  return onWrongSide(isStop ? 'SL' : 'TP', wrong.side);
}

/** Cancels an algo that waits. @throws OkxError 50015, 51000, 51400. */
export const cancelAlgo: OrderOperation = (context, params, account) => {
  const algo = findAlgo(context, params, account);
  const open = algo?.legs.find((leg) => isOpen(leg) && !leg.isTriggered);
  if (algo === undefined || open === undefined || algo.legs.some((leg) => leg.isTriggered))
    throw cancelFailed();
  context.world.cancel(open);
  return acknowledgement(context, algo.id, algo.legs[0]?.clientOrderId ?? '');
};

/** The algo that `algoId`, else the latest that `algoClOrdId` names. @throws OkxError 50015, 51000. */
export function findAlgo(
  { world }: OkxContext,
  params: Params,
  account: Account,
): AlgoOrder | undefined {
  const id = params.id('algoId');
  const clientId = params.text('algoClOrdId');
  if (id === undefined && clientId === undefined) throw eitherParameter('algoId', 'algoClOrdId');
  const isIt = (algo: AlgoOrder): boolean =>
    id === undefined ? algo.legs[0]?.clientOrderId === clientId : BigInt(algo.id) === id;
  return algosOf(world, account).findLast(isIt);
}

function acknowledgement({ world }: OkxContext, algoId: number, clientOrderId: string): JsonObject {
  const clientId = clientIdText(clientOrderId);
  return {
    algoClOrdId: clientId,
    algoId: String(algoId),
    clOrdId: clientId,
    sCode: '0',
    sMsg: '',
    tag: '',
    ts: timeText(world.nowMs),
  };
}
