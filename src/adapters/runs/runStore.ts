/** Runs in a folder: `ID.json` for lists and `ID.report.json.gz` with everything; each is there as a whole or not at all. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { formatUtc } from '../../core/domain/time.ts';
import type { RunStore, StoredRun } from '../../ports/runStore.ts';

/** Runs that are kept at most. */
const RUNS_MAX = 200;
const HASH_DIGITS = 4;
const SUMMARY = /^(\d{8}-\d{6}-[0-9a-f]{4})\.json$/u;

/** @param folder made when something is kept. @param runsMax ≥ 1 */
export function createRunStore<Summary>(folder: string, runsMax = RUNS_MAX): RunStore<Summary> {
  const fileOf = (id: string): string => join(folder, `${id}.report.json.gz`);
  const summaryOf = (id: string): string => join(folder, `${id}.json`);
  const ids = (): string[] => idsIn(folder);
  return {
    folder,
    keep: ({ at, summary, document }) => {
      mkdirSync(folder, { recursive: true });
      const id = idOf(at, document);
      replace(fileOf(id), gzipSync(document));
      replace(summaryOf(id), JSON.stringify(summary));
      for (const old of ids().slice(runsMax))
        for (const file of [summaryOf(old), fileOf(old)]) rmSync(file, { force: true });
      return id;
    },
    list: () => ids().flatMap((id) => storedRun<Summary>(id, summaryOf(id))),
    read: (id) => (existsSync(fileOf(id)) ? documentIn(fileOf(id)) : undefined),
  };
}

/** The newest first. */
function idsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => SUMMARY.exec(name)?.[1] ?? [])
    .sort((a, b) => (a < b ? 1 : -1));
}

/** `20240131-093000-a1b2`: when it was kept, and a mark of what is in it. */
function idOf(at: number, document: string): string {
  const time = formatUtc(at).slice(0, 19).replaceAll(/[-:]/gu, '').replace('T', '-');
  const hash = createHash('sha256').update(document).digest('hex').slice(0, HASH_DIGITS);
  return `${time}-${hash}`;
}

/** A kill leaves the old file or the new one. */
function replace(file: string, content: string | Uint8Array): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

function storedRun<Summary>(id: string, file: string): StoredRun<Summary>[] {
  try {
    return [{ id, summary: JSON.parse(readFileSync(file, 'utf8')) as Summary }];
  } catch {
    return [];
  }
}

function documentIn(file: string): string {
  try {
    return gunzipSync(readFileSync(file)).toString('utf8');
  } catch (error) {
    throw new Error(`RUN_INVALID: ${file} is broken`, { cause: error });
  }
}
