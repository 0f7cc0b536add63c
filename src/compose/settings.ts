/** Configuration from files to what the composition works with. */
import { resolve } from 'node:path';
import { loadConfig, rootOf, type LoadedConfig } from '../adapters/config/load.ts';
import { readEnvironment } from '../adapters/config/environment.ts';
import { offlineFindings } from './fitFacts.ts';
import type { ConfigProblem } from '../adapters/config/problem.ts';

/** A checked configuration as the command line sees it. Made only here; `loadedOf` finds what stands behind it. */
export interface Settings {
  readonly file: string;
  readonly hash: string;
  readonly mode: 'paper' | 'sandbox' | 'live';
  readonly dataDir: string;
  readonly database: string;
  readonly socket: string;
  readonly lockFile: string;
  readonly logFile: string;
  readonly simulated: boolean;
  readonly strategies: readonly {
    readonly id: string;
    readonly kind: string;
    readonly symbol: string;
    readonly file: string;
    readonly hash: string;
  }[];
  readonly warnings: readonly ConfigProblem[];
  /** Strategies that cannot trade, as far as that is known without the exchange: the others run. */
  readonly unfit: readonly ConfigProblem[];
  readonly effective: unknown;
}

const loaded = new WeakMap<Settings, LoadedConfig>();

export type SettingsReading =
  | { readonly ok: true; readonly config: Settings }
  | { readonly ok: false; readonly issues: readonly ConfigProblem[] };

/**
 * Reads and checks everything; what a user wrote wrong comes back as issues, all at once.
 * @param only strategy files that cannot be read are left out, and warned of
 */
export function readSettings(file: string, only?: 'good strategies'): SettingsReading {
  const env = readEnvironment(rootOf(file), process.env);
  if (!env.ok) return { ok: false, issues: env.error };
  const reading = loadConfig(file, env.value, only);
  if (!reading.ok) return { ok: false, issues: reading.error };
  const { config, strategies, hash, hashes, effective, warnings } = reading.value;
  const { mode, dataDir, database, socket, lockFile, logFile, exchange } = config;
  const { unfit, doubtful } = offlineFindings(strategies, config);
  const settings: Settings = {
    file: resolve(file),
    hash,
    mode,
    dataDir,
    database,
    socket,
    lockFile,
    logFile,
    simulated: exchange.simulated !== undefined,
    strategies: strategies.map(({ id, kind, symbol, source }) => ({
      id,
      kind,
      symbol,
      file: source,
      hash: hashes.get(id) ?? '',
    })),
    warnings: [...warnings, ...doubtful],
    unfit,
    effective,
  };
  loaded.set(settings, reading.value);
  return { ok: true, config: settings };
}

/** @throws Error when the settings were not made by `readSettings`. */
export function loadedOf(settings: object): LoadedConfig {
  const found = loaded.get(settings as Settings);
  if (!found) throw new Error('CONFIG_FOREIGN: these settings were not read by this program');
  return found;
}
