/** The recordings of a period, from a folder. */
import { readRecording } from '../adapters/recordings/readRecording.ts';
import type { Millis } from '../core/domain/time.ts';
import type { RecordedRun } from '../research/drift/recorded.ts';

/** Recordings that reach into the period: each goes on until the next one begins. */
export function runsBetween(
  files: readonly string[],
  { fromMs, toMs }: { readonly fromMs: Millis; readonly toMs: Millis },
): string[] {
  const begins = files.map((file) => firstEventAt(file));
  return files.filter((_file, index) => {
    const begin = begins[index] ?? Infinity;
    return begin < toMs && (begins[index + 1] ?? Infinity) > fromMs;
  });
}

/** Infinity for one in which nothing happened. */
function firstEventAt(file: string): Millis {
  for (const entry of readRecording(file).entries())
    if (entry.kind === 'event') return entry.value.at;
  return Infinity;
}

/** One that tells how far all are. */
export function told(
  file: string,
  before: number,
  onProgress: (share: number) => void,
): RecordedRun {
  return {
    *entries() {
      onProgress(before);
      yield* readRecording(file).entries();
    },
  };
}
