/** Reads a growing, rotated file of lines: its end, and what comes after. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;
/** Lines asked for must lie within this many bytes of the end. */
const TAIL_BYTES_MAX = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;

export class LogFile {
  readonly #path: string;
  #file: number | undefined;
  #inode = 0;
  #offset = 0;
  /** The beginning of a line whose end is not written yet. */
  #rest: Buffer = Buffer.alloc(0);

  /** The file may not be there yet. */
  constructor(path: string) {
    this.#path = path;
    this.#open();
  }

  /** The last `count` lines; reading goes on after them. */
  tail(count: number): readonly string[] {
    const file = this.#file;
    if (file === undefined) return [];
    const { size } = fstatSync(file);
    let start = size;
    let text: Buffer = Buffer.alloc(0);
    while (start > 0 && lineFeeds(text) <= count && text.length < TAIL_BYTES_MAX) {
      const bytes = Math.min(CHUNK_BYTES, start);
      start -= bytes;
      text = Buffer.concat([readAt(file, start, bytes), text]);
    }
    this.#offset = size;
    const lines = this.#split(text);
    return lines.slice(Math.max(0, lines.length - count));
  }

  /** Lines that were finished since the last look, across a rotation. */
  more(): readonly string[] {
    const lines = this.#file === undefined ? [] : this.#split(this.#unread(this.#file));
    if (!this.#rotated()) return lines;
    this.close();
    this.#open();
    return this.#file === undefined ? lines : [...lines, ...this.#split(this.#unread(this.#file))];
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): void {
    if (!existsSync(this.#path)) return;
    this.#file = openSync(this.#path, 'r');
    this.#inode = fstatSync(this.#file).ino;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }

  #rotated(): boolean {
    const current = statSync(this.#path, { throwIfNoEntry: false });
    return current !== undefined && (this.#file === undefined || current.ino !== this.#inode);
  }

  #unread(file: number): Buffer {
    const { size } = fstatSync(file);
    // Somebody has emptied it.
    if (size < this.#offset) this.#offset = 0;
    const bytes = readAt(file, this.#offset, Math.min(size - this.#offset, TAIL_BYTES_MAX));
    this.#offset += bytes.length;
    return bytes;
  }

  #split(bytes: Buffer): string[] {
    const all = Buffer.concat([this.#rest, bytes]);
    const end = all.lastIndexOf(LINE_FEED) + 1;
    this.#rest = all.subarray(end);
    return end === 0
      ? []
      : all
          .subarray(0, end - 1)
          .toString('utf8')
          .split('\n');
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}

function lineFeeds(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
