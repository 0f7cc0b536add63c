/**
 * OKX's algo orders: `conditional` (a stop or a take-profit), `oco` (both, of which one cancels the other) and `trigger`.
 * Behind each is one waiting order of the engine, or a list of two; an algo goes by the id of its (first) order. Once
 * triggered the order is an ordinary one too, under the same number.
 *
 * The engine locks an algo's funds when it is accepted; whether OKX does so on spot is not verified.
 */
import type { Account } from '../../engine/account.ts';
import { isOpen } from '../../engine/account.ts';
import type { Instrument, Order } from '../../engine/types.ts';
import { hasTrigger } from '../../engine/types.ts';
import type { World } from '../../market/world.ts';
import type { JsonObject } from '../shared/json.ts';
import { clientIdText } from './clientIds.ts';
import { instIdOf, lotsText, priceText, timeText } from './text.ts';

/** The kinds of algo order that are served. */
export const ALGO_TYPES = ['conditional', 'oco', 'trigger'] as const;
export type AlgoType = (typeof ALGO_TYPES)[number];
/** `effective`: one of its orders was triggered. */
export type AlgoState = 'live' | 'effective' | 'canceled';

/** Price text that means "at the market". */
export const AT_MARKET = '-1';

/** An algo order: what the client placed as one. */
export interface AlgoOrder {
  readonly id: number;
  /** The waiting order, or the stop and the take-profit. */
  readonly legs: readonly Order[];
}

/** Orders that were placed as `trigger`: the engine does not tell them from `conditional`, and after a restart nothing does. */
export class TriggerOrders {
  readonly #ids = new Set<number>();

  add(orderId: number): void {
    this.#ids.add(orderId);
    const [oldest] = this.#ids;
    if (this.#ids.size > TRIGGERS_MAX && oldest !== undefined) this.#ids.delete(oldest);
  }

  remove(orderId: number): void {
    this.#ids.delete(orderId);
  }

  has(orderId: number): boolean {
    return this.#ids.has(orderId);
  }
}

/** Trigger orders remembered as such. */
const TRIGGERS_MAX = 100_000;

/** Whether an order is still behind an algo alone, and none of the ordinary ones. */
export function isWaiting(order: Order): boolean {
  return hasTrigger(order.type) && !order.isTriggered;
}

/** The algo that an order of the engine is behind; undefined for an ordinary one, and for a list long done. */
export function algoOf({ engine }: World, order: Order): AlgoOrder | undefined {
  if (!hasTrigger(order.type)) return undefined;
  if (order.listId === 0) return { id: order.id, legs: [order] };
  const legs = engine.lists.get(order.listId)?.orders;
  return legs === undefined ? undefined : { id: legs[0].id, legs };
}

/** The algos of an account, oldest first. */
export function algosOf(world: World, account: Account): AlgoOrder[] {
  return account.ordersSince().flatMap((order) => {
    const algo = algoOf(world, order);
    return algo?.id === order.id ? [algo] : [];
  });
}

/** Where an algo stands. */
export function algoStateOf({ legs }: AlgoOrder): AlgoState {
  if (legs.some((leg) => leg.isTriggered)) return 'effective';
  return legs.some(isOpen) ? 'live' : 'canceled';
}

/** What an algo was placed as, as far as that is remembered. */
export function algoTypeOf({ id, legs }: AlgoOrder, triggers: TriggerOrders): AlgoType {
  if (legs.length === 2) return 'oco';
  return triggers.has(id) ? 'trigger' : 'conditional';
}

/** The row of `trade/order-algo`, the lists of algos, and the `orders-algo` channel. */
export function algoRow(algo: AlgoOrder, triggers: TriggerOrders, lastPx: string): JsonObject {
  const [first, second] = algo.legs;
  if (first === undefined) throw new Error(`algo ${String(algo.id)} has no order`);
  const { instrument } = first;
  const clientId = clientIdText(first.clientOrderId);
  const updatedMs = Math.max(first.updatedMs, second?.updatedMs ?? 0);
  const type = algoTypeOf(algo, triggers);
  return {
    ...NO_PRICES,
    ...firedFields(algo.legs.find((leg) => leg.isTriggered)),
    actualPx: '',
    algoClOrdId: clientId,
    algoId: String(algo.id),
    cTime: timeText(first.createdMs),
    ccy: '',
    clOrdId: clientId,
    closeFraction: '',
    failCode: '',
    instId: instIdOf(instrument),
    instType: 'SPOT',
    last: lastPx,
    lever: '',
    ordType: type,
    posSide: 'net',
    reduceOnly: 'false',
    side: first.side === 'BUY' ? 'buy' : 'sell',
    state: algoStateOf(algo),
    sz: lotsText(instrument, first.lots),
    tag: '',
    tdMode: 'cash',
    tgtCcy: '',
    uTime: timeText(updatedMs),
    ...(type === 'trigger' ? triggerPrices(first) : legPrices(algo)),
  };
}

/** What tells that, and as what, an algo was triggered. */
function firedFields(order: Order | undefined): JsonObject {
  if (order === undefined)
    return { actualSide: '', actualSz: '0', ordId: '', ordIdList: [], triggerTime: '' };
  return {
    actualSide: sideOf(order),
    actualSz: lotsText(order.instrument, order.lots),
    ordId: String(order.id),
    ordIdList: [String(order.id)],
    triggerTime: timeText(order.workingMs),
  };
}

const NO_PRICES: JsonObject = {
  ordPx: '',
  slOrdPx: '',
  slTriggerPx: '',
  slTriggerPxType: '',
  tpOrdPx: '',
  tpTriggerPx: '',
  tpTriggerPxType: '',
  triggerPx: '',
  triggerPxType: '',
};

function triggerPrices(order: Order): JsonObject {
  return {
    triggerPx: priceText(order.instrument, order.triggerTicks),
    triggerPxType: 'last',
    ordPx: limitText(order.instrument, order),
  };
}

function legPrices({ legs }: AlgoOrder): JsonObject {
  const prices = legs.map((leg): JsonObject => {
    const side = sideOf(leg);
    return {
      [`${side}TriggerPx`]: priceText(leg.instrument, leg.triggerTicks),
      [`${side}TriggerPxType`]: 'last',
      [`${side}OrdPx`]: limitText(leg.instrument, leg),
    };
  });
  return Object.assign({}, ...prices) as JsonObject;
}

/** Whether an order stops a loss or takes a profit. */
function sideOf({ type }: Order): 'sl' | 'tp' {
  return type === 'STOP_LOSS' || type === 'STOP_LOSS_LIMIT' ? 'sl' : 'tp';
}

function limitText(instrument: Instrument, { ticks }: Order): string {
  return ticks === 0 ? AT_MARKET : priceText(instrument, ticks);
}
