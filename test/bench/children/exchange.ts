/**
 * A stub of Binance spot, just enough for unmodified ccxt: it fills every order at once and in full, and stamps both ends of
 * a reaction with its own clock. The simulated exchange is not used because it would need the processor for its market.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { makeInstrument } from '../../../src/simulator/engine/types.ts';
import { exchangeDocument } from '../../../src/simulator/venues/binance/exchangeInfo.ts';
import type { ChildService } from '../child.ts';
import { StubBooks } from '../stubBooks.ts';
import { flood } from '../stubFlood.ts';
import {
  BASE_PRICE,
  BASES,
  MARKET_START_MS,
  MINUTE_MS,
  PAST_BARS,
  TICKS_PER_UNIT,
  type ExchangeMessage,
  type FloodAnswer,
  type PaceAnswer,
  type PaceRequest,
} from '../wire.ts';

/** An order that takes longer counts as unanswered. */
const ANSWER_MS = 5_000;
/** How long to wait for a subscriber, and for how long it must have asked for nothing more. */
const SUBSCRIBE_MS = 20_000;
const SETTLED_MS = 1_000;
const KLINES_MAX = 1_000;
const PRICE_DECIMALS = 2;
const LOT_DECIMALS = 5;
const MIN_NOTIONAL_ATOMS = 500_000_000n;

type Reply = { readonly status: number; readonly body: unknown };

class StubExchange {
  readonly #books = new StubBooks();
  readonly #http = createServer((request, response) => {
    this.#serve(request, response, process.hrtime.bigint());
  });
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  /** The connection that asked for market streams, and the raw socket below it. */
  #market: { readonly client: WebSocket; readonly socket: Duplex } | undefined;
  #subscribedAtMs = 0;
  /** The private stream. */
  #user: WebSocket | undefined;
  #bars = PAST_BARS;
  /** When each unanswered bar was sent, by its price in ticks. */
  readonly #sentNs = new Map<number, bigint>();
  #latenciesMs: number[] = [];
  readonly #routes: Readonly<Record<string, (params: URLSearchParams) => unknown>> = {
    'GET /api/v3/time': () => ({ serverTime: Date.now() }),
    'GET /api/v3/exchangeInfo': () =>
      exchangeDocument(
        INSTRUMENTS.map((instrument) => ({ instrument, status: 'TRADING' })),
        { serverTime: Date.now(), rateLimits: [] },
      ),
    'GET /api/v3/klines': (params) => this.#klines(params),
    'GET /api/v3/account': () => this.#books.account(),
    'GET /sapi/v1/asset/tradeFee': (params) => [
      { symbol: params.get('symbol'), makerCommission: '0', takerCommission: '0' },
    ],
    'GET /api/v3/openOrders': () => [],
    'GET /api/v3/allOrders': () => [],
    'GET /api/v3/myTrades': (params) =>
      this.#books.trades(params.get('symbol') ?? '', Number(params.get('fromId') ?? 0)),
    'POST /api/v3/order': (params) => this.#fill(params),
  };

  async listen(): Promise<number> {
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (data: Buffer) => this.#onFrame({ client, socket }, data.toString()));
      });
    });
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return (this.#http.address() as AddressInfo).port;
  }

  async handle(message: unknown): Promise<PaceAnswer | FloodAnswer> {
    const request = message as ExchangeMessage;
    const socket = await this.#subscriber();
    if (request.kind === 'pace') return this.#pace(request);
    return { bytes: await flood(socket, request) };
  }

  /** Waits until somebody has subscribed and asks for nothing more. */
  async #subscriber(): Promise<Duplex> {
    const deadline = performance.now() + SUBSCRIBE_MS;
    while (performance.now() < deadline) {
      if (this.#market && performance.now() - this.#subscribedAtMs > SETTLED_MS)
        return this.#market.socket;
      await pause(SETTLED_MS / 10);
    }
    throw new Error('nobody has subscribed');
  }

  async #pace({ frames, intervalMs }: PaceRequest): Promise<PaceAnswer> {
    this.#latenciesMs = [];
    for (let frame = 0; frame < frames; frame += 1) {
      await pause(intervalMs);
      this.#sendBar();
    }
    const deadline = performance.now() + ANSWER_MS;
    while (this.#sentNs.size > 0 && performance.now() < deadline) await pause(10);
    const unanswered = this.#sentNs.size;
    this.#sentNs.clear();
    return { latenciesMs: this.#latenciesMs, unanswered };
  }

  #sendBar(): void {
    const bar = this.#bars;
    this.#bars += 1;
    const frame = JSON.stringify(klineFrame(bar));
    this.#sentNs.set(ticksOf(bar), process.hrtime.bigint());
    this.#market?.client.send(frame);
  }

  #onFrame(from: { readonly client: WebSocket; readonly socket: Duplex }, text: string): void {
    const { id, method } = JSON.parse(text) as { id: unknown; method?: string };
    if (method?.startsWith('userDataStream') === true) {
      this.#user = from.client;
      from.client.send(JSON.stringify({ id, status: 200, result: { subscriptionId: 0 } }));
      return;
    }
    if (method === 'SUBSCRIBE') {
      this.#market = from;
      this.#subscribedAtMs = performance.now();
    }
    from.client.send(JSON.stringify({ result: null, id }));
  }

  #serve(request: IncomingMessage, response: ServerResponse, receivedNs: bigint): void {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://stub');
      const params = new URLSearchParams(`${url.search.slice(1)}&${body}`);
      const route = `${request.method ?? ''} ${url.pathname}`;
      if (route === 'POST /api/v3/order') this.#stamp(params, receivedNs);
      const { status, body: answer } = this.#answer(route, params);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  }

  #stamp(params: URLSearchParams, receivedNs: bigint): void {
    const ticks = Math.round(Number(params.get('price')) * TICKS_PER_UNIT);
    const sentNs = this.#sentNs.get(ticks);
    if (sentNs === undefined) return;
    this.#sentNs.delete(ticks);
    this.#latenciesMs.push(Number(receivedNs - sentNs) / 1e6);
  }

  #answer(route: string, params: URLSearchParams): Reply {
    const handle = this.#routes[route];
    if (handle) return { status: 200, body: handle(params) };
    return { status: 404, body: { code: -1000, msg: `the stub has no ${route}` } };
  }

  /** As Binance does it: the execution on the private stream first, then the answer. */
  #fill(params: URLSearchParams): unknown {
    const { execution, answer } = this.#books.fill(
      params,
      MARKET_START_MS + this.#bars * MINUTE_MS,
    );
    this.#user?.send(JSON.stringify({ subscriptionId: 0, event: execution }));
    return answer;
  }

  /** Closed bars and the forming one. */
  #klines(params: URLSearchParams): unknown {
    const limit = Math.min(Number(params.get('limit') ?? 500), KLINES_MAX);
    const start = params.get('startTime');
    const first =
      start === null
        ? this.#bars + 1 - limit
        : Math.max(0, Math.ceil((Number(start) - MARKET_START_MS) / MINUTE_MS));
    const rows = [];
    for (let bar = Math.max(0, first); bar <= this.#bars && rows.length < limit; bar += 1)
      rows.push(klineRow(bar));
    return rows;
  }
}

