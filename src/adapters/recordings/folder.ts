/** The folder of recordings: one file a run, named by when it began, the oldest given up first. */
import { readdirSync, statSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** When it began (UTC) and which run of the books it was. */
const NAME = /^\d{8}T\d{9}Z-\d+\.rec$/u;

interface StoredRecording {
  readonly file: string;
  readonly bytes: number;
  /** Wall time of the last writing. */
  readonly writtenMs: number;
}

/** Sorts as it began. */
export function recordingName(startedMs: number, epoch: number): string {
  const text = new Date(startedMs).toISOString().replace(/[-:.]/gu, '');
  return `${text}-${String(epoch).padStart(6, '0')}.rec`;
}

/** Oldest first; empty when there is no such folder. */
async function storedRecordings(folder: string): Promise<StoredRecording[]> {
  const names = await readdir(folder).catch(() => []);
  const found: StoredRecording[] = [];
  for (const name of names.filter((each) => NAME.test(each)).sort(byText)) {
    const file = join(folder, name);
    const about = await stat(file).catch(() => undefined);
    if (about) found.push({ file, bytes: about.size, writtenMs: about.mtimeMs });
  }
  return found;
}

/**
 * Recordings that a path stands for, oldest first: a file is itself, of a folder all in it.
 * @throws Error `RECORDING_MISSING` when there is none.
 */
export function recordingsAt(path: string): string[] {
  const about = statSync(path, { throwIfNoEntry: false });
  if (!about) throw new Error(`RECORDING_MISSING: there is no ${path}`);
  if (!about.isDirectory()) return [path];
  const files = readdirSync(path)
    .filter((name) => NAME.test(name))
    .sort(byText)
    .map((name) => join(path, name));
  if (files.length === 0) throw new Error(`RECORDING_MISSING: there is no recording in ${path}`);
  return files;
}

/** Gives up what is too old, then the oldest until all have room for `bytesMax` together. @returns what is left of them, in bytes */
export async function prune(
  folder: string,
  bounds: { readonly bytesMax: number; readonly writtenMsMin: number; readonly keep: string },
): Promise<number> {
  const { bytesMax, writtenMsMin, keep } = bounds;
  const stored = await storedRecordings(folder);
  let bytes = stored.reduce((sum, each) => sum + each.bytes, 0);
  for (const each of stored) {
    if (each.file === keep || (bytes <= bytesMax && each.writtenMs >= writtenMsMin)) continue;
    await rm(each.file, { force: true });
    bytes -= each.bytes;
  }
  return bytes;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
