/** An append-only file of JSON lines whose valid length is known from outside. */
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs';

/** Lines buffered before they are written without being asked. */
const BUFFER_LINES_MAX = 4_096;
/** Lines read back: what memory keeps anyway. */
const LOAD_LINES_MAX = 100_000;

export class LineJournal {
  readonly #file: string;
  #bytes: number;
  #buffer: string[] = [];

  /** @param bytes how much of the file counts; the rest is cut off. */
  constructor(file: string, bytes: number) {
    this.#file = file;
    const handle = openSync(file, 'a+');
    const length = statSync(file).size;
    if (length < bytes)
      throw new Error(
        `${file}: ${String(length)} bytes, expected at least ${String(bytes)}; restore it or start a new world`,
      );
    ftruncateSync(handle, bytes);
    closeSync(handle);
    this.#bytes = bytes;
  }

  /** Length of the file once {@link flush} has returned. */
  get bytes(): number {
    return this.#bytes;
  }

  append(value: unknown): void {
    this.#buffer.push(`${JSON.stringify(value)}\n`);
    if (this.#buffer.length >= BUFFER_LINES_MAX) this.flush();
  }

  flush(): void {
    if (this.#buffer.length === 0) return;
    const text = this.#buffer.join('');
    this.#buffer = [];
    appendFileSync(this.#file, text);
    this.#bytes += Buffer.byteLength(text);
  }

  /** The latest lines, parsed, oldest first. */
  load(): unknown[] {
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    lines.pop();
    return lines.slice(-LOAD_LINES_MAX).map((line): unknown => JSON.parse(line));
  }
}
