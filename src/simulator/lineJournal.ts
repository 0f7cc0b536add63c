/** An append-only file of JSON lines whose valid length is known from outside. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs';

/** Lines read back: what memory keeps anyway. */
const LOAD_LINES_MAX = 100_000;

export class LineJournal {
  readonly #file: string;
  #bytes: number;
  #buffer: string[] = [];

  /** @param bytes how much of the file counts; the rest stays until it is {@link cut} off. */
  constructor(file: string, bytes: number) {
    this.#file = file;
    const length = existsSync(file) ? statSync(file).size : 0;
    if (length < bytes)
      throw new Error(
        `${file}: ${String(length)} bytes, expected at least ${String(bytes)}; restore it or start a new world`,
      );
    this.#bytes = bytes;
  }

  /** Makes the file what counts of it; to be called once, before the first flush. */
  cut(): void {
    const handle = openSync(this.#file, 'a+');
    ftruncateSync(handle, this.#bytes);
    closeSync(handle);
  }

  /** Length of the file once {@link flush} has returned. */
  get bytes(): number {
    return this.#bytes;
  }

  append(value: unknown): void {
    this.#buffer.push(`${JSON.stringify(value)}\n`);
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
    if (this.#bytes === 0) return [];
    const lines = readFileSync(this.#file).subarray(0, this.#bytes).toString('utf8').split('\n');
    lines.pop();
    return lines.slice(-LOAD_LINES_MAX).map((line): unknown => JSON.parse(line));
  }
}
