/** Unmodified ccxt.pro.binance pointed at a simulated exchange. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type ccxt from 'ccxt';
import type { SimulatorUrls } from '../../../src/simulator/server.ts';

type Original = InstanceType<typeof ccxt.pro.binance>;

/** A websocket client as ccxt keeps it, by address. */
interface SocketClient {
  readonly subscriptions: Readonly<Record<string, unknown>>;
  readonly futures: Readonly<Record<string, unknown>>;
}

/** What ccxt's own types leave open and the tests touch. */
interface Internals {
  urls: { api: SimulatorUrls };
  readonly exceptions: { readonly spot: Readonly<Record<string, object>> };
  readonly clients: Readonly<Record<string, SocketClient>>;
  getExceptionsByUrl: (url: string, kind: string) => object;
  nonce: () => number;
  loadHttpProxyAgent(): Promise<unknown>;
}

export type Binance = Original & Internals;

/** A client that signs with the given key. ccxt picks its error map by address: it gets the real spot address's. */
export async function connectCcxt(
  urls: SimulatorUrls,
  credentials: { readonly apiKey: string; readonly secret: string },
): Promise<Binance> {
  const root = dirname(dirname(createRequire(import.meta.url).resolve('ccxt')));
  const loaded = (await import(pathToFileURL(`${root}/js/src/pro/binance.js`).href)) as {
    readonly default: new (config: object) => Binance;
  };
  const exchange = new loaded.default({
    ...credentials,
    enableRateLimit: false,
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] },
      fetchMargins: false,
      fetchCurrencies: false,
      warnOnFetchOpenOrdersWithoutSymbol: false,
    },
  });
  exchange.getExceptionsByUrl = (_url, kind) => exchange.exceptions.spot[kind] ?? {};
  exchange.urls.api = urls;
  await exchange.loadHttpProxyAgent();
  return exchange;
}
