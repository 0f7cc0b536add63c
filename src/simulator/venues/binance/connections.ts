/** WebSocket connections of the venue and the channels they listen to. */
import { Subscriptions } from '../shared/subscriptions.ts';
import type { MessageKind, VenueConnection } from '../venue.ts';

/** Most channels one connection may listen to. */
export const CHANNELS_PER_CONNECTION_MAX = 1_024;

/** Close code of RFC 6455 for a message that breaks the server's rules. */
const POLICY_VIOLATION = 1008;

/** One client connection. */
export class Connection {
  readonly channels = new Set<string>();
  /** Combined connections wrap payloads as `{stream, data}`. */
  isCombined: boolean;
  readonly #out: VenueConnection;

  constructor(out: VenueConnection, isCombined: boolean) {
    this.#out = out;
    this.isCombined = isCombined;
  }

  /** Says goodbye as the venue does to a client that does not speak its language. */
  refuse(reason: string): void {
    this.#out.close(POLICY_VIOLATION, reason);
  }

  /** Answers a frame of the client. */
  reply(text: string): void {
    this.#out.send({ text, kind: 'reply' });
  }

  /** Sends an event of the user's own. */
  sendOwn(
    text: string,
    about: { kind: 'order' | 'balance' | 'control'; symbol?: string; clientOrderId?: string },
  ): void {
    this.#out.send({ text, ...about });
  }

  sendEvent(channel: string, payload: string): void {
    const text = this.isCombined ? `{"stream":"${channel}","data":${payload}}` : payload;
    const at = channel.indexOf('@');
    const kind = kindOf(channel.slice(at + 1));
    // Streams of all symbols at once are marked with "!".
    const symbol = channel.startsWith('!') ? {} : { symbol: channel.slice(0, at).toUpperCase() };
    this.#out.send({ text, kind, stream: channel, ...symbol });
  }
}

/** What a stream carries, by its name after the `@`. */
function kindOf(stream: string): MessageKind {
  if (stream.startsWith('depth')) return 'depth';
  if (stream.startsWith('kline')) return 'candle';
  if (stream === 'bookTicker') return 'quote';
  return stream === 'trade' || stream === 'aggTrade' ? 'trade' : 'ticker';
}

/** Who listens to which channel, and what goes out on it. */
export class Channels {
  readonly #subscriptions = new Subscriptions<Connection>();

  has(channel: string): boolean {
    return this.#subscriptions.has(channel);
  }

  add(channel: string, connection: Connection): void {
    this.#subscriptions.add(channel, connection);
    connection.channels.add(channel);
  }

  remove(channel: string, connection: Connection): void {
    connection.channels.delete(channel);
    this.#subscriptions.remove(channel, connection);
  }

  removeAll(connection: Connection): void {
    for (const channel of [...connection.channels]) this.remove(channel, connection);
  }

  /** Sends to everybody on a channel; the payload is only made when somebody listens. */
  publish(channel: string, payload: () => unknown): void {
    if (!this.#subscriptions.has(channel)) return;
    const text = JSON.stringify(payload());
    for (const listener of this.#subscriptions.of(channel)) listener.sendEvent(channel, text);
  }
}
