/**
 * The websocket API: the REST endpoints under names of their own, sessions, and the subscription to the user stream.
 * Source: Binance "WebSocket API" documentation, general information and user data stream requests.
 */
import type { Authenticator } from './auth.ts';
import type { Connection } from './connections.ts';
import type { Dispatcher } from './dispatcher.ts';
import {
  BinanceError,
  invalidJson,
  subscriptionActive,
  unauthenticatedSession,
  unknownMethod,
} from './errors.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { Params } from './params.ts';
import { ROUTES } from './rest.ts';
import type { Route } from './routes.ts';
import type { UserStreams } from './userStreams.ts';

/** Endpoints that both interfaces have: the websocket's name, the REST one. */
const METHODS: Readonly<Record<string, string>> = {
  ping: 'GET /api/v3/ping',
  time: 'GET /api/v3/time',
  exchangeInfo: 'GET /api/v3/exchangeInfo',
  depth: 'GET /api/v3/depth',
  klines: 'GET /api/v3/klines',
  uiKlines: 'GET /api/v3/uiKlines',
  avgPrice: 'GET /api/v3/avgPrice',
  'trades.recent': 'GET /api/v3/trades',
  'trades.historical': 'GET /api/v3/historicalTrades',
  'trades.aggregate': 'GET /api/v3/aggTrades',
  ticker: 'GET /api/v3/ticker',
  'ticker.24hr': 'GET /api/v3/ticker/24hr',
  'ticker.tradingDay': 'GET /api/v3/ticker/tradingDay',
  'ticker.price': 'GET /api/v3/ticker/price',
  'ticker.book': 'GET /api/v3/ticker/bookTicker',
  'order.place': 'POST /api/v3/order',
  'order.test': 'POST /api/v3/order/test',
  'order.cancel': 'DELETE /api/v3/order',
  'order.cancelReplace': 'POST /api/v3/order/cancelReplace',
  'order.status': 'GET /api/v3/order',
  'openOrders.status': 'GET /api/v3/openOrders',
  'openOrders.cancelAll': 'DELETE /api/v3/openOrders',
  'orderList.place': 'POST /api/v3/order/oco',
  'orderList.place.oco': 'POST /api/v3/orderList/oco',
  'orderList.cancel': 'DELETE /api/v3/orderList',
  'orderList.status': 'GET /api/v3/orderList',
  'openOrderLists.status': 'GET /api/v3/openOrderList',
  allOrders: 'GET /api/v3/allOrders',
  allOrderLists: 'GET /api/v3/allOrderList',
  myTrades: 'GET /api/v3/myTrades',
  'account.status': 'GET /api/v3/account',
  'account.commission': 'GET /api/v3/account/commission',
  'account.rateLimits.orders': 'GET /api/v3/rateLimit/order',
};

/** A request's parameters in the two forms they are needed in. */
interface Arguments {
  readonly params: () => Params;
  /** What is signed: all but the signature, by name, as `name=value` joined with `&`. */
  readonly payload: string;
  readonly apiKey: string | undefined;
  /** Whether the answer tells of the weight used. */
  readonly isCounting: boolean;
}

/** A connection that has logged on. */
interface Session {
  readonly accountId: string;
  readonly apiKey: string | undefined;
  /** Wall time of the logon. */
  readonly sinceMs: number;
}

/** Answers the frames of websocket API connections. */
export class WebsocketApi {
  readonly #dispatcher: Dispatcher;
  readonly #auth: Authenticator;
  readonly #users: UserStreams;
  readonly #sessions = new Map<Connection, Session>();

  constructor(parts: { dispatcher: Dispatcher; auth: Authenticator; users: UserStreams }) {
    this.#dispatcher = parts.dispatcher;
    this.#auth = parts.auth;
    this.#users = parts.users;
  }

  /** The account a connection has logged on to or listens to. */
  accountOf(connection: Connection): string | undefined {
    return this.#sessions.get(connection)?.accountId ?? this.#users.accountOf(connection);
  }

  drop(connection: Connection): void {
    this.#sessions.delete(connection);
    this.#users.drop(connection);
  }

  /** Ends a subscription as the venue does: with a notice, and the connection stays. */
  terminateUserStream(connection: Connection): void {
    this.#users.terminate(connection);
  }

