/** Live wiring: orders go to the exchange, be it real money, a testnet or the simulated one. */
import { createCcxtFeed } from '../adapters/ccxt/feed.ts';
import { createCcxtGateway } from '../adapters/ccxt/gateway.ts';
import { TrafficControl } from '../adapters/ccxt/trafficControl.ts';
import type { CcxtOptions } from '../adapters/ccxt/types.ts';
import { systemClock } from '../adapters/clock/systemClock.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { Logger } from '../ports/logger.ts';
import type { Venue } from './shared.ts';
import { quietOf } from './simulatorMarket.ts';
import type { ProcessCard } from './simulatorProcess.ts';
import { tradedSymbols } from './tradedSymbols.ts';

/** How to reach the exchange; `simulator` when it is the simulated one. */
export function exchangeOptions(
  loaded: LoadedConfig,
  simulator: ProcessCard | undefined,
  logger: Logger,
  symbols: readonly MarketSymbol[] = tradedSymbols(loaded),
): CcxtOptions {
  const { config, secrets } = loaded;
  const options = {
    exchangeId: config.exchange.id,
    testnet: config.exchange.testnet,
    symbols,
    logger,
    clock: systemClock,
    // Orders, questions and public data share the address, and so its limits.
    traffic: new TrafficControl(systemClock),
    ...proxyOptions(loaded),
  };
  if (simulator) {
    const host = `127.0.0.1:${String(simulator.port)}`;
    const { apiKey, secret, passphrase: password } = simulator;
    return {
      ...options,
      credentials: { apiKey, secret, password },
      endpoints: { http: `http://${host}`, ws: `ws://${host}` },
    };
  }
  const { apiKey, apiSecret: secret, apiPassphrase: password } = secrets;
  if (apiKey === undefined || secret === undefined) return options;
  const credentials = { apiKey, secret, ...(password !== undefined && { password }) };
  return { ...options, credentials };
}

function proxyOptions({ config, secrets }: LoadedConfig): Pick<CcxtOptions, 'proxy'> {
  const { proxy: url } = config.exchange;
  const { proxyAuth: auth } = secrets;
  return url === undefined ? {} : { proxy: { url, ...(auth !== undefined && { auth }) } };
}

export function liveVenue(
  loaded: LoadedConfig,
  simulator: ProcessCard | undefined,
  logger: Logger,
): Venue {
  const options = exchangeOptions(loaded, simulator, logger);
  const place = loaded.config.exchange.testnet ? 'testnet' : 'live';
  return {
    gateway: createCcxtGateway(options),
    feed: createCcxtFeed(options),
    quiet: quietOf(simulator),
    name: simulator ? 'simulated' : place,
  };
}
