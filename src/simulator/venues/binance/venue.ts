/** Binance spot over a world: what arrives as a request or a frame goes in, what the venue answers comes out. No sockets here. */
import type {
  RequestFacts,
  Venue,
  VenueConnection,
  VenueOptions,
  VenueReply,
  VenueRequest,
  VenueSocket,
} from '../venue.ts';
import { Authenticator, withoutSignature } from './auth.ts';
import { Connection } from './connections.ts';
import { BinanceError } from './errors.ts';
import { MarketStreams } from './marketStreams.ts';
import { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { ROUTES } from './rest.ts';
import type { Route } from './rest.ts';
import { ApiSocket, StreamSocket } from './sockets.ts';
import { UserStreams } from './userStreams.ts';
import type { Json } from './wire.ts';

export class BinanceVenue implements Venue {
  readonly name = 'binance';
  readonly #streams: MarketStreams;
  readonly #users: UserStreams;
  readonly #auth: Authenticator;
  readonly #context: RestContext;
  #weightMinute = 0;
  #weightUsed = 0;

  constructor(options: VenueOptions) {
    const { world, wallNowMs } = options;
    const cancelIds = new Map<number, string>();
    this.#auth = new Authenticator(options.credentials, wallNowMs);
    this.#context = { world, wallNowMs, cancelIds };
    this.#streams = new MarketStreams(world);
    this.#users = new UserStreams({ world, auth: this.#auth, wallNowMs, cancelIds });
  }

  facts(request: VenueRequest): RequestFacts {
    const query = new URLSearchParams(request.query);
    const body = new URLSearchParams(request.body);
    const text = (name: string): string | undefined =>
      query.get(name) ?? body.get(name) ?? undefined;
    const account = this.#auth.accountOf(request.header('x-mbx-apikey'));
    const symbol = text('symbol');
    const clientOrderId = text('newClientOrderId') ?? text('origClientOrderId');
    return {
      ...(account !== undefined && { account }),
      ...(symbol !== undefined && { symbol }),
      ...(clientOrderId !== undefined && { clientOrderId }),
    };
  }

  answer(request: VenueRequest): VenueReply | undefined {
    const route = ROUTES.get(`${request.method} ${request.path}`);
    if (route === undefined) return undefined;
    const headers = this.#countWeight(route.weight);
    try {
      const result = this.#dispatch(route, request);
      return {
        status: 200,
        headers,
        body: JSON.stringify(result),
        isChanging: route.isSigned && route.isChanging,
      };
    } catch (error) {
      if (!(error instanceof BinanceError)) throw error;
      return {
        status: error.status,
        headers,
        body: JSON.stringify(error.body()),
        isChanging: false,
      };
    }
  }

  failure(status: number, message: string): VenueReply {
    const body = JSON.stringify({ code: -1000, msg: message });
    return { status, headers: {}, body, isChanging: false };
  }

  connect(
    target: { readonly path: string; readonly query: string },
    out: VenueConnection,
  ): VenueSocket | undefined {
    const { path, query } = target;
    if (path.startsWith('/ws-api/')) return new ApiSocket(this.#users, new Connection(out, false));
    if (!/^\/(?:stream|ws)(?:\/|$)/.test(path)) return undefined;
    const streams = new URLSearchParams(query).get('streams');
    const connection = new Connection(out, streams !== null);
    for (const name of streams?.split('/') ?? []) this.#streams.subscribe(connection, name);
    return new StreamSocket(this.#streams, connection);
  }

  flush(monotonicMs: number): void {
    this.#streams.flush(monotonicMs);
  }

  flood(marketId: string, count: number): void {
    this.#streams.flood(marketId, count);
  }

  #dispatch(route: Route, request: VenueRequest): Json {
    const params = new Params(request.query, request.body);
    if (!route.isSigned) return route.handle(this.#context, params);
    const credential = this.#auth.credentialOf(request.header('x-mbx-apikey'));
    const payload = withoutSignature(request.query) + withoutSignature(request.body);
    this.#auth.verify(credential, params, payload);
    const account = this.#context.world.engine.accounts.get(credential.accountId);
    if (account === undefined) throw new Error(`no account ${credential.accountId}`);
    return route.handle(this.#context, params, account);
  }

  /** Counts request weight per wall-clock minute and tells it in the headers. Limits are not enforced. */
  #countWeight(weight: number): Record<string, string> {
    const minute = Math.floor(this.#context.wallNowMs() / 60_000);
    if (minute !== this.#weightMinute) this.#weightUsed = 0;
    this.#weightMinute = minute;
    this.#weightUsed += weight;
    const used = String(this.#weightUsed);
    return { 'x-mbx-used-weight': used, 'x-mbx-used-weight-1m': used };
  }
}
