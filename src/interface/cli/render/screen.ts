/** A block of lines at the end of the terminal that is painted again in place. */
import type { Io } from '../io.ts';
import { clippedLine } from './text.ts';

const CLEAR_BELOW = '\u001b[J';

export class Screen {
  readonly #io: Io;
  #lines: readonly string[] = [];

  constructor(io: Io) {
    this.#io = io;
  }

  /** Replaces the block. Lines are cut to the terminal's width, and their number to its height: neither may scroll. */
  paint(lines: readonly string[]): void {
    const { columns, rows } = this.#io.size();
    const fitting = lines.slice(0, Math.max(1, rows - 1)).map((line) => clippedLine(line, columns));
    this.#io.out(`${this.#home()}${fitting.map((line) => `${line}\n`).join('')}`);
    this.#lines = fitting;
  }

  /** Prints a line above the block, where it stays. */
  above(text: string): void {
    const block = this.#lines.map((line) => `${line}\n`).join('');
    this.#io.out(`${this.#home()}${text}\n${block}`);
  }

  /** Back to the first line of the block, with nothing below. */
  #home(): string {
    const up = this.#lines.length === 0 ? '' : `\u001b[${this.#lines.length}A`;
    return `${up}\r${CLEAR_BELOW}`;
  }
}
