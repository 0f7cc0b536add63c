/** What an exchange says of the markets of a configuration's strategies. */
import { createCcxtFeed } from '../adapters/ccxt/feed.ts';
import { createCcxtPublicExchange } from '../adapters/ccxt/gateway.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import { findingsOf, type Findings } from '../adapters/config/misfits.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { MarketFacts } from '../core/strategies/fitTypes.ts';
import { readListed } from '../runtime/listed.ts';
import { commonFacts, feesOf } from './fitFacts.ts';
import { exchangeOptions } from './live.ts';
import { SILENT } from './silentLogger.ts';
import type { ProcessCard } from './simulatorProcess.ts';

/**
 * What is wrong with strategies by the exchange's own rules, fees and last prices.
 * @param simulator the simulated exchange when the configuration names it; it must run.
 * @throws Error `GATEWAY_FAILED`, `HISTORY_UNAVAILABLE` when the exchange does not answer.
 */
export async function onlineFindings(
  loaded: LoadedConfig,
  simulator: ProcessCard | undefined,
): Promise<Findings> {
  const symbols = [...new Set(loaded.strategies.map(({ symbol }) => symbol))];
  const { credentials: _unused, ...options } = exchangeOptions(loaded, simulator, SILENT, symbols);
  const exchange = createCcxtPublicExchange(options);
  const feed = createCcxtFeed(options);
  try {
    const { instruments, gone } = await readListed(exchange, symbols);
    const markets = new Map<MarketSymbol, MarketFacts>();
    for (const instrument of instruments) {
      const { symbol } = instrument;
      const [bar] = await feed.history({ symbol, timeframe: '1m' }, { limit: 1 });
      markets.set(symbol, {
        instrument: { ...instrument, ...feesOf(loaded.config) },
        lastPrice: bar?.close ?? Number.NaN,
      });
    }
    const why = new Map(gone.map((each) => [each.symbol, each.why]));
    return findingsOf(loaded.strategies, ({ symbol }) => {
      const market = markets.get(symbol);
      return market
        ? { ...commonFacts(loaded.config), market }
        : (why.get(symbol) ?? `${symbol} is not listed`);
    });
  } finally {
    await Promise.all([exchange.close(), feed.close()]);
  }
}
