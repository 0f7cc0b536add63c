/** Everything the command line can ask for, in one object. What only some commands need is read when they do. */
import { configJsonSchema, strategyJsonSchema } from '../adapters/config/reference.ts';
import { processLocks } from '../adapters/sqlite/processLock.ts';
import { openRecords } from '../adapters/sqlite/records.ts';
import type { ProcessLocks } from '../ports/processLock.ts';
import type { Records } from '../ports/records.ts';
import type { BacktestReport } from '../research/reportSchema.ts';
import type { BacktestRequest } from './backtest.ts';
import type { BacktestRuns } from './backtestRuns.ts';
import type { DataFolder } from './data.ts';
import type { ConfigChoice } from './backtestAccount.ts';
import type { describeIndicators } from './indicators.ts';
import type { RunningBot } from './bot.ts';
import type { CheckRequest, FileCheck } from './checkFile.ts';
import { explain } from '../runtime/explain.ts';
import type { OfflinePanic, PanicRequest } from '../runtime/offlinePanic.ts';
import type { Equip, Permission } from './openBot.ts';
import { researchApp, type ResearchApp } from './researchApp.ts';
import { loadedOf, readSettings, type Settings, type SettingsReading } from './settings.ts';
import type { RunningSimulator } from './simulate.ts';
import type { SIMULATION_DEFAULTS, SimulatorRequest } from './simulatorRequest.ts';
import { VERSION } from './version.ts';

export interface PlimsollApp extends ResearchApp {
  readonly version: string;
  readonly locks: ProcessLocks;
  readConfig(file: string, only?: 'good strategies'): SettingsReading;
  check(request: CheckRequest): Promise<FileCheck>;
  schema(which: 'config' | 'strategy'): unknown;
  indicators(): Promise<ReturnType<typeof describeIndicators>>;
  openBot(config: Settings, permission: Permission): Promise<RunningBot>;
  ensureSimulator(
    config: Settings,
    keeper: string,
  ): Promise<{ readonly pid: number; stop(): Promise<void> } | undefined>;
  /** The caller holds the lock of the configuration's daemon. */
  panic(config: Settings, request: PanicRequest): Promise<OfflinePanic>;
  records(config: Settings): Records;
  explain: typeof explain;
  backtest(request: BacktestRequest): Promise<BacktestReport>;
  /** Backtests that were run before. */
  backtestRuns(choice: ConfigChoice): Promise<BacktestRuns>;
  /** Candles on disk. */
  data(choice: ConfigChoice): Promise<DataFolder>;
  simulate(request: SimulatorRequest): Promise<RunningSimulator>;
  simulationDefaults(): Promise<typeof SIMULATION_DEFAULTS>;
}

/** @param equip see openBot. */
export function createApp(equip?: Equip): PlimsollApp {
  return {
    version: VERSION,
    locks: processLocks,
    readConfig: readSettings,
    check: async (request) => (await import('./checkFile.ts')).checkFile(request),
    schema: (which) => (which === 'config' ? configJsonSchema() : strategyJsonSchema()),
    indicators: async () => (await import('./indicators.ts')).describeIndicators(),
    openBot: async (config, permission) =>
      (await import('./openBot.ts')).openBot(config, permission, equip),
    ensureSimulator,
    panic: async (config, request) => (await import('./panic.ts')).panicHere(config, request),
    records: (config) => openRecords(config.database),
    explain,
    backtest: async (request) => (await import('./backtest.ts')).backtest(request),
    backtestRuns: async (choice) => (await import('./backtestRuns.ts')).openRuns(choice),
    data: async (choice) => (await import('./data.ts')).openData(choice),
    ...researchApp,
    simulate: async (request) => (await import('./simulate.ts')).simulate(request),
    simulationDefaults: async () => (await import('./simulatorRequest.ts')).SIMULATION_DEFAULTS,
  };
}

async function ensureSimulator(
  settings: Settings,
  keeper: string,
): ReturnType<PlimsollApp['ensureSimulator']> {
  const { id, simulated } = loadedOf(settings).config.exchange;
  if (!simulated) return undefined;
  const { hostSimulator } = await import('./simulatorHost.ts');
  const { requestOf } = await import('./simulatorRequestOf.ts');
  const hosted = await hostSimulator(requestOf(id, simulated), keeper);
  return { pid: hosted.card.pid, stop: () => hosted.stop() };
}
