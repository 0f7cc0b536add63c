/** Questions about algo orders. */
import type { Account } from '../../engine/account.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { AlgoOrder, AlgoState } from './algoOrders.ts';
import { ALGO_TYPES, algoOf, algoRow, algoStateOf, algoTypeOf, algosOf } from './algoOrders.ts';
import { findAlgo } from './algoTrading.ts';
import type { OkxContext } from './context.ts';
import { badParameter, eitherParameter, noSuchOrder } from './errors.ts';
import { isSpotIncluded } from './instruments.ts';
import { pageOf } from './pages.ts';
import type { Params } from './params.ts';
import { tapePriceText } from './text.ts';
import type { Order } from '../../engine/types.ts';

/** `trade/order-algo`. @throws OkxError 50015, 51000, 51603. */
export function orderAlgo(context: OkxContext, params: Params, account: Account): Json {
  const algo = findAlgo(context, params, account);
  if (algo === undefined || !isVisible(context, algo)) throw noSuchOrder();
  return [rowOf(context, algo)];
}

/** `trade/orders-algo-pending`. @throws OkxError 50014, 51000, 51001. */
export function algosPending(context: OkxContext, params: Params, account: Account): Json {
  return algoPage(context, params, account, (state) => state === 'live');
}

/** `trade/orders-algo-history`: by state, or by id. @throws OkxError 50014, 50015, 51000, 51001. */
export function algosHistory(context: OkxContext, params: Params, account: Account): Json {
  const wanted = params.word('state', ['effective', 'canceled', 'order_failed'] as const);
  if (wanted === undefined && params.text('algoId') === undefined)
    throw eitherParameter('state', 'algoId');
  return algoPage(context, params, account, (state) =>
    wanted === undefined ? state !== 'live' : state === wanted,
  );
}

function algoPage(
  context: OkxContext,
  params: Params,
  account: Account,
  isWanted: (state: AlgoState) => boolean,
): Json {
  const types = params.required('ordType').split(',');
  if (!types.every((type) => KNOWN_TYPES.has(type))) throw badParameter('ordType');
  if (!isSpotIncluded(params)) return [];
  const instrumentId = context.directory.filterOf(params)?.instrument.id;
  const algoId = params.id('algoId');
  const algos = algosOf(context.world, account).filter(
    (algo) =>
      isWanted(algoStateOf(algo)) &&
      types.includes(algoTypeOf(algo, context.triggers)) &&
      (instrumentId === undefined || algo.legs[0]?.instrument.id === instrumentId) &&
      (algoId === undefined || BigInt(algo.id) === algoId) &&
      isVisible(context, algo),
  );
  return pageOf(algos, ({ id }) => id, params).map((algo) => rowOf(context, algo));
}

/** Types that may be asked for; those besides {@link ALGO_TYPES} have no orders here. */
const KNOWN_TYPES: ReadonlySet<string> = new Set([
  ...ALGO_TYPES,
  'move_order_stop',
  'iceberg',
  'twap',
  'chase',
]);

function isVisible({ conditions }: OkxContext, { legs }: AlgoOrder): boolean {
  return legs.every(({ id }) => conditions.isVisible(id));
}

function rowOf({ world, triggers }: OkxContext, algo: AlgoOrder): JsonObject {
  const market = world.market(algo.legs[0]?.instrument.id ?? '');
  return algoRow(algo, triggers, tapePriceText(market, market.lastTicks));
}

/** What the `orders-algo` channel shows of an order of the engine; undefined for an ordinary one. */
export function algoUpdate(context: OkxContext, order: Order): JsonObject | undefined {
  const algo = algoOf(context.world, order);
  return algo === undefined ? undefined : rowOf(context, algo);
}
