/**
 * An exchange made of answers, written after its public documentation: unmodified ccxt asks its real addresses by their real names
 * and paths, and a proxy leads all of them here. Nothing leaves the machine.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { CcxtOptions } from '../../src/adapters/ccxt/types.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { BTC, hurriedClock, keepingLogger, type LoggedLine } from './ccxt.ts';
import { startProxy, type ProxyServer } from './proxyServer.ts';
import { selfSigned } from './selfSigned.ts';

/** What was asked. */
export interface Asked {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  /** Parameters of a JSON body or of a form; empty when there is none. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** An answer with another status than 200. */
export class Status {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

/** JSON, or what makes it of a request. */
export type Answer = Status | object | ((asked: Asked) => unknown);

/** What a stream is told, and how it answers; `address` is host and path. */
export type OnFrame = (frame: unknown, reply: (frame: unknown) => void, address: string) => void;

export class RecordedExchange {
  /** Everything that was asked, in order. */
  readonly asked: Asked[] = [];
  /** What was asked and has no answer. */
  readonly unexpected: string[] = [];
  readonly logged: LoggedLine[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #sockets = new Map<WebSocket, string>();
  readonly #server: Server;
  readonly #streams: WebSocketServer;
  #proxy: ProxyServer | undefined;
  onFrame: OnFrame = () => undefined;
  /** Called when a stream is opened. */
  onStream: (reply: (frame: unknown) => void, address: string) => void = () => undefined;

  private constructor() {
    this.#server = createServer(selfSigned('recorded'), (request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
    this.#streams = new WebSocketServer({ server: this.#server });
    this.#streams.on('connection', (socket, request) => {
      this.#open(socket, `${request.headers.host ?? ''}${request.url ?? ''}`);
    });
  }

  static async start(answers: Readonly<Record<string, Answer>>): Promise<RecordedExchange> {
    const exchange = new RecordedExchange();
    for (const [route, answer] of Object.entries(answers)) exchange.on(route, answer);
    exchange.#server.listen(0, '127.0.0.1');
    await once(exchange.#server, 'listening');
    const { port } = exchange.#server.address() as AddressInfo;
    exchange.#proxy = await startProxy('http', undefined, () => ({ host: '127.0.0.1', port }));
    return exchange;
  }

  /** Answers a route such as `GET /0/public/Time` from now on. */
  on(route: string, answer: Answer): void {
    this.#answers.set(route, answer);
  }

  /** What was asked of a route. */
  of(route: string): Asked[] {
    return this.asked.filter(({ method, path }) => `${method} ${path}` === route);
  }

  /** A frame to every open stream whose address has these words. */
  push(frame: unknown, to = ''): void {
    for (const [socket, address] of this.#sockets)
      if (address.includes(to)) socket.send(JSON.stringify(frame));
  }

  options(
    exchangeId: string,
    credentials: NonNullable<CcxtOptions['credentials']>,
    clock: Clock = hurriedClock(8),
  ): CcxtOptions {
    return {
      exchangeId,
      credentials,
      proxy: { url: this.#proxy?.url ?? '' },
      symbols: [BTC],
      logger: keepingLogger(this.logged),
      clock,
    };
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.terminate();
    await this.#proxy?.close();
    this.#streams.close();
    const closed = once(this.#server, 'close');
    this.#server.closeAllConnections();
    this.#server.close();
    await closed;
  }

  async #answer(request: IncomingMessage): Promise<Status> {
    const asked = await read(request);
    this.asked.push(asked);
    const route = `${asked.method} ${asked.path}`;
    const answer = this.#answers.get(route);
    if (answer === undefined) {
      this.unexpected.push(`${route} at ${asked.host}`);
      return new Status(404, { unexpected: route });
    }
    const made =
      typeof answer === 'function' ? (answer as (asked: Asked) => unknown)(asked) : answer;
    return made instanceof Status ? made : new Status(200, made);
  }

  #open(socket: WebSocket, address: string): void {
    this.#sockets.set(socket, address);
    const reply = (frame: unknown): void => {
      socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    };
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      this.onFrame(jsonOf(data.toString()), reply, address);
    });
    this.onStream(reply, address);
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const { method = '', headers } = request;
  const url = new URL(request.url ?? '/', 'https://recorded');
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const parsed = jsonOf(body);
  const form = Object.fromEntries(new URLSearchParams(body));
  const params = typeof parsed === 'object' && parsed !== null ? parsed : form;
  return {
    method,
    host: headers.host ?? '',
    path: url.pathname,
    query: url.searchParams,
    body,
    headers,
    params: params as Asked['params'],
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
