/** `plimsoll panic` in this process, whose caller holds the daemon's lock. */
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from '../adapters/clock/systemClock.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import type { ClosableLogger } from '../adapters/logging/logger.ts';
import { Reserve, RESERVE_BYTES } from '../adapters/sqlite/reserve.ts';
import { Chronicle } from '../runtime/chronicle.ts';
import { explain, severityOf } from '../runtime/explain.ts';
import {
  offlinePanic,
  type OfflinePanic,
  type OfflineWays,
  type PanicRequest,
} from '../runtime/offlinePanic.ts';
import { Trader } from '../runtime/trader.ts';
import { bareAccount } from './bareAccount.ts';
import { liveVenue } from './live.ts';
import { openLogger } from './openLogger.ts';
import { paperVenue } from './paper.ts';
import { loadedOf, type Settings } from './settings.ts';
import { openBooks, traderDeps } from './shared.ts';
import { setMarket } from './simulatorMarket.ts';
import type { ProcessCard } from './simulatorProcess.ts';

/** Below this much free disk the journal gets what was kept in reserve for such a day. */
const FREE_BYTES_MIN = 4 * 1024 * 1024;

/** @throws Error as `offlinePanic`; `SIMULATOR_FAILED` */
export async function panicHere(settings: Settings, request: PanicRequest): Promise<OfflinePanic> {
  const loaded = loadedOf(settings);
  const { exchange, mode } = loaded.config;
  const { hostSimulator } = await import('./simulatorHost.ts');
  const { requestOf } = await import('./simulatorRequestOf.ts');
  const { id, simulated } = exchange;
  const hosted = simulated && (await hostSimulator(requestOf(id, simulated), request.keeper));
  const card = hosted?.card;
  const secrets = card ? [card.secret, card.apiKey, card.passphrase, card.controlToken] : [];
  const logger = openLogger(loaded, secrets);
  const chronicle = new Chronicle({ logger, clock: systemClock, explain, severityOf });
  const account = mode === 'paper' ? undefined : () => bareAccount(loaded, card, logger);
  const books: OfflineWays['books'] = async () => ({
    trader: await exitsOnly(loaded, card, logger),
    onReady: (session) => {
      session.onStep((output) => {
        chronicle.step(output);
      });
    },
  });
  try {
    if (card) await setMarket(card, 'resume');
    return await offlinePanic({ clock: systemClock, logger, books, account }, request);
  } finally {
    chronicle.close();
    await hosted?.stop();
    logger.close();
  }
}

async function exitsOnly(
  loaded: LoadedConfig,
  simulator: ProcessCard | undefined,
  logger: ClosableLogger,
): Promise<Trader> {
  const { database, mode } = loaded.config;
  if (!existsSync(database)) throw new Error(`JOURNAL_MISSING: there is no ${database}`);
  const { bavail, bsize } = statfsSync(dirname(database));
  if (bavail * bsize < FREE_BYTES_MIN) new Reserve(`${database}.reserve`, RESERVE_BYTES).spend();
  const journal = openBooks(loaded, simulator?.worldId);
  const venue = (mode === 'paper' ? paperVenue : liveVenue)(loaded, simulator, logger);
  const deps = await traderDeps(loaded, { journal, venue, logger, exitsOnly: true });
  return new Trader({ ...deps, recorder: undefined });
}
