/** What status says about the composition itself. */
import type { StatusAbout } from '../runtime/status.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import type { Settings } from './settings.ts';
import { VERSION } from './version.ts';

interface AboutParts {
  readonly settings: Settings;
  readonly loaded: LoadedConfig;
  readonly venue: string;
}

export function about(
  { settings, loaded, venue }: AboutParts,
  run: { readonly loadedMs: number; readonly counts: StatusAbout['counts'] },
): StatusAbout {
  return {
    mode: settings.mode,
    version: VERSION,
    pid: process.pid,
    config: { file: settings.file, hash: settings.hash, loadedMs: run.loadedMs },
    exchange: { id: loaded.config.exchange.id, venue },
    database: settings.database,
    counts: run.counts,
  };
}
