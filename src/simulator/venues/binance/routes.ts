/** What an endpoint is: who may call it, what it weighs, what answers it. */
import type { Account } from '../../engine/account.ts';
import type { Json } from '../shared/json.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';

/** Request weight, for some endpoints by what is asked for. */
type Weight = number | ((params: Params) => number);
type SignedHandler = (context: RestContext, params: Params, account: Account) => Json;

interface RouteCore {
  readonly weight: Weight;
  /** New orders that one call counts for. */
  readonly orders: number;
}

/** Anybody may call it. */
export interface OpenRoute extends RouteCore {
  readonly access: 'open';
  readonly handle: (context: RestContext, params: Params) => Json;
}

/** `trade` may change the world and needs a key that may: its handler calls `params.assertAllRead` before it acts. */
export interface SignedRoute extends RouteCore {
  readonly access: 'read' | 'trade';
  readonly handle: SignedHandler;
}

/** An endpoint. */
export type Route = OpenRoute | SignedRoute;

/** A public endpoint. */
export function open(weight: Weight, handle: OpenRoute['handle']): Route {
  return { access: 'open', weight, orders: 0, handle };
}

/** An endpoint that tells of the account. */
export function read(weight: Weight, handle: SignedHandler): Route {
  return { access: 'read', weight, orders: 0, handle };
}

/** An endpoint that places or cancels; `orders` is how many new ones a call counts for. */
export function trade(handle: SignedHandler, orders = 0): Route {
  return { access: 'trade', weight: 1, orders, handle };
}
