/** Does recorded runs again, from their files. */
import { join } from 'node:path';
import { recordingsAt } from '../adapters/recordings/folder.ts';
import { readRecording, type RecordingFile } from '../adapters/recordings/readRecording.ts';
import type { RecordingEntry } from '../core/domain/recording.ts';
import { replay, type ReplayResult } from '../research/replay.ts';
import type { ConfigChoice } from './backtestAccount.ts';
import { dataDirOf } from './dataDir.ts';
import { strategyOf } from './strategyOf.ts';

export interface ReplayRequest {
  /** A file, a folder, or `latest`. */
  readonly recording: string;
  readonly config: ConfigChoice;
  /** Before each file and within it, a share in [0, 1]. */
  readonly onProgress: (file: string, share: number) => void;
}

export interface ReplayedFile extends ReplayResult {
  readonly file: string;
  /** Bytes at the end of the file that cannot be read. */
  readonly tornBytes: number;
}

/** How often progress is told, in entries. */
const TOLD_EVERY = 4_096;

/** One after the other, oldest first. @throws Error `RECORDING_…`, `KIND_UNKNOWN`, `CONFIG_INVALID` */
export function* replayRecordings(request: ReplayRequest): Generator<ReplayedFile> {
  for (const file of filesOf(request)) {
    const recording = readRecording(file);
    const tell = (share: number): void => {
      request.onProgress(file, share);
    };
    const result = replay(told(recording, tell), (spec) => strategyOf(spec).strategy);
    yield { file, ...result, tornBytes: recording.end.tornBytes };
  }
}

function filesOf({ recording, config }: ReplayRequest): string[] {
  if (recording !== 'latest') return recordingsAt(recording);
  return recordingsAt(join(dataDirOf(config), 'recordings')).slice(-1);
}

function* told(recording: RecordingFile, tell: (share: number) => void): Generator<RecordingEntry> {
  let entries = 0;
  for (const entry of recording.entries()) {
    if (entries % TOLD_EVERY === 0) tell(recording.end.share);
    entries += 1;
    yield entry;
  }
}
