/** One websocket as the venue sees it: what it sends takes its time, keeps its order, and meets the faults of the rules. */
import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import type { ConnectionAction, EventAction } from './faults/ruleSchema.ts';
import type { FaultFacts } from './faults/ruleSet.ts';
import { Lane } from './lane.ts';
import type { Leg } from './latency.ts';
import type { WireParts } from './wireParts.ts';
import type { MessageKind, OutboundMessage, VenueConnection, VenueSocket } from './venues/venue.ts';

/** A client that leaves more than this unread is cut off. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;
const BAD_FRAME = '{"bad frame';

export class WireSocket implements VenueConnection {
  readonly path: string;
  readonly #parts: WireParts;
  readonly #inward: Lane;
  readonly #outward: Lane;
  /** Streams that the client has asked for. */
  readonly #streams = new Set<string>();
  /** Messages that wait for the next of their kind. */
  readonly #swapped = new Map<MessageKind, OutboundMessage>();
  readonly #onUserEvent: (socket: WireSocket) => void;
  #client: WebSocket | undefined;
  /** Carries the client's frames. */
  #transport: Writable | undefined;
  /** What is written waits for the end of this turn, to leave together. */
  #isGathering = false;
  #venueSocket: VenueSocket | undefined;
  /** Says nothing any more; heartbeats alone may still pass. */
  #stall: { readonly pong: boolean } | undefined;

  /** @param onUserEvent called before an order or balance event is queued. */
  constructor(path: string, parts: WireParts, onUserEvent: (socket: WireSocket) => void) {
    this.path = path;
    this.#parts = parts;
    this.#onUserEvent = onUserEvent;
    this.#inward = new Lane(parts.backlog);
    this.#outward = new Lane(parts.backlog);
  }

  /** Bytes sent that the client has not taken yet. */
  get unreadBytes(): number {
    return this.#client?.bufferedAmount ?? 0;
  }

  /** The handshake is through. */
  open(client: WebSocket, transport: Writable, venueSocket: VenueSocket): void {
    this.#client = client;
    this.#transport = transport;
    this.#venueSocket = venueSocket;
    client.on('ping', (data) => {
      if (this.#stall?.pong !== false) client.pong(data);
    });
    this.offer();
  }

  /** A frame of the client. */
  receive(text: string): void {
    this.#inward.push(this.#parts.latency.sample('ingress'), () => {
      const socket = this.#venueSocket;
      if (socket === undefined || this.#client?.readyState !== WebSocket.OPEN) return;
      const { isSubscribe, streams } = socket.describe(text);
      if (isSubscribe && this.#isIgnored(streams)) return;
      if (isSubscribe) for (const stream of streams) this.#streams.add(stream);
      socket.onFrame(text);
    });
  }

  send(message: OutboundMessage): void {
    const { rules } = this.#parts;
    if (rules.has('connection')) {
      const strike = rules.strike('connection', this.#factsOf(message));
      if (strike !== undefined) this.#act(strike.action);
    }
    const strike = rules.has('event') ? rules.strike('event', this.#factsOf(message)) : undefined;
    if (strike === undefined) this.#queue(message);
    else this.#distort(message, strike.action);
    this.#sendSwapped(message);
  }

  close(code: number, reason: string): void {
    this.#outward.push(0, () => this.#client?.close(code, reason));
  }

  /** The connection as such is offered to the rules about connections. */
  offer(): void {
    const { rules } = this.#parts;
    if (!rules.has('connection')) return;
    const facts = { path: this.path, account: this.#venueSocket?.account, streams: this.#streams };
    const strike = rules.strike('connection', facts);
    if (strike !== undefined) this.#act(strike.action);
  }

  /** Sends nothing until {@link release}. */
  hold(): void {
    this.#outward.hold();
  }

  release(): void {
    this.#outward.release();
  }

  /** Hands to the system what was gathered in this turn. */
  letGo(): void {
    if (!this.#isGathering) return;
    this.#isGathering = false;
    this.#transport?.uncork();
  }

  /** The client is gone. */
  dispose(): void {
    this.#inward.close();
    this.#outward.close();
  }

  #factsOf(message: OutboundMessage): FaultFacts {
    const { kind, symbol, stream, clientOrderId } = message;
    const streams = stream === undefined ? undefined : [stream];
    const account = this.#venueSocket?.account;
    return { path: this.path, account, symbol, clientOrderId, streams, event: kind };
  }

  #isIgnored(streams: readonly string[]): boolean {
    const { rules } = this.#parts;
    if (!rules.has('frame')) return false;
    const account = this.#venueSocket?.account;
    return rules.strike('frame', { path: this.path, account, streams }) !== undefined;
  }

  #distort(message: OutboundMessage, action: EventAction): void {
    switch (action.type) {
      case 'drop-event':
        return;
      case 'duplicate-event':
        this.#queue(message);
        this.#queue(message);
        return;
      case 'delay-event':
        this.#queue(message, action.ms);
        return;
      case 'bad-frame':
        this.#queue({ ...message, text: BAD_FRAME });
        return;
      case 'swap-event':
        if (this.#swapped.has(message.kind)) this.#queue(message);
        else this.#swapped.set(message.kind, message);
        return;
    }
  }

  /** Sends the message of a kind that waited for this one. */
  #sendSwapped(message: OutboundMessage): void {
    const waiting = this.#swapped.get(message.kind);
    if (waiting === undefined || waiting === message) return;
    this.#swapped.delete(message.kind);
    this.#queue(waiting);
  }

  #queue(message: OutboundMessage, extraMs = 0): void {
    if (message.kind === 'order' || message.kind === 'balance') this.#onUserEvent(this);
    const delayMs = this.#parts.latency.sample(this.#legOf(message.kind)) + extraMs;
    this.#outward.push(delayMs, () => {
      this.#write(message);
    });
  }

  #legOf(kind: MessageKind): Leg {
    if (kind === 'order' || kind === 'balance') return 'user';
    const isOwn = kind === 'reply' || kind === 'control';
    return isOwn && this.#venueSocket?.kind === 'user' ? 'user' : 'market';
  }

  #write(message: OutboundMessage): void {
    const client = this.#client;
    if (client?.readyState !== WebSocket.OPEN) return;
    if (this.#stall !== undefined && !(this.#stall.pong && message.kind === 'control')) return;
    if (client.bufferedAmount > UNREAD_BYTES_MAX) {
      client.terminate();
      return;
    }
    this.#gather();
    client.send(message.text);
  }

  /** One write to the system for all messages of a turn, instead of one each: that is most of what a message costs. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#transport?.cork();
    queueMicrotask(() => {
      this.letGo();
    });
  }

  #act(action: ConnectionAction): void {
    switch (action.type) {
      case 'terminate':
        this.letGo();
        this.#client?.terminate();
        return;
      case 'close':
        this.#client?.close(action.code, action.reason);
        return;
      case 'stall':
        this.#stall = { pong: action.pong };
        return;
      case 'end-user-stream':
        this.#venueSocket?.endUserStream();
        return;
    }
  }
}
