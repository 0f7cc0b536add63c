/**
 * The seam between the wire and a venue. The server moves bytes, delays and breaks them, and knows no protocol; a venue
 * knows its exchange's words, and no socket. One server serves one venue.
 */
import type { World } from '../market/world.ts';
import type { Conditions } from '../faults/conditions.ts';

/** An API key and what it opens. */
export interface Credential {
  readonly apiKey: string;
  readonly secret: string;
  /** Third part of a key on venues that have one (OKX); absent: any passphrase is taken. */
  readonly passphrase?: string;
  readonly accountId: string;
}

/** What a venue is made of. */
export interface VenueOptions {
  readonly world: World;
  readonly credentials: readonly Credential[];
  /** The exchange's own wall clock: epoch milliseconds, the clock skew of the conditions already in it. */
  readonly wallNowMs: () => number;
  /** Global faults, read at every request. */
  readonly conditions: Conditions;
}

/** A REST request as it came over the wire. */
export interface VenueRequest {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  /** Raw query string without `?`. */
  readonly query: string;
  /** Raw body. */
  readonly body: string;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
}

export interface VenueReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
  /** The world has changed: the reply must wait until that is on disk. */
  readonly isChanging: boolean;
}

/** What a fault rule and the request log match on; absent when the request does not say. Nothing secret. */
export interface RequestFacts {
  /** Account id of the key sent, whether or not the signature is good. */
  readonly account?: string;
  /** Venue-neutral market id such as `BTCUSDT`. */
  readonly symbol?: string;
  readonly clientOrderId?: string;
}

/** What a message to a client is about. `reply` answers a frame of the client; `control` is a heartbeat or a notice. */
export type MessageKind =
  'reply' | 'depth' | 'trade' | 'quote' | 'ticker' | 'candle' | 'order' | 'balance' | 'control';

export interface OutboundMessage {
  readonly text: string;
  readonly kind: MessageKind;
  /** Market id such as `BTCUSDT`. */
  readonly symbol?: string;
  /** The venue's own name of the stream, such as `btcusdt@trade`. */
  readonly stream?: string;
  readonly clientOrderId?: string;
}

/** One websocket connection as the venue sees it. Order is kept; a closed connection swallows what is sent. */
export interface VenueConnection {
  send(message: OutboundMessage): void;
  close(code: number, reason: string): void;
}

/** What a client's frame asks for, as far as fault rules care. */
export interface FrameFacts {
  readonly isSubscribe: boolean;
  /** The venue's own names of the streams it names. */
  readonly streams: readonly string[];
}

/** What a venue does with one connection. */
export interface VenueSocket {
  readonly kind: 'market' | 'user' | 'mixed';
  /** Account id once logged in. */
  readonly account: string | undefined;
  /** Never throws; a frame that is none asks for nothing. */
  describe(text: string): FrameFacts;
  /** Answers with `connection.send`. Never throws for what a client wrote. */
  onFrame(text: string): void;
  /** The connection is gone. */
  onClose(): void;
  /** Takes the user stream away as the exchange itself does it, with its notice; nothing when there is none. */
  endUserStream(): void;
}

export interface Venue {
  readonly name: 'binance' | 'okx';
  /** The client id of an order that its owner places by hand, by the order's number. */
  handmadeId(orderId: number): string;
  /** Never throws. */
  facts(request: VenueRequest): RequestFacts;
  /**
   * Answers a REST request; undefined when the path is none of the venue's. Called when the request reaches the engine,
   * after its delay on the way: clock windows are checked here.
   */
  answer(request: VenueRequest): VenueReply | undefined;
  /** A failure in this venue's own shape: the server's own and a fault's. */
  failure(status: number, message: string): VenueReply;
  /** A websocket was asked for; undefined when the path is none of the venue's. */
  connect(
    target: { readonly path: string; readonly query: string },
    connection: VenueConnection,
  ): VenueSocket | undefined;
  /**
   * Sends what was collected and is due. Called every few milliseconds.
   * @param monotonicMs wall time, for what is about the client.
   * @param paceMs time that market streams are paced by: the wall's, and the market's where it races.
   */
  flush(monotonicMs: number, paceMs: number): void;
  /** Benchmarks only: sends made-up prints on a market's trade stream. */
  flood?(marketId: string, count: number): void;
}
