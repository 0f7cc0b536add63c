/** Binance's two kinds of websocket connections as the wire server drives them. */
import type { FrameFacts, VenueSocket } from '../venue.ts';
import type { Connection } from './connections.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { MarketStreams } from './marketStreams.ts';
import { answerStreamFrame } from './streamFrames.ts';
import type { WebsocketApi } from './websocketApi.ts';

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
    const message = parseObject(text);
    const names: readonly Json[] = Array.isArray(message?.['params'])
      ? (message['params'] as Json[])
      : [];
    const streams = names.filter((name): name is string => typeof name === 'string');
    return { isSubscribe: message?.['method'] === 'SUBSCRIBE', streams };
  }

  onFrame(text: string): void {
    answerStreamFrame(this.#streams, this.#connection, parseObject(text));
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
  readonly #api: WebsocketApi;
  readonly #connection: Connection;

  constructor(api: WebsocketApi, connection: Connection) {
    this.#api = api;
    this.#connection = connection;
  }

  get account(): string | undefined {
    return this.#api.accountOf(this.#connection);
  }

  describe(text: string): FrameFacts {
    const method = parseObject(text)?.['method'];
    const isSubscribe = typeof method === 'string' && method.includes('.subscribe');
    return { isSubscribe, streams: typeof method === 'string' ? [method] : [] };
  }

  onFrame(text: string): void {
    this.#connection.reply(JSON.stringify(this.#api.answer(this.#connection, parseObject(text))));
  }

  onClose(): void {
    this.#api.drop(this.#connection);
  }

  endUserStream(): void {
    this.#api.terminateUserStream(this.#connection);
  }
}

/** A frame as an object; undefined when it is none. */
function parseObject(text: string): JsonObject | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  return parsed as JsonObject;
}
