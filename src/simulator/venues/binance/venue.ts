/** Binance spot over a world: what arrives as a request or a frame goes in, what the venue answers comes out. No sockets here. */
import type { World } from '../../market/world.ts';
import type { Credential } from './auth.ts';
import { Authenticator, withoutSignature } from './auth.ts';
import type { Connection } from './connections.ts';
import { BinanceError } from './errors.ts';
import { MarketStreams } from './marketStreams.ts';
import { Params } from './params.ts';
import type { RestContext } from './requests.ts';
import { ROUTES } from './rest.ts';
import type { Route } from './rest.ts';
import { UserStreams } from './userStreams.ts';
import type { Json, JsonObject } from './wire.ts';

/** A REST request as it came over the wire. */
interface VenueRequest {
  readonly method: string;
  readonly path: string;
  /** Raw query string without `?`. */
  readonly query: string;
  /** Raw form body. */
  readonly body: string;
  readonly apiKey: string | undefined;
}

interface VenueReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
  /** The world has changed: the reply must wait until that is on disk. */
  readonly isChanging: boolean;
}

export class BinanceVenue {
  readonly streams: MarketStreams;
  readonly users: UserStreams;
  readonly #auth: Authenticator;
  readonly #context: RestContext;
  #weightMinute = 0;
  #weightUsed = 0;

  constructor(options: {
    world: World;
    credentials: readonly Credential[];
    wallNowMs: () => number;
  }) {
    const { world, wallNowMs } = options;
    const cancelIds = new Map<number, string>();
    this.#auth = new Authenticator(options.credentials, wallNowMs);
    this.#context = { world, wallNowMs, cancelIds };
    this.streams = new MarketStreams(world);
    this.users = new UserStreams({ world, auth: this.#auth, wallNowMs, cancelIds });
  }

  /** Answers a REST request; undefined when the path is none of the venue's. */
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

  /** Answers a frame on a market data connection. */
  onStreamFrame(connection: Connection, text: string): string {
    const message = parseFrame(text);
    if (message === undefined)
      return '{"error":{"code":3,"msg":"Invalid JSON: expected an object with method, params and id"}}';
    return JSON.stringify(this.streams.handle(connection, message));
  }

  /** Answers a frame on a websocket API connection. */
  onApiFrame(connection: Connection, text: string): string {
    const message = parseFrame(text);
    if (message === undefined)
      return '{"id":null,"status":400,"error":{"code":-1135,"msg":"Invalid JSON Request"}}';
    return JSON.stringify(this.users.handle(connection, message));
  }

  #dispatch(route: Route, request: VenueRequest): Json {
    const params = new Params(request.query, request.body);
    if (!route.isSigned) return route.handle(this.#context, params);
    const credential = this.#auth.credentialOf(request.apiKey);
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

/** A frame as an object with method, params and id; undefined when it is no JSON object. */
function parseFrame(text: string): { method: unknown; params: unknown; id: Json } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const { method, params, id } = parsed as JsonObject;
  const isId = typeof id === 'string' || typeof id === 'number';
  return { method, params, id: isId ? id : null };
}
