/** Loopback HTTP and websocket server of the simulated exchange: moves bytes between sockets, the venue and the control endpoint. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import { Connection } from './venues/binance/connections.ts';
import type { BinanceVenue } from './venues/binance/venue.ts';

/** The only address ever listened on. */
const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 64 * 1024;
const FRAME_BYTES_MAX = 64 * 1024;
const CONNECTIONS_MAX = 512;
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
  readonly venue: BinanceVenue;
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
      // A defect of this program, or a body that is too large: the venue answers −1000 for what it cannot explain.
      const msg = error instanceof Error ? error.message : String(error);
      reply = { status: 500, headers: {}, body: JSON.stringify({ code: -1000, msg }) };
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
    const apiKey = headerOf(request, 'x-mbx-apikey');
    const reply = this.#options.venue.answer({ method, path, query, body, apiKey });
    if (reply === undefined) {
      return {
        status: 404,
        headers: {},
        body: JSON.stringify({ code: -1000, msg: `Path ${path}, Method ${method} is invalid` }),
      };
    }
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
    const { path, query } = splitUrl(request.url ?? '/');
    const isApi = path.startsWith('/ws-api/');
    const isStream = /^\/(?:stream|ws)(?:\/|$)/.test(path);
    if ((!isApi && !isStream) || this.#sockets.clients.size >= CONNECTIONS_MAX) {
      socket.end(
        `HTTP/1.1 ${isApi || isStream ? '503 Service Unavailable' : '404 Not Found'}\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      if (isApi) this.#openApi(client);
      else this.#openStream(client, new URLSearchParams(query).get('streams'));
    });
  }

  #openApi(client: WebSocket): void {
    const { venue } = this.#options;
    const connection = new Connection(client, false);
    client.on('message', (data) => {
      connection.send(venue.onApiFrame(connection, textOf(data)));
    });
    client.on('close', () => {
      venue.users.drop(connection);
    });
    client.on('error', () => {
      client.terminate();
    });
  }

  /** @param streams names of a combined connection (`/stream?streams=a/b`), else null. */
  #openStream(client: WebSocket, streams: string | null): void {
    const { venue } = this.#options;
    const connection = new Connection(client, streams !== null);
    for (const name of streams?.split('/') ?? []) venue.streams.subscribe(connection, name);
    client.on('message', (data) => {
      connection.send(venue.onStreamFrame(connection, textOf(data)));
    });
    client.on('close', () => {
      venue.streams.drop(connection);
    });
    client.on('error', () => {
      client.terminate();
    });
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
