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
import { Dispatcher } from './dispatcher.ts';
import { Limits } from './limits.ts';
import { MarketStreams } from './marketStreams.ts';
import { Params } from './params.ts';
import { ROUTES } from './rest.ts';
import { ApiSocket, StreamSocket } from './sockets.ts';
import { UserStreams } from './userStreams.ts';
import { WebsocketApi } from './websocketApi.ts';

/** Binance spot as the wire server drives it. */
export class BinanceVenue implements Venue {
  readonly name = 'binance';
  readonly #streams: MarketStreams;
  readonly #users: UserStreams;
  readonly #api: WebsocketApi;
  readonly #auth: Authenticator;
  readonly #dispatcher: Dispatcher;

  constructor(options: VenueOptions) {
    const { world, wallNowMs, conditions } = options;
    const cancelIds = new Map<number, string>();
    const limits = new Limits({ wallNowMs, conditions });
    this.#auth = new Authenticator(options);
    const context = { world, wallNowMs, conditions, limits, cancelIds };
    this.#dispatcher = new Dispatcher(context, this.#auth);
    this.#streams = new MarketStreams(world);
    this.#users = new UserStreams(world, cancelIds);
    this.#api = new WebsocketApi({
      dispatcher: this.#dispatcher,
      auth: this.#auth,
      users: this.#users,
    });
  }

  /** Binance's own apps name their orders. */
  handmadeId(orderId: number): string {
    return `web_${String(orderId)}`;
  }

  facts(request: VenueRequest): RequestFacts {
    const query = new URLSearchParams(request.query);
    const body = new URLSearchParams(request.body);
    const text = (name: string): string | undefined =>
      query.get(name) ?? body.get(name) ?? undefined;
    const account = this.#auth.accountOf(request.header('x-mbx-apikey'));
    const symbol = text('symbol');
    const clientOrderId =
      text('newClientOrderId') ?? text('origClientOrderId') ?? text('listClientOrderId');
    return {
      ...(account !== undefined && { account }),
      ...(symbol !== undefined && { symbol }),
      ...(clientOrderId !== undefined && { clientOrderId }),
    };
  }

  answer(request: VenueRequest): VenueReply | undefined {
    const route = ROUTES.get(`${request.method} ${request.path}`);
    if (route === undefined) return undefined;
    const { query, body } = request;
    const outcome = this.#dispatcher.call({
      route,
      params: () => new Params(query, body),
      payload: withoutSignature(query) + withoutSignature(body),
      apiKey: request.header('x-mbx-apikey'),
    });
    const { status, headers, result } = outcome;
    // A request that failed may still have changed something: the first half of a cancel-replace.
    return { status, headers, body: JSON.stringify(result), isChanging: route.access === 'trade' };
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
    if (path.startsWith('/ws-api/')) return new ApiSocket(this.#api, new Connection(out, false));
    if (!/^\/(?:stream|ws)(?:\/|$)/.test(path)) return undefined;
    const named = new URLSearchParams(query).get('streams');
    const connection = new Connection(out, path === '/stream');
    // A raw stream is named by the path itself.
    const names = (named?.split('/') ?? path.split('/').slice(2)).filter((name) =>
      name.includes('@'),
    );
    for (const name of names) this.#streams.subscribe(connection, name);
    return new StreamSocket(this.#streams, connection);
  }

  flush(_monotonicMs: number, paceMs: number): void {
    this.#streams.flush(paceMs);
  }

  flood(marketId: string, count: number): void {
    this.#streams.flood(marketId, count);
  }
}
