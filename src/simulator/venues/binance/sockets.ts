/** Binance's two kinds of websocket connections as the wire server drives them. */
import type { FrameFacts, VenueSocket } from '../venue.ts';
import { Connection } from './connections.ts';
import type { MarketStreams } from './marketStreams.ts';
import type { UserStreams } from './userStreams.ts';
import type { Json, JsonObject } from './wire.ts';

/** A market data connection: `/ws` and `/stream`. */
export class StreamSocket implements VenueSocket {
  readonly kind = 'market';
  readonly account = undefined;
  readonly #streams: MarketStreams;
  readonly #connection: Connection;

  constructor(streams: MarketStreams, connection: Connection) {
    this.#streams = streams;
    this.#connection = connection;
  }

  describe(text: string): FrameFacts {
    const message = parseFrame(text);
    const isSubscribe = message?.method === 'SUBSCRIBE';
    const names = Array.isArray(message?.params) ? (message.params as unknown[]) : [];
    const streams = names.filter((name): name is string => typeof name === 'string');
    return { isSubscribe, streams };
  }

  onFrame(text: string): void {
    const message = parseFrame(text);
    const reply =
      message === undefined
        ? '{"error":{"code":3,"msg":"Invalid JSON: expected an object with method, params and id"}}'
        : JSON.stringify(this.#streams.handle(this.#connection, message));
    this.#connection.reply(reply);
  }

  onClose(): void {
    this.#streams.drop(this.#connection);
  }

  endUserStream(): void {
    // Market data has none.
  }
}

/** A websocket API connection: `/ws-api/...`. */
export class ApiSocket implements VenueSocket {
  readonly kind = 'user';
  readonly #users: UserStreams;
  readonly #connection: Connection;

  constructor(users: UserStreams, connection: Connection) {
    this.#users = users;
    this.#connection = connection;
  }

  get account(): string | undefined {
    return this.#users.accountOf(this.#connection);
  }

  describe(text: string): FrameFacts {
    const method = parseFrame(text)?.method;
    const isSubscribe = typeof method === 'string' && method.includes('.subscribe');
    return { isSubscribe, streams: typeof method === 'string' ? [method] : [] };
  }

  onFrame(text: string): void {
    const message = parseFrame(text);
    const reply =
      message === undefined
        ? '{"id":null,"status":400,"error":{"code":-1135,"msg":"Invalid JSON Request"}}'
        : JSON.stringify(this.#users.handle(this.#connection, message));
    this.#connection.reply(reply);
  }

  onClose(): void {
    this.#users.drop(this.#connection);
  }

  endUserStream(): void {
    this.#users.terminate(this.#connection);
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
