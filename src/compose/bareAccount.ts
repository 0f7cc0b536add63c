/** An account by the exchange's word alone, for a panic past the books. */
import { randomBytes } from 'node:crypto';
import { createCcxtFeed } from '../adapters/ccxt/feed.ts';
import { createCcxtGateway } from '../adapters/ccxt/gateway.ts';
import { systemClock } from '../adapters/clock/systemClock.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import { strategyId } from '../core/domain/ids.ts';
import { orderIdentity } from '../core/orders/clientOrderId.ts';
import type { Logger } from '../ports/logger.ts';
import type { BareExitDeps } from '../runtime/bareExit.ts';
import type { BareAccount } from '../runtime/offlinePanic.ts';
import { within } from '../runtime/within.ts';
import { exchangeOptions } from './live.ts';
import { panicFile } from './panicFile.ts';
import type { ProcessCard } from './simulatorProcess.ts';

const PRICE_MS = 5_000;
const ID_BYTES = 8;

export function bareAccount(
  loaded: LoadedConfig,
  simulator: ProcessCard | undefined,
  logger: Logger,
): BareAccount {
  // Those of disabled strategies, too: what they hold is held.
  const specs = [...loaded.strategies, ...loaded.disabled];
  const symbols = [...new Set(specs.map(({ symbol }) => symbol))];
  const options = exchangeOptions(loaded, simulator, logger, symbols);
  const gateway = createCcxtGateway(options);
  const feed = createCcxtFeed(options);
  const priceOf: BareExitDeps['priceOf'] = async (symbol) => {
    const asked = feed.history({ symbol, timeframe: '1m' }, { limit: 1 }).catch(() => []);
    const bars = await within(asked, { clock: systemClock, ms: PRICE_MS });
    return bars?.at(-1)?.close ?? 0;
  };
  return {
    deps: { gateway, symbols, priceOf, name: namer() },
    file: panicFile(loaded.config.database),
    close: async () => {
      await Promise.all([gateway.close(), feed.close()]);
    },
  };
}

/** Names that no journal has given, nor an earlier panic. */
function namer(): BareExitDeps['name'] {
  const id = (): string => randomBytes(ID_BYTES).toString('hex');
  const run = { instanceId: id(), runId: id(), strategyId: strategyId('panic') };
  let sequence = 0;
  return (symbol) => orderIdentity({ ...run, sequence: (sequence += 1), symbol, side: 'sell' });
}
