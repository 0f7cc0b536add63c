/** Requests that change orders: one order or a list of them, over REST or a websocket, and what is answered as a whole. */
import type { Account } from '../../engine/account.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { isObject, parseJson } from '../shared/json.ts';
import type { OkxContext } from './context.ts';
import { OkxError, emptyBody, jsonSyntax, noPermission, tooManyOrders } from './errors.ts';
import { Params } from './params.ts';
import type { OrderOperation } from './trading.ts';
import { BATCH_MAX, refusalRow } from './trading.ts';

/** The answer to a request: `code` 0 when all is well, 1 when all orders were refused, 2 when some were. */
export interface Answer {
  readonly code: string;
  readonly msg: string;
  readonly data: Json;
}

/** The orders that a body lists; with `isBatch` an array of them. @throws OkxError 50000, 50002, 51111. */
export function ordersOfBody(body: string, isBatch: boolean): Params[] {
  if (body === '') throw emptyBody();
  const parsed = parseJson(body);
  if (isBatch) return ordersOf(parsed);
  if (!isObject(parsed)) throw jsonSyntax();
  return [Params.ofObject(parsed)];
}

/** The orders of a list. @throws OkxError 50000, 50002, 51111. */
export function ordersOf(list: Json | undefined): Params[] {
  const objects = Array.isArray(list) ? (list as readonly Json[]) : undefined;
  if (objects?.every(isObject) !== true) throw jsonSyntax();
  if (objects.length === 0) throw emptyBody();
  if (objects.length > BATCH_MAX) throw tooManyOrders(BATCH_MAX);
  return objects.map((object) => Params.ofObject(object));
}

/** Does one thing to each order, in order; a refused one does not stop the others. @throws OkxError 50120. */
export function operate(
  context: OkxContext,
  account: Account,
  operation: OrderOperation,
  orders: readonly Params[],
): Answer {
  if (context.conditions.keyOf(account.id) === 'read-only') throw noPermission();
  const data = orders.map((params) => rowOf(context, account, operation, params));
  const refused = data.filter(({ sCode }) => sCode !== '0').length;
  if (refused === 0) return { code: '0', msg: '', data };
  return refused === data.length
    ? { code: '1', msg: 'All operations failed', data }
    : { code: '2', msg: 'Bulk operation partially succeeded.', data };
}

function rowOf(
  context: OkxContext,
  account: Account,
  operation: OrderOperation,
  params: Params,
): JsonObject {
  try {
    return operation(context, params, account);
  } catch (error) {
    if (!(error instanceof OkxError)) throw error;
    return refusalRow(context, params, error);
  }
}
