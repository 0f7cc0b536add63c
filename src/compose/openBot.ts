/** Mode in, bot out. */
import { Trader } from '../runtime/trader.ts';
import { RunningBot } from './bot.ts';
import { liveVenue } from './live.ts';
import { paperVenue } from './paper.ts';
import { loadedOf, type Settings } from './settings.ts';
import { openLogger, traderDeps } from './shared.ts';
import { runningSimulator, setMarket } from './simulatorHost.ts';

/** What the operator has allowed. */
export interface Permission {
  /** `--live` was given. */
  readonly live: boolean;
  /** The arming words were typed at a terminal. */
  readonly armed: boolean;
}

/** @throws Error `LIVE_REFUSED`, `SIMULATOR_FAILED`, or what journal and exchange adapters throw on opening. */
export async function openBot(settings: Settings, permission: Permission): Promise<RunningBot> {
  const loaded = loadedOf(settings);
  const { mode, exchange } = loaded.config;
  if (mode === 'live' && !(permission.live && permission.armed)) {
    throw new Error(
      'LIVE_REFUSED: real money needs mode: live in the file, --live at start, and arming at a terminal',
    );
  }
  const simulator = exchange.simulated && (await runningSimulator(exchange.simulated.stateDir));
  if (exchange.simulated && !simulator) {
    throw new Error('SIMULATOR_FAILED: the simulated exchange is not running');
  }
  if (simulator) await setMarket(simulator, 'resume');
  const secrets = simulator ? [simulator.secret, simulator.apiKey, simulator.controlToken] : [];
  const logger = openLogger(loaded, secrets);
  const venueOf = mode === 'paper' ? paperVenue : liveVenue;
  const venue = venueOf(loaded, simulator, logger);
  const trader = new Trader(await traderDeps(loaded, venue, logger));
  const closeLog = (): void => {
    logger.close();
  };
  return new RunningBot({ settings, loaded, trader, venue: venue.name, closeLog });
}
