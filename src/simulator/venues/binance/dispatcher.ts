/** Calls an endpoint for whoever asks, over REST or the websocket API: limits, maintenance, signature, rights, then the handler. */
import type { Account } from '../../engine/account.ts';
import type { Authenticator } from './auth.ts';
import { BinanceError, underMaintenance } from './errors.ts';
import type { Json } from '../shared/json.ts';
import type { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import type { Route, SignedRoute } from './routes.ts';

/** One request for an endpoint. */
export interface Call {
  readonly route: Route;
  /** Reads the parameters. @throws BinanceError −1101. */
  readonly params: () => Params;
  /** What was signed. */
  readonly payload: string;
  readonly apiKey: string | undefined;
  /** Account of a session that has logged on: its requests need no signature. */
  readonly sessionAccount?: string | undefined;
}

/** What a call came to; `result` is the error’s body when it failed. */
export interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly result: Json;
  readonly isOk: boolean;
}

/** The way to every endpoint. */
export class Dispatcher {
  readonly context: RestContext;
  readonly #auth: Authenticator;

  constructor(context: RestContext, auth: Authenticator) {
    this.context = context;
    this.#auth = auth;
  }

  /** Never throws for what a client sent. */
  call(call: Call): Outcome {
    let headers: Readonly<Record<string, string>> = {};
    try {
      if (this.context.conditions.maintenance) throw underMaintenance();
      const params = call.params();
      const { weight } = call.route;
      headers = this.context.limits.count(typeof weight === 'number' ? weight : weight(params));
      this.context.limits.check(call.sessionAccount ?? this.#auth.accountOf(call.apiKey));
      const answer = this.#run(call, params);
      headers = { ...headers, ...answer.headers };
      return { status: 200, headers, result: answer.result, isOk: true };
    } catch (error) {
      if (!(error instanceof BinanceError)) throw error;
      const { status, retryAfterSeconds } = error;
      if (retryAfterSeconds !== undefined)
        headers = { ...headers, 'retry-after': String(retryAfterSeconds) };
      return { status, headers, result: error.body(), isOk: false };
    }
  }

  #run(call: Call, params: Params): { headers: Readonly<Record<string, string>>; result: Json } {
    const { route } = call;
    if (route.access === 'open') {
      const result = route.handle(this.context, params);
      params.assertAllRead();
      return { headers: {}, result };
    }
    const account = this.#accountOf(call, route, params);
    const { limits } = this.context;
    if (route.orders > 0) limits.countOrders(account.id, route.orders);
    const result = route.handle(this.context, params, account);
    if (route.access === 'read') params.assertAllRead();
    return { headers: route.orders > 0 ? limits.orderHeaders(account.id) : {}, result };
  }

  #accountOf(call: Call, route: SignedRoute, params: Params): Account {
    const isTrade = route.access === 'trade';
    const { payload, sessionAccount } = call;
    if (sessionAccount !== undefined) {
      params.integer('timestamp');
      params.integer('recvWindow');
      this.#auth.checkRights(sessionAccount, isTrade);
    }
    const accountId =
      sessionAccount ?? this.#auth.verify(call.apiKey, params, { payload, isTrade });
    const account = this.context.world.engine.accounts.get(accountId);
    if (account === undefined) throw new Error(`no account ${accountId}`);
    return account;
  }
}
