/** Everything the command line can ask for, in one object. */
import { configJsonSchema, strategyJsonSchema } from '../adapters/config/reference.ts';
import { processLocks } from '../adapters/sqlite/processLock.ts';
import { openRecords } from '../adapters/sqlite/records.ts';
import { toText } from '../core/domain/decimal.ts';
import type { ProcessLocks } from '../ports/processLock.ts';
import type { Records } from '../ports/records.ts';
import type { BacktestReport } from '../research/report.ts';
import { backtest, type BacktestRequest } from './backtest.ts';
import { openData, type DataFolder } from './data.ts';
import type { ConfigChoice } from './backtestAccount.ts';
import type { RunningBot } from './bot.ts';
import { explain } from './explain.ts';
import { openBot, type Equip, type Permission } from './openBot.ts';
import { loadedOf, readSettings, type Settings, type SettingsReading } from './settings.ts';
import { hostSimulator } from './simulatorHost.ts';
import { simulate, type RunningSimulator } from './simulate.ts';
import { venueOf } from './simulatorOptions.ts';
import { SIMULATION_DEFAULTS, type SimulatorRequest } from './simulatorRequest.ts';
import { VERSION } from './version.ts';

export interface PlimsollApp {
  readonly version: string;
  readonly locks: ProcessLocks;
  readConfig(file: string): SettingsReading;
  schema(which: 'config' | 'strategy'): unknown;
  openBot(config: Settings, permission: Permission): Promise<RunningBot>;
  ensureSimulator(
    config: Settings,
    keeper: string,
  ): Promise<{ readonly pid: number; stop(): Promise<void> } | undefined>;
  records(config: Settings): Records;
  explain: typeof explain;
  backtest(request: BacktestRequest): Promise<BacktestReport>;
  /** Candles on disk. */
  data(choice: ConfigChoice): DataFolder;
  simulate(request: SimulatorRequest): Promise<RunningSimulator>;
  readonly simulationDefaults: typeof SIMULATION_DEFAULTS;
}

/** @param equip see openBot. */
export function createApp(equip?: Equip): PlimsollApp {
  return {
    version: VERSION,
    locks: processLocks,
    readConfig: readSettings,
    schema: (which) => (which === 'config' ? configJsonSchema() : strategyJsonSchema()),
    openBot: (config, permission) => openBot(config, permission, equip),
    ensureSimulator,
    records: (config) => openRecords(config.database),
    explain,
    backtest: (request) => backtest(request),
    data: openData,
    simulate: (request) => simulate(request),
    simulationDefaults: SIMULATION_DEFAULTS,
  };
}

async function ensureSimulator(
  settings: Settings,
  keeper: string,
): ReturnType<PlimsollApp['ensureSimulator']> {
  const { id, simulated } = loadedOf(settings).config.exchange;
  if (!simulated) return undefined;
  const { balances, ...rest } = simulated;
  const money = Object.fromEntries(balances.map(({ asset, amount }) => [asset, toText(amount)]));
  const hosted = await hostSimulator({ ...rest, venue: venueOf(id), balances: money }, keeper);
  return { pid: hosted.card.pid, stop: () => hosted.stop() };
}
