/** Unmodified ccxt.pro.binance pointed at a simulated exchange. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type ccxt from 'ccxt';
import type { Exchange } from 'ccxt';
import type { SimulatorUrls } from '../../../src/simulator/server.ts';

type Original = InstanceType<typeof ccxt.pro.binance>;

/** A websocket client as ccxt keeps it, by address. */
interface SocketClient {
  readonly subscriptions: Readonly<Record<string, unknown>>;
  readonly futures: Readonly<Record<string, unknown>>;
  future: (hash: string) => Promise<unknown>;
}

/** What ccxt's own types leave open and the tests touch. */
interface Internals {
  urls: { api: SimulatorUrls };
  readonly exceptions: { readonly spot: Readonly<Record<string, object>> };
  readonly clients: Readonly<Record<string, SocketClient>>;
  client: (url: string) => SocketClient;
  getExceptionsByUrl: (url: string, kind: string) => object;
  nonce: () => number;
  handleMessage: (client: unknown, message: unknown) => void;
  loadHttpProxyAgent(): Promise<unknown>;
  /** `POST /api/v3/order` with the parameters as they are. */
  privatePostOrder(params: object): Promise<unknown>;
}

export type Binance = Original & Internals;

/** Unmodified ccxt with its own addresses, told only to look at spot markets; `More` is what the caller touches besides. */
export async function loadBinance<More = unknown>(
  credentials: { readonly apiKey: string; readonly secret: string },
  over: Readonly<Record<string, unknown>> = {},
): Promise<Binance & More> {
  const root = dirname(dirname(createRequire(import.meta.url).resolve('ccxt')));
  const loaded = (await import(pathToFileURL(`${root}/js/src/pro/binance.js`).href)) as {
    readonly default: new (config: object) => Binance & More;
  };
  return new loaded.default({
    ...credentials,
    enableRateLimit: false,
    ...over,
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] },
      fetchMargins: false,
      fetchCurrencies: false,
      warnOnFetchOpenOrdersWithoutSymbol: false,
    },
  });
}

/**
 * A client of a simulated exchange. ccxt picks its error map by address: it gets the real spot address's.
 * @param over settings of ccxt's own besides, such as a shorter `timeout`.
 */
export async function connectCcxt(
  urls: SimulatorUrls,
  credentials: { readonly apiKey: string; readonly secret: string },
  over: Readonly<Record<string, unknown>> = {},
): Promise<Binance> {
  const exchange = await loadBinance(credentials, over);
  exchange.getExceptionsByUrl = (_url, kind) => exchange.exceptions.spot[kind] ?? {};
  exchange.urls.api = urls;
  await exchange.loadHttpProxyAgent();
  return exchange;
}

/**
 * When a user stream does not come up, ccxt rejects a promise that nobody has: Node ends the process then. This takes
 * every such promise.
 */
export function withoutStrays(exchange: Binance): Binance {
  const internals: Internals = exchange;
  const clientOf = internals.client.bind(exchange);
  const calmed = new WeakSet<SocketClient>();
  internals.client = (url) => {
    const client = clientOf(url);
    if (calmed.has(client)) return client;
    calmed.add(client);
    const futureOf = client.future.bind(client);
    client.future = (hash) => {
      const future = futureOf(hash);
      future.catch(() => undefined);
      return future;
    };
    return client;
  };
  return exchange;
}

/** Lays settings over one of ccxt's own options. */
export function overOption(
  exchange: Pick<Exchange, 'options'>,
  name: string,
  settings: object,
): void {
  const options: Record<string, unknown> = exchange.options;
  options[name] = { ...(options[name] as object | undefined), ...settings };
}

/** What ccxt has kept of its user stream. */
export function cached(exchange: Binance, name: 'orders' | 'myTrades'): readonly Cached[] {
  const rows: unknown = exchange[name] ?? [];
  return Array.from(rows as Iterable<Cached>);
}

interface Cached {
  readonly id: string;
  readonly clientOrderId?: string;
  readonly status?: string;
  /** Of a trade, the id of its order. */
  readonly order?: string;
}
