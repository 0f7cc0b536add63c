/** Loopback HTTP and websocket server of the simulated exchange: moves bytes between sockets, the venue and the control endpoint. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawData } from 'ws';
import type { OutboundMessage, Venue, VenueConnection } from './venues/venue.ts';

/** The only address ever listened on. */
const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 64 * 1024;
const FRAME_BYTES_MAX = 64 * 1024;
const CONNECTIONS_MAX = 512;
/** A client that leaves more than this unread is cut off. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;
/** Requests remembered for `GET /sim/log`. */
const LOG_MAX = 2_000;

/** One finished request. Nothing secret: the query is left out. */
export interface RequestRecord {
  readonly at_ms: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

interface WireServerOptions {
  readonly venue: Venue;
  /** Answers `METHOD /sim/...`; undefined for an unknown path. */
  readonly control: (route: string) => Promise<unknown>;
  readonly controlToken: string;
  /** Resolves when everything that has changed is on disk. */
  readonly durable: () => Promise<void>;
  readonly wallNowMs: () => number;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class WireServer {
  readonly #options: WireServerOptions;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  #log: RequestRecord[] = [];

  constructor(options: WireServerOptions) {
    this.#options = options;
    this.#http = createServer((request, response) => {
      void this.#serve(request, response);
    });
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: false,
    });
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** Starts listening; @returns the port. @throws Error when the port is taken. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, HOST, () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
    return (this.#http.address() as AddressInfo).port;
  }

  /** The latest requests, oldest first. */
  get log(): readonly RequestRecord[] {
    return this.#log;
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => {
        resolve();
      });
    });
    this.#http.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = splitUrl(request.url ?? '/');
    const method = request.method ?? 'GET';
    let reply: Reply;
    try {
      const body = await readBody(request);
      reply = await this.#reply({ method, path, query, body, request });
    } catch (error) {
      // A defect of this program, or a body that is too large.
      const message = error instanceof Error ? error.message : String(error);
      reply = this.#options.venue.failure(500, message);
    }
    this.#record({ at_ms: this.#options.wallNowMs(), method, path, status: reply.status });
    if (response.destroyed) return;
    response.writeHead(reply.status, {
      'content-type': 'application/json;charset=UTF-8',
      ...reply.headers,
    });
    response.end(reply.body);
  }

  async #reply(call: {
    method: string;
    path: string;
    query: string;
    body: string;
    request: IncomingMessage;
  }): Promise<Reply> {
    const { method, path, query, body, request } = call;
    if (path.startsWith('/sim/')) return this.#controlReply(`${method} ${path}`, request);
    const { venue } = this.#options;
    const header = (name: string): string | undefined => headerOf(request, name);
    const reply = venue.answer({ method, path, query, body, header });
    if (reply === undefined) return venue.failure(404, `Path ${path}, Method ${method} is invalid`);
    if (reply.isChanging) await this.#options.durable();
    return reply;
  }

  async #controlReply(route: string, request: IncomingMessage): Promise<Reply> {
    if (headerOf(request, 'x-sim-token') !== this.#options.controlToken) {
      return {
        status: 403,
        headers: {},
        body: '{"error":"the X-Sim-Token header is missing or wrong"}',
      };
    }
    const document = await this.#options.control(route);
    if (document === undefined)
      return {
        status: 404,
        headers: {},
        body: JSON.stringify({ error: `no control route ${route}` }),
      };
    return { status: 200, headers: {}, body: JSON.stringify(document) };
  }

  #record(record: RequestRecord): void {
    this.#log.push(record);
    if (this.#log.length >= 2 * LOG_MAX) this.#log = this.#log.slice(-LOG_MAX);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const target = splitUrl(request.url ?? '/');
    if (this.#sockets.clients.size >= CONNECTIONS_MAX) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    const connection = new WireConnection();
    const venueSocket = this.#options.venue.connect(target, connection);
    if (venueSocket === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    socket.once('close', () => {
      venueSocket.onClose();
    });
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      connection.open(client);
      client.on('message', (data) => {
        venueSocket.onFrame(textOf(data));
      });
      client.on('error', () => {
        client.terminate();
      });
    });
  }
}

/** A venue's connection over a websocket, which is only there once the handshake is through. */
class WireConnection implements VenueConnection {
  #socket: WebSocket | undefined;

  open(socket: WebSocket): void {
    this.#socket = socket;
  }

  send(message: OutboundMessage): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > UNREAD_BYTES_MAX) socket.terminate();
    else socket.send(message.text);
  }

  close(code: number, reason: string): void {
    this.#socket?.close(code, reason);
  }
}

/** Path and raw query of a request target. */
function splitUrl(target: string): { path: string; query: string } {
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) };
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = chunk as Buffer;
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX)
      throw new Error(`request body of more than ${String(BODY_BYTES_MAX)} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString('utf8');
}
