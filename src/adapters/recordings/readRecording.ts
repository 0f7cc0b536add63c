/** A recording on disk, entry by entry. */
import { readEntry, type RecordingEntry } from '../../core/domain/recording.ts';
import { readBlocks, type BlockEnd } from './blocks.ts';

export interface RecordingFile {
  readonly file: string;
  /** @throws Error `RECORDING_INVALID`, `RECORDING_MISSING` */
  entries(): Generator<RecordingEntry>;
  /** How far `entries` has come, and what at the end could not be read. */
  readonly end: Readonly<BlockEnd>;
}

export function readRecording(file: string): RecordingFile {
  const end: BlockEnd = { share: 0, tornBytes: 0 };
  return {
    file,
    end,
    *entries() {
      for (const text of readBlocks(file, end))
        for (const line of text.split('\n')) if (line !== '') yield readEntry(line);
    },
  };
}
