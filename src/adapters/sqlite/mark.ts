/**
 * How far the books have come, kept beside them: `plimsoll.db.mark`. A copy of the books that is put back is behind it. It is written
 * after each commit that plans orders and not synced: after a power loss it may be behind the books, which says nothing, but never
 * ahead of books that are whole.
 */
import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

export interface Mark {
  /** The database it is about: another one says nothing of this one. */
  readonly instanceId: string;
  readonly epoch: number;
  /** Sequence of the newest intent. */
  readonly sequence: number;
  /** Highest sequence that any copy has given; none is given twice. */
  readonly highest: number;
}

export interface MarkFile {
  /** Undefined when there is none, or none that can be read. */
  read(): Mark | undefined;
  /** Best effort: without it only an old copy goes unnoticed. @param sync wait for the disk */
  write(mark: Mark, sync?: boolean): void;
  close(): void;
}

/** One line of this length, written over itself: a full disk has room for it. */
const BYTES = 128;

export function markFile(path: string): MarkFile {
  let file: number | undefined;
  const open = (): number => {
    // Not with 'w': what is there must not be cut before it is written over.
    file ??= openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    return file;
  };
  return {
    read: () => {
      try {
        return markIn(readFileSync(path, 'latin1'));
      } catch {
        return undefined;
      }
    },
    write: (mark, sync = false) => {
      try {
        const handle = open();
        writeSync(handle, lineOf(mark), 0, 'latin1');
        if (sync) fsyncSync(handle);
      } catch {
        // Books that cannot be marked are as good as before.
      }
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function lineOf({ instanceId, epoch, sequence, highest }: Mark): string {
  return `${JSON.stringify({ instanceId, epoch, sequence, highest }).padEnd(BYTES - 1)}\n`;
}

function markIn(text: string): Mark | undefined {
  const fields = JSON.parse(text) as Partial<Record<keyof Mark, unknown>>;
  const { instanceId, epoch, sequence, highest } = fields;
  const numbers = [epoch, sequence, highest].map(Number);
  if (typeof instanceId !== 'string' || !numbers.every(Number.isSafeInteger)) return undefined;
  return {
    instanceId,
    epoch: Number(epoch),
    sequence: Number(sequence),
    highest: Number(highest),
  };
}
