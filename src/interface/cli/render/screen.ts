/** A block of lines at the end of the terminal that is painted again in place. */
import type { Io } from '../io.ts';
import { clippedLine, widthOf } from './text.ts';

const CLEAR_BELOW = '\u001b[J';

type Terminal = Pick<Io, 'out' | 'size'>;

export class Screen {
  readonly #io: Terminal;
  #lines: readonly string[] = [];

  constructor(io: Terminal) {
    this.#io = io;
  }

  /** Lines that a block may have without scrolling. */
  get height(): number {
    return Math.max(1, this.#io.size().rows - 1);
  }

  /** Replaces the block. Lines are cut to the terminal's width, and their number to its height: neither may scroll. */
  paint(lines: readonly string[]): void {
    const { columns } = this.#io.size();
    const fitting = lines.slice(0, this.height).map((line) => clippedLine(line, columns));
    this.#io.out(`${this.#home()}${fitting.map((line) => `${line}\n`).join('')}`);
    this.#lines = fitting;
  }

  /** Prints a line above the block, where it stays. */
  above(text: string): void {
    const { columns } = this.#io.size();
    const lines = this.#lines.map((line) => clippedLine(line, columns));
    const block = lines.map((line) => `${line}\n`).join('');
    this.#io.out(`${this.#home()}${text}\n${block}`);
    this.#lines = lines;
  }

  /** Back to the first line of the block, with nothing below. */
  #home(): string {
    const rows = this.#rows();
    return `${rows === 0 ? '' : `\u001b[${rows}A`}\r${CLEAR_BELOW}`;
  }

  /** Rows that the block takes now: a terminal that has become narrower has broken its lines. */
  #rows(): number {
    const { columns } = this.#io.size();
    return this.#lines.reduce(
      (rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / Math.max(1, columns))),
      0,
    );
  }
}
