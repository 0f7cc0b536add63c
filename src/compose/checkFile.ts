/** `config check`: what is wrong in a configuration or in one strategy file, with the exchange asked or not. */
import { readEnvironment } from '../adapters/config/environment.ts';
import { loadConfig, rootOf, type LoadedConfig } from '../adapters/config/load.ts';
import type { ConfigProblem } from '../adapters/config/problem.ts';
import { isStrategyFile, loadStrategy } from '../adapters/config/strategyFiles.ts';
import { fail, type Result } from '../core/domain/result.ts';
import { offlineFindings } from './fitFacts.ts';
import { runningSimulator } from './runningSimulator.ts';
import { hostSimulator } from './simulatorHost.ts';
import { requestOf } from './simulatorRequestOf.ts';
import type { ProcessCard } from './simulatorProcess.ts';

/** Who keeps a simulated exchange that is started only to be asked. */
const KEEPER = 'config check';

export interface CheckRequest {
  readonly file: string;
  /** The configuration that a strategy file is checked with, when it can be read. */
  readonly configFile: string;
  /** Ask the exchange for the rules, the fees and the prices of the markets. */
  readonly online: boolean;
}

export interface FileCheck {
  readonly what: 'configuration' | 'strategy';
  /** What must be changed: none when the file is good. */
  readonly issues: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  /** Absent when it could not be read as what it is. */
  readonly about?: {
    readonly mode: string;
    readonly hash: string;
    readonly strategies: readonly string[];
  };
}

/** @throws Error `GATEWAY_FAILED` and the like when the exchange is to be asked and does not answer. */
export async function checkFile(request: CheckRequest): Promise<FileCheck> {
  const { file, configFile, online } = request;
  const isStrategy = isStrategyFile(file);
  const reading = read(isStrategy ? configFile : file);
  if (!isStrategy) return reading.ok ? checkAll(reading.value, online) : refused(reading.error);
  const strategy = loadStrategy(file);
  if (!strategy.ok) return { ...refused(strategy.error), what: 'strategy' };
  if (online && !reading.ok) return { ...refused(reading.error), what: 'strategy' };
  const { spec } = strategy.value;
  const config = reading.ok ? reading.value.config : undefined;
  const findings =
    online && reading.ok
      ? await asked({ ...reading.value, strategies: [spec] })
      : offlineFindings([spec], config);
  return { what: 'strategy', issues: findings.unfit, warnings: findings.doubtful };
}

function read(file: string): Result<LoadedConfig, readonly ConfigProblem[]> {
  const env = readEnvironment(rootOf(file), process.env);
  return env.ok ? loadConfig(file, env.value) : fail(env.error);
}

function refused(issues: readonly ConfigProblem[]): FileCheck {
  return { what: 'configuration', issues, warnings: [] };
}

async function checkAll(loaded: LoadedConfig, online: boolean): Promise<FileCheck> {
  const { config, strategies, hash, warnings } = loaded;
  const findings = online ? await asked(loaded) : offlineFindings(strategies, config);
  return {
    what: 'configuration',
    issues: findings.unfit,
    warnings: [...warnings, ...findings.doubtful],
    about: { mode: config.mode, hash, strategies: strategies.map(({ id }) => id) },
  };
}

/** The exchange is loaded only when it is asked. */
async function asked(loaded: LoadedConfig): ReturnType<typeof onlineFindings> {
  const { id, simulated } = loaded.config.exchange;
  if (!simulated) return onlineFindings(loaded, undefined);
  const running = await runningSimulator(simulated.stateDir);
  if (running) return onlineFindings(loaded, running);
  const hosted = await hostSimulator(requestOf(id, simulated), KEEPER);
  try {
    return await onlineFindings(loaded, hosted.card);
  } finally {
    await hosted.stop();
  }
}

async function onlineFindings(loaded: LoadedConfig, simulator: ProcessCard | undefined) {
  const { onlineFindings: find } = await import('./fitOnline.ts');
  return find(loaded, simulator);
}
