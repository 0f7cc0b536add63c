/**
 * The part of a ccxt.pro exchange that this adapter uses, as a structural type. What ccxt answers is `unknown` on purpose:
 * it hands out live, loosely typed objects (and junk when an exchange answers with a web page), so every value is read
 * through values.ts and copied at once.
 */
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { TrafficControl } from './trafficControl.ts';

/** One websocket connection of ccxt. */
export interface CcxtClient {
  readonly url: string;
  /** Set once the connection is lost or closed. */
  readonly error?: unknown;
  /** The `ws` socket, once dialled. */
  readonly connection?: { terminate(): void } | undefined;
  future(messageHash: string): Promise<unknown>;
  send(message: unknown): Promise<unknown>;
  /** Rejects everything that waits on this connection and takes it out of the exchange's registry. */
  onError(error: Error): void;
  onMessage(event: { readonly data: unknown }): void;
}

export type CcxtParams = Readonly<Record<string, unknown>>;

type FetchOrderList = (
  symbol: string,
  since?: number,
  limit?: number,
  params?: CcxtParams,
) => Promise<unknown>;

/** A ccxt.pro exchange instance: unified calls, and the seams that harden.ts overrides. */
export interface CcxtExchange {
  readonly id: string;
  readonly has: Readonly<Record<string, unknown>>;
  urls: { api: unknown };
  options: Record<string, unknown>;
  /** `Number` or `String`: how unified structures carry numbers. */
  number: unknown;
  clients?: Record<string, CcxtClient> | undefined;
  readonly bidsasks?: Readonly<Record<string, unknown>> | undefined;
  /** undici's connection pool, once the first request was made. */
  readonly fetchDispatcher?: { destroy(): Promise<void> } | undefined;
  /** The pools behind a proxy, by its address. */
  readonly proxyDictionaries?: Readonly<Record<string, unknown>>;
  /** Proxy of REST requests; one of the two. */
  httpsProxy?: string;
  socksProxy?: string;
  /** Opens the connections of `wss://` and of `ws://` streams. */
  agent?: unknown;
  httpAgent?: unknown;

  setSandboxMode(enabled: boolean): void;
  loadHttpProxyAgent(): Promise<unknown>;
  loadProxyModules(): Promise<unknown>;
  loadFetchImplementation(): Promise<unknown>;
  /** Set when requests are sent by undici. */
  readonly undiciModule?: unknown;
  loadMarkets(reload?: boolean): Promise<unknown>;
  setMarketsFromExchange(source: CcxtExchange): unknown;
  market(symbol: string): unknown;
  amountToPrecision(symbol: string, amount: string): unknown;
  priceToPrecision(symbol: string, price: string): unknown;

  fetchTime(): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown>;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    ...rest: readonly [amount: string, price: string | undefined, params: CcxtParams]
  ): Promise<unknown>;
  cancelOrder(id: string | undefined, symbol: string, params: CcxtParams): Promise<unknown>;
  fetchOrder(id: string | undefined, symbol: string, params: CcxtParams): Promise<unknown>;
  fetchOpenOrders: FetchOrderList;
  fetchClosedOrders: FetchOrderList;
  fetchCanceledOrders: FetchOrderList;
  fetchOrders: FetchOrderList;
  fetchMyTrades(
    symbol: string,
    since: number | undefined,
    limit: number,
    params: CcxtParams,
  ): Promise<unknown>;
  fetchBalance(): Promise<unknown>;
  fetchTradingFee(symbol: string): Promise<unknown>;

  watchTrades(symbol: string): Promise<unknown>;
  watchTradesForSymbols(symbols: readonly string[]): Promise<unknown>;
  watchBidsAsks(symbols: readonly string[]): Promise<unknown>;
  watchTicker(symbol: string): Promise<unknown>;
  watchOHLCV(symbol: string, timeframe: string): Promise<unknown>;
  watchOHLCVForSymbols(
    series: readonly (readonly [symbol: string, timeframe: string])[],
  ): Promise<unknown>;
  watchMyTrades(symbol?: string): Promise<unknown>;
  watchOrders(symbol?: string): Promise<unknown>;

  // Seams.
  client(url: string): CcxtClient;
  handleMessage(client: CcxtClient, message: unknown): void;
  handleErrors(...args: HandleErrorsArgs): unknown;
  onRestResponse(...args: RestResponseArgs): unknown;
  /** Waits for ccxt's own rate limit. @param cost in units of `rateLimit` milliseconds */
  throttle(cost?: number): Promise<void>;
  readonly rateLimit: number;
  parseJson(text: string): unknown;
  request(path: string, ...rest: readonly unknown[]): Promise<unknown>;
  fetchMarkets(params?: CcxtParams): Promise<unknown>;
  fetch(url: string, method?: string, headers?: unknown, body?: unknown): Promise<unknown>;
  undiciRequest(url: string, params: RequestParams): Promise<unknown>;
  parseOrder(row: unknown, market?: unknown): unknown;
  parseTrade(row: unknown, market?: unknown): unknown;
  filterBySymbolSinceLimit(rows: unknown, ...rest: readonly unknown[]): unknown;
  getDispatcherOptions(isPlainAgent?: boolean): Record<string, unknown>;
  getExceptionsByUrl(url: string | undefined, exactOrBroad: string): unknown;
  readonly exceptions: Readonly<Record<string, unknown>>;
}

/** undici's way of sending; `onConnect` is called right before a request's head is written. */
export interface Dispatcher {
  dispatch(
    options: unknown,
    handler: { onConnect: (...args: readonly unknown[]) => void },
  ): boolean;
}

/** One request on its way through ccxt's `fetch`. */
export interface RequestParams {
  readonly method: string;
  readonly body?: unknown;
  readonly dispatcher?: Dispatcher | undefined;
}

/** ccxt's own order of arguments: status, its text, url, method, response headers, body text, body parsed, request headers, request body. */
export type HandleErrorsArgs = readonly [
  number,
  string,
  string,
  string,
  unknown,
  string,
  unknown,
  unknown,
  unknown,
];

/** ccxt's own order of arguments: status, its text, url, method, response headers, body text, request headers, request body. */
export type RestResponseArgs = readonly [
  number,
  string,
  string,
  string,
  unknown,
  string,
  unknown,
  unknown,
];

export type ExchangeClass = new (config: Record<string, unknown>) => CcxtExchange;

/** API key of one account. */
export interface Credentials {
  readonly apiKey: string;
  readonly secret: string;
  /** The passphrase that some exchanges want beside key and secret. */
  readonly password?: string;
}

/** Where to find a simulated exchange that speaks the exchange's protocol: `http://127.0.0.1:1234`, `ws://127.0.0.1:1234`. */
export interface Endpoints {
  readonly http: string;
  readonly ws: string;
}

export interface CcxtOptions {
  /** ccxt's name of the exchange: `binance`. */
  readonly exchangeId: string;
  /** Needed by the gateway; never given to the feed's connections. */
  readonly credentials?: Credentials;
  /** Replaces every address of the exchange; what is not served there fails instead of reaching the real exchange. */
  readonly endpoints?: Endpoints;
  /** Use the exchange's own test network. */
  readonly testnet?: boolean;
  /** Every connection goes through it: `http:` or `socks5:`, and `user:password` when it asks for them. */
  readonly proxy?: { readonly url: string; readonly auth?: string };
  readonly symbols: readonly MarketSymbol[];
  readonly logger: Logger;
  readonly clock: Clock;
  /** Shared by everything that talks to the exchange from this address; one of its own when absent. */
  readonly traffic?: TrafficControl;
}
