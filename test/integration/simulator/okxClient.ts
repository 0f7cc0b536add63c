/** Unmodified ccxt.pro.okx pointed at a simulated exchange. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type ccxt from 'ccxt';
import type { OHLCV, Order, OrderBook } from 'ccxt';
import type { OkxUrls } from '../../../src/simulator/venues/okx/urls.ts';

export const OKX_KEY = { apiKey: 'okx-key', secret: 'okx-secret', password: 'okx-pass' } as const;

/** The account that {@link OKX_KEY} opens, as the simulator is told of it. */
export const OKX_ACCOUNT = {
  apiKey: OKX_KEY.apiKey,
  secret: OKX_KEY.secret,
  passphrase: OKX_KEY.password,
} as const;

type Original = InstanceType<typeof ccxt.pro.okx>;

/** What ccxt's own types leave open and the tests touch. */
interface Internals {
  urls: { api: OkxUrls };
  readonly clients: Readonly<Record<string, { readonly subscriptions: object }>>;
  nonce: () => number;
  loadHttpProxyAgent(): Promise<unknown>;
  /** `POST /api/v5/trade/…` with orders and amendments as they are. */
  privatePostTradeAmendOrder(amendment: object): Promise<unknown>;
  privatePostTradeBatchOrders(orders: readonly object[]): Promise<unknown>;
}

export type Okx = Original & Internals;

/** What ccxt keeps of its streams, by symbol. */
interface Caches {
  readonly orderbooks: Readonly<Record<string, OrderBook>>;
  readonly ohlcvs: Readonly<Record<string, Readonly<Record<string, readonly OHLCV[]>>>>;
  readonly orders: readonly Order[] | undefined;
}

export function cachesOf(exchange: Okx): Caches {
  return exchange;
}

/**
 * A client that signs with the given key. Nothing of ccxt is replaced but the addresses.
 * @param over settings of ccxt's own besides, such as a shorter `timeout`.
 */
export async function connectOkx(
  urls: OkxUrls,
  credentials: Partial<typeof OKX_KEY> | Readonly<Record<string, string>> = OKX_KEY,
  over: Readonly<Record<string, unknown>> = {},
): Promise<Okx> {
  const root = dirname(dirname(createRequire(import.meta.url).resolve('ccxt')));
  const loaded = (await import(pathToFileURL(`${root}/js/src/pro/okx.js`).href)) as {
    readonly default: new (config: object) => Okx;
  };
  const exchange = new loaded.default({
    ...credentials,
    enableRateLimit: false,
    // A busy machine must not look like a lost answer.
    timeout: 60_000,
    ...over,
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
  });
  exchange.urls.api = urls;
  await exchange.loadHttpProxyAgent();
  return exchange;
}
