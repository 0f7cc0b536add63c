/** One websocket connection as the channels see it. */
import type { Account } from '../../engine/account.ts';
import type { JsonObject } from '../shared/json.ts';
import type { OutboundMessage, VenueConnection } from '../venue.ts';

/** Which of OKX's websocket addresses a connection came in at; each has its own channels. */
export type Address = 'public' | 'private' | 'business';

/** A connection, its address, and whose it is. */
export class Peer {
  readonly connId: string;
  readonly address: Address;
  /** Whose it is, once logged in. */
  account: Account | undefined;
  /** Something was received or sent since the last look. */
  isActive = true;
  readonly #connection: VenueConnection;

  constructor(connection: VenueConnection, address: Address, connId: string) {
    this.#connection = connection;
    this.address = address;
    this.connId = connId;
  }

  send(message: OutboundMessage): void {
    this.isActive = true;
    this.#connection.send(message);
  }

  /** Answers a frame; the connection's own id is added. */
  reply(event: JsonObject): void {
    this.send({ text: JSON.stringify({ ...event, connId: this.connId }), kind: 'reply' });
  }

  close(code: number, reason: string): void {
    this.#connection.close(code, reason);
  }
}