const INSTRUMENTS = BASES.map((base) =>
  makeInstrument({
    base,
    quote: 'USDT',
    priceDecimals: PRICE_DECIMALS,
    lotDecimals: LOT_DECIMALS,
    minNotional: MIN_NOTIONAL_ATOMS,
  }),
);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const ticksOf = (bar: number): number => BASE_PRICE * TICKS_PER_UNIT + bar;

const priceOf = (bar: number): string => (ticksOf(bar) / TICKS_PER_UNIT).toFixed(PRICE_DECIMALS);

function klineRow(bar: number): readonly (string | number)[] {
  const openTime = MARKET_START_MS + bar * MINUTE_MS;
  const [open, close] = [priceOf(Math.max(0, bar - 1)), priceOf(bar)];
  return [
    openTime,
    open,
    close,
    open,
    close,
    '1.5',
    openTime + MINUTE_MS - 1,
    '1',
    1,
    '1',
    '1',
    '0',
  ];
}

function klineFrame(bar: number): unknown {
  const [t, o, h, l, c, v] = klineRow(bar);
  const end = Number(t) + MINUTE_MS;
  const s = `${BASES[0]}USDT`;
  const k = { t, T: end - 1, s, i: '1m', f: -1, L: -1, o, c, h, l, v, n: 1, x: true };
  return { e: 'kline', E: end, s, k: { ...k, q: '1', V: '1', Q: '1', B: '0' } };
}

export async function open(): Promise<ChildService> {
  const exchange = new StubExchange();
  const port = await exchange.listen();
  return { ready: { port }, handle: (message) => exchange.handle(message) };
}
