/** The log of a run, which writes down no secret. */
import { secretTexts } from '../adapters/config/environment.ts';
import type { LoadedConfig } from '../adapters/config/load.ts';
import { createLogger, type ClosableLogger } from '../adapters/logging/logger.ts';

/** @param more secrets besides those of the environment */
export function openLogger(
  { config, secrets }: LoadedConfig,
  more: readonly string[],
): ClosableLogger {
  const known = [...secretTexts(secrets), ...more];
  return createLogger({ level: config.logLevel, file: config.logFile, secrets: known });
}
