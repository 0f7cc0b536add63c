/** Mode in, bot out. */
import type { LoadedConfig } from '../adapters/config/load.ts';
import { systemClock } from '../adapters/clock/systemClock.ts';
import { Chronicle } from '../runtime/chronicle.ts';
import { Trader } from '../runtime/trader.ts';
import type { TraderDeps } from '../runtime/parts.ts';
import { RunningBot } from './bot.ts';
import { requireSafeFiles } from './fileRights.ts';
import { explain, severityOf } from '../runtime/explain.ts';
import { liveVenue } from './live.ts';
import { paperVenue } from './paper.ts';
import { loadedOf, type Settings } from './settings.ts';
import { openLogger } from './openLogger.ts';
import { openBooks, traderDeps } from './shared.ts';
import { runningSimulator } from './runningSimulator.ts';
import { setMarket } from './simulatorMarket.ts';
import type { ProcessCard } from './simulatorProcess.ts';

/** What the operator has allowed. */
export interface Permission {
  /** `--live` was given. */
  readonly live: boolean;
  /** The arming words were typed at a terminal. */
  readonly armed: boolean;
  /** `--exits-only` was given: nothing is entered, and no queue is needed. */
  readonly exitsOnly?: boolean;
}

/** Puts something between a bot and one of its ports. */
export type Equip = (deps: TraderDeps) => TraderDeps;

/**
 * @param equip for tests that end the process at a certain call.
 * @throws Error `LIVE_REFUSED`, `LIVE_FILES_UNSAFE`, `SIMULATOR_FAILED`, or what journal and exchange adapters throw on opening.
 */
export async function openBot(
  settings: Settings,
  permission: Permission,
  equip: Equip = (deps) => deps,
): Promise<RunningBot> {
  const loaded = loadedOf(settings);
  const { mode, exchange } = loaded.config;
  if (mode === 'live') permitLive(loaded, permission);
  const simulator = exchange.simulated && (await awake(exchange.simulated.stateDir));
  const secrets = simulator
    ? [simulator.secret, simulator.apiKey, simulator.passphrase, simulator.controlToken]
    : [];
  const logger = openLogger(loaded, secrets);
  const journal = openBooks(loaded, simulator?.worldId);
  const venueOf = mode === 'paper' ? paperVenue : liveVenue;
  const venue = venueOf(loaded, simulator, logger);
  const { exitsOnly = false } = permission;
  const deps = await traderDeps(loaded, { journal, venue, logger, exitsOnly });
  const trader = new Trader(equip(deps));
  const chronicle = new Chronicle({ logger, clock: systemClock, explain, severityOf });
  const closeLog = (): void => {
    chronicle.close();
    logger.close();
  };
  const bot = new RunningBot({ settings, loaded, trader, venue: venue.name, closeLog });
  bot.onStep((output) => {
    chronicle.step(output);
  });
  return bot;
}

function permitLive(loaded: LoadedConfig, { live, armed }: Permission): void {
  if (!(live && armed))
    throw new Error(
      'LIVE_REFUSED: real money needs mode: live in the file, --live at start, and arming at a terminal',
    );
  requireSafeFiles(loaded);
}

/** The running simulated exchange, its market going. */
async function awake(stateDir: string): Promise<ProcessCard> {
  const simulator = await runningSimulator(stateDir);
  if (!simulator) throw new Error('SIMULATOR_FAILED: the simulated exchange is not running');
  await setMarket(simulator, 'resume');
  return simulator;
}