  /** Answers a frame; `frame` is undefined when it was no JSON object. */
  answer(connection: Connection, frame: JsonObject | undefined): JsonObject {
    const id = frame?.['id'];
    const shownId = typeof id === 'string' || typeof id === 'number' ? id : null;
    if (frame === undefined) return failed(shownId, invalidJson());
    const method = typeof frame['method'] === 'string' ? frame['method'] : '';
    const given = argumentsOf(frame['params']);
    const route = ROUTES.get(METHODS[method] ?? '');
    if (route !== undefined) return { id: shownId, ...this.#call(connection, route, given) };
    try {
      return { id: shownId, status: 200, result: this.#own(connection, method, given) };
    } catch (error) {
      if (!(error instanceof BinanceError)) throw error;
      return failed(shownId, error);
    }
  }

  #call(connection: Connection, route: Route, given: Arguments): JsonObject {
    const sessionAccount =
      given.apiKey === undefined ? this.#sessions.get(connection)?.accountId : undefined;
    const { status, result, isOk, headers } = this.#dispatcher.call({
      route,
      ...given,
      sessionAccount,
    });
    const answer = { status, [isOk ? 'result' : 'error']: result };
    if (!given.isCounting) return answer;
    const count = Number(headers['x-mbx-used-weight-1m'] ?? 0);
    const rateLimits = this.#dispatcher.context.limits
      .announced()
      .filter(({ rateLimitType }) => rateLimitType === 'REQUEST_WEIGHT')
      .map((limit) => ({ ...limit, count }));
    return { ...answer, rateLimits };
  }

  /** What only this interface has. */
  #own(connection: Connection, method: string, given: Arguments): Json {
    switch (method) {
      case 'session.logon':
        return this.#logOn(connection, given);
      case 'session.status':
        return this.#sessionStatus(connection);
      case 'session.logout':
        this.#sessions.delete(connection);
        return this.#sessionStatus(connection);
      case 'userDataStream.subscribe':
        return this.#subscribe(connection, this.#sessions.get(connection)?.accountId);
      case 'userDataStream.subscribe.signature':
        return this.#subscribe(connection, this.#verified(given));
      case 'userDataStream.unsubscribe':
        this.#users.drop(connection);
        return {};
      default:
        throw unknownMethod();
    }
  }

  #verified({ params, payload, apiKey }: Arguments): string {
    return this.#auth.verify(apiKey, params(), { payload, isTrade: false });
  }

  #subscribe(connection: Connection, accountId: string | undefined): JsonObject {
    if (accountId === undefined) throw unauthenticatedSession();
    if (this.#users.accountOf(connection) !== undefined) throw subscriptionActive();
    return { subscriptionId: this.#users.subscribe(connection, accountId) };
  }

  #logOn(connection: Connection, given: Arguments): JsonObject {
    const accountId = this.#verified(given);
    const sinceMs = this.#dispatcher.context.wallNowMs();
    this.#sessions.set(connection, { accountId, apiKey: given.apiKey, sinceMs });
    return this.#sessionStatus(connection);
  }

  #sessionStatus(connection: Connection): JsonObject {
    const session = this.#sessions.get(connection);
    const nowMs = this.#dispatcher.context.wallNowMs();
    return {
      apiKey: session?.apiKey ?? null,
      authorizedSince: session?.sinceMs ?? null,
      returnRateLimits: true,
      serverTime: nowMs,
      userDataStream: this.#users.accountOf(connection) !== undefined,
    };
  }
}

function failed(id: Json, error: BinanceError): JsonObject {
  return { id, status: error.status, error: error.body() };
}

function argumentsOf(raw: Json | undefined): Arguments {
  const entries = typeof raw === 'object' && raw !== null ? Object.entries(raw as JsonObject) : [];
  const pairs = entries.map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const payload = pairs
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const sent = new Map(pairs);
  return {
    params: () => {
      const params = new Params(new URLSearchParams(pairs).toString());
      params.text('apiKey');
      params.text('signature');
      params.text('returnRateLimits');
      return params;
    },
    payload,
    apiKey: sent.get('apiKey'),
    isCounting: sent.get('returnRateLimits') !== 'false',
  };
}
