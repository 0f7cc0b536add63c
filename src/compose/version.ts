import { readFileSync } from 'node:fs';

/** Version of the package this file belongs to. */
export const VERSION = read();

function read(): string {
  // Compiled, this file lies in dist/src/compose; as source, in src/compose.
  for (const path of ['../../../package.json', '../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name?: unknown;
        version?: unknown;
      };
      if (found.name === 'plimsoll') return String(found.version);
    } catch {
      // Not at this depth.
    }
  }
  return 'unknown';
}
