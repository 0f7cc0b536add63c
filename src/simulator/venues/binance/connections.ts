/** WebSocket connections of the venue and the channels they listen to. */
import type { WebSocket } from 'ws';

/** Most channels one connection may listen to. */
export const CHANNELS_PER_CONNECTION_MAX = 1_024;
/** A client that leaves more than this unread is cut off. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;

/** One client connection. */
export class Connection {
  readonly channels = new Set<string>();
  readonly #socket: WebSocket;
  /** Combined connections wrap payloads as `{stream, data}`. */
  readonly #isCombined: boolean;

  constructor(socket: WebSocket, isCombined: boolean) {
    this.#socket = socket;
    this.#isCombined = isCombined;
  }

  send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > UNREAD_BYTES_MAX) this.#socket.terminate();
    else this.#socket.send(text);
  }

  sendEvent(channel: string, payload: string): void {
    this.send(this.#isCombined ? `{"stream":"${channel}","data":${payload}}` : payload);
  }
}

/** Who listens to which channel. */
export class Channels {
  readonly #listeners = new Map<string, Set<Connection>>();

  has(channel: string): boolean {
    return this.#listeners.has(channel);
  }

  add(channel: string, connection: Connection): void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    listeners.add(connection);
    this.#listeners.set(channel, listeners);
    connection.channels.add(channel);
  }

  remove(channel: string, connection: Connection): void {
    connection.channels.delete(channel);
    const listeners = this.#listeners.get(channel);
    listeners?.delete(connection);
    if (listeners?.size === 0) this.#listeners.delete(channel);
  }

  removeAll(connection: Connection): void {
    for (const channel of [...connection.channels]) this.remove(channel, connection);
  }

  /** Sends to everybody on a channel; the payload is only made when somebody listens. */
  publish(channel: string, payload: () => unknown): void {
    const listeners = this.#listeners.get(channel);
    if (listeners === undefined) return;
    const text = JSON.stringify(payload());
    for (const listener of listeners) listener.sendEvent(channel, text);
  }
}
