/** The websocket half of the wire: handshakes, connections, and what becomes of them. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RawData } from 'ws';
import { WireSocket } from './wireSocket.ts';
import type { WireParts } from './wireParts.ts';
import { splitUrl } from './wireParts.ts';

const FRAME_BYTES_MAX = 64 * 1024;
const CONNECTIONS_MAX = 512;
const REASONS: Readonly<Record<number, string>> = { 404: 'Not Found', 503: 'Service Unavailable' };

export class SocketFront {
  readonly #parts: WireParts;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
    autoPong: false,
  });
  readonly #sockets = new Set<WireSocket>();
  /** Connections that user events were held back on since the hold began; undefined: nothing is held. */
  #held: Set<WireSocket> | undefined;

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  /** Open connections. */
  get count(): number {
    return this.#sockets.size;
  }

  /** Bytes sent that clients have not taken yet. */
  get unreadBytes(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.unreadBytes;
    return bytes;
  }

  /** Hands to the system what sockets have gathered. */
  letGo(): void {
    for (const socket of this.#sockets) socket.letGo();
  }

  /** Every open connection meets the rules about connections: they may be new. */
  offer(): void {
    for (const socket of [...this.#sockets]) socket.offer();
  }

  /** Runs something whose user events must wait. @returns what lets them go. */
  hold(during: () => void): () => void {
    const held = new Set<WireSocket>();
    this.#held = held;
    try {
      during();
    } finally {
      this.#held = undefined;
    }
    return () => {
      for (const socket of held) socket.release();
    };
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { venue, rules } = this.#parts;
    const target = splitUrl(request.url ?? '/');
    const strike = rules.strike('upgrade', { path: target.path });
    if (strike !== undefined) {
      const { action } = strike;
      const status = action.type === 'refuse-upgrade' ? action.status : 0;
      // A handshake left without an answer ends when the client or the server gives up.
      if (status > 0) refuse(socket, status);
      this.#record(target.path, status, strike.ruleId);
      return;
    }
    const wire = new WireSocket(target.path, this.#parts, (own) => {
      this.#holdBack(own);
    });
    const isFull = this.#sockets.size >= CONNECTIONS_MAX;
    const venueSocket = isFull ? undefined : venue.connect(target, wire);
    if (venueSocket === undefined) {
      refuse(socket, isFull ? 503 : 404);
      this.#record(target.path, isFull ? 503 : 404);
      return;
    }
    socket.once('close', () => {
      this.#sockets.delete(wire);
      wire.dispose();
      venueSocket.onClose();
    });
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#record(target.path, 101);
      client.on('message', (data) => {
        wire.receive(textOf(data));
      });
      client.on('error', () => {
        client.terminate();
      });
      this.#sockets.add(wire);
      wire.open(client, socket, venueSocket);
    });
  }

  #holdBack(socket: WireSocket): void {
    if (this.#held === undefined || this.#held.has(socket)) return;
    this.#held.add(socket);
    socket.hold();
  }

  #record(path: string, status: number, fault?: string): void {
    const { log, wallNowMs } = this.#parts;
    log.add({
      at_ms: wallNowMs(),
      method: 'UPGRADE',
      path,
      status,
      answered_after_ms: 0,
      ...(fault !== undefined && { fault }),
    });
  }
}

function refuse(socket: Duplex, status: number): void {
  const reason = REASONS[status] ?? 'Refused';
  socket.end(
    `HTTP/1.1 ${String(status)} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString('utf8');
}
