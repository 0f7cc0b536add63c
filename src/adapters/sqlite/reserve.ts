/**
 * Disk space set aside for the day the disk is full: a file that is given up then, so that cancels, exits and fills can still
 * be written for a long while.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Some ten thousand steps. */
export const RESERVE_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/** Free bytes of the file system that holds this path, for this user. */
function freeBytesAt(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}

export class Reserve {
  readonly #path: string;
  readonly #bytes: number;
  readonly #freeBytes: (path: string) => number;

  /** @param bytes 0: nothing is set aside, and nothing can be spent */
  constructor(path: string, bytes: number, freeBytes: (path: string) => number = freeBytesAt) {
    this.#path = path;
    this.#bytes = bytes;
    this.#freeBytes = freeBytes;
  }

  /** The space is not there. */
  get isSpent(): boolean {
    return this.#bytes > 0 && !existsSync(this.#path);
  }

  /** Sets the space aside again, when as much is left besides. A full disk is no error here. */
  build(): void {
    if (!this.isSpent || this.#freeBytes(this.#path) < 2 * this.#bytes) return;
    const draft = `${this.#path}.part`;
    try {
      fill(draft, this.#path, this.#bytes);
    } catch {
      rmSync(draft, { force: true });
    }
  }

  /** Gives the space up; false when there was none. */
  spend(): boolean {
    if (this.#bytes === 0 || this.isSpent) return false;
    rmSync(this.#path, { force: true });
    return true;
  }
}

/** Bytes that no file system stores as a hole, nor compresses away on most. */
function fill(draft: string, path: string, bytes: number): void {
  const chunk = Buffer.alloc(CHUNK_BYTES, 'reserved ');
  const file = openSync(draft, 'w', 0o600);
  try {
    for (let written = 0; written < bytes;)
      written += writeSync(file, chunk, 0, Math.min(CHUNK_BYTES, bytes - written));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
