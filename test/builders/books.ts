/** Books of each kind for tests: in memory, and in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryJournal } from '../../src/adapters/memory/journal.ts';
import { memoryRecords } from '../../src/adapters/memory/records.ts';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import { openJournal } from '../../src/adapters/sqlite/journal.ts';
import { openRecords } from '../../src/adapters/sqlite/records.ts';
import type { Books } from '../contract/journal.contract.ts';

export const ACCOUNT = { exchange: 'binance', account: 'main' } as const;

export function memoryBooks(): Books {
  const store = createMemoryStore();
  return {
    open: () => memoryJournal(store),
    records: () => memoryRecords(store),
    dispose: () => {},
  };
}

/** A folder of its own below the system's temporary one; `dispose` removes it. */
export function temporaryFolder(): { readonly path: string; dispose(): void } {
  const path = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

export function sqliteBooks(): Books {
  const folder = temporaryFolder();
  const path = join(folder.path, 'data', 'plimsoll.db');
  const open: { close(): void }[] = [];
  const kept = <Closable extends { close(): void }>(made: Closable): Closable => {
    open.push(made);
    return made;
  };
  return {
    open: () => kept(openJournal(path, ACCOUNT)),
    records: () => kept(openRecords(path)),
    dispose: () => {
      for (const one of open) one.close();
      folder.dispose();
    },
  };
}
