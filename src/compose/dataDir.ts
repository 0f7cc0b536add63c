/** Where a configuration keeps what it makes. */
import { existsSync } from 'node:fs';
import { loadConfigOnly } from '../adapters/config/backtestFiles.ts';
import { renderProblem } from '../adapters/config/problem.ts';
import type { ConfigChoice } from './backtestAccount.ts';

/** Of the default one when there is no configuration. @throws Error `CONFIG_INVALID` */
export function dataDirOf({ file, isNamed }: ConfigChoice): string {
  if (!isNamed && !existsSync(file)) return 'data';
  const loaded = loadConfigOnly(file);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  return loaded.value.dataDir;
}
