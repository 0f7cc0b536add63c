/**
 * What a panic did past the books, beside them: `plimsoll.db.panic`, one line of JSON per deed, written before the next one is begun.
 * The next start with books finds it there, keeps entries off, and puts it aside under the time of its first line.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import type { DeedFile } from '../runtime/offlinePanic.ts';
import type { Aftermath } from '../runtime/parts.ts';

/** Goes on with the file of a panic that did not come to its end. */
export function panicFile(database: string): DeedFile {
  const path = pathOf(database);
  let trouble = '';
  return {
    path,
    trouble: () => trouble,
    record: (deed) => {
      try {
        appendLine(path, JSON.stringify({ at: new Date().toISOString(), ...deed }));
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error);
      }
    },
  };
}

/** What a panic has left to the next start; undefined when there was none. */
export function aftermathOf(database: string): Aftermath | undefined {
  const path = pathOf(database);
  if (!existsSync(path)) return undefined;
  const since = beginOf(path);
  return {
    reason: `panic: it went past the books${since === '' ? '' : ` at ${since}`}, see ${path}-*`,
    settled: () => {
      renameSync(path, `${path}-${(since || new Date().toISOString()).replaceAll(':', '')}`);
    },
  };
}

function pathOf(database: string): string {
  return `${database}.panic`;
}

function beginOf(path: string): string {
  return /^\{"at":"(?<at>[\d\-T:.]+Z)"/u.exec(readFileSync(path, 'utf8'))?.groups?.['at'] ?? '';
}

function appendLine(path: string, line: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    writeSync(file, `${line}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
