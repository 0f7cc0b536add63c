/** Files of this bot that other users of the machine may read or write. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { rootOf, type LoadedConfig } from '../adapters/config/load.ts';
import type { Condition } from '../core/domain/attention.ts';

const READ_BY_OTHERS = 0o004;
const WRITTEN_BY_OTHERS = 0o002;

/** Folders and files by what may happen to them, with their modes: `data (777)`. */
interface Loose {
  readonly writable: readonly string[];
  readonly readable: readonly string[];
}

/** Warned of with play money, and with real money as far as it can only be read. */
export function rightsConditions(loaded: LoadedConfig): readonly Condition[] {
  const { writable, readable } = looseFiles(loaded);
  return [
    ...(writable.length > 0
      ? [{ code: 'files.writable', inputs: { files: writable.join(', ') } } as const]
      : []),
    ...(readable.length > 0
      ? [{ code: 'files.readable', inputs: { files: readable.join(', ') } } as const]
      : []),
  ];
}

/** @throws Error `LIVE_FILES_UNSAFE`: who writes to the data folder or to the keys commands the money. */
export function requireSafeFiles(loaded: LoadedConfig): void {
  const { writable } = looseFiles(loaded);
  if (writable.length === 0) return;
  throw new Error(
    `LIVE_FILES_UNSAFE: every user of this machine may write to ${writable.join(', ')}, and so command what trades real money; take that right away (chmod o-w)`,
  );
}

function looseFiles({ config: { dataDir, file } }: LoadedConfig): Loose {
  const keys = join(rootOf(file), '.env');
  return {
    writable: [keys, dataDir].flatMap((path) => pathIf(path, WRITTEN_BY_OTHERS)),
    readable: pathIf(keys, READ_BY_OTHERS),
  };
}

/** Rights mean nothing where there are none. */
function pathIf(path: string, right: number): string[] {
  if (process.platform === 'win32') return [];
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & right) === 0 ? [] : [`${path} (mode ${(mode & 0o777).toString(8)})`];
}
