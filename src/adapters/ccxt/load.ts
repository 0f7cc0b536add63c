/**
 * Loads one exchange of ccxt.pro. The whole library is 126 MB in memory and 0.4 s to import, one exchange 75 MB and
 * 0.14 s. ccxt's package exports only its root, so the module is imported by file URL: not a public interface, which is
 * one reason why the version is pinned exactly.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { supportedExchanges } from './quirks/registry.ts';
import type { ExchangeClass } from './types.ts';
import { field } from './values.ts';

function modulePath(exchangeId: string): string {
  // The package's entry is <root>/dist/ccxt.cjs.
  const entry = createRequire(import.meta.url).resolve('ccxt');
  return path.join(path.dirname(path.dirname(entry)), 'js', 'src', 'pro', `${exchangeId}.js`);
}

/**
 * @throws Error `EXCHANGE_UNKNOWN` when ccxt.pro has no such exchange; names those that are supported for trading.
 */
export async function loadExchangeClass(exchangeId: string): Promise<ExchangeClass> {
  const file = modulePath(exchangeId);
  if (!/^[a-z0-9]+$/.test(exchangeId) || !existsSync(file)) {
    throw new Error(
      `EXCHANGE_UNKNOWN: "${exchangeId}" is no exchange with streams in ccxt. Supported for trading: ${supportedExchanges().join(', ')}; public data works for every ccxt.pro exchange (names are lower case, as in ccxt's documentation).`,
    );
  }
  const module: unknown = await import(pathToFileURL(file).href);
  const loaded = field(module, 'default');
  if (typeof loaded !== 'function')
    throw new Error(`EXCHANGE_UNKNOWN: ccxt's module of "${exchangeId}" exports no class.`);
  return loaded as ExchangeClass;
}
