/** What happened, in words, for the report of a violation. */

/** Lines kept: the last of them tell how it came to this. */
const LINES_MAX = 50;

export class Trace {
  readonly #now: () => number;
  #lines: string[] = [];
  /** A digest of every line there ever was: equal for equal histories. */
  digest = 0x811c9dc5;
  /** Told of every line, for `--verbose`. */
  onLine: ((line: string) => void) | undefined;

  /** @param now virtual time. */
  constructor(now: () => number) {
    this.#now = now;
  }

  say(words: string): void {
    const line = `${(this.#now() / 1000).toFixed(3).padStart(9)} s  ${words}`;
    for (let index = 0; index < line.length; index += 1) {
      this.digest = Math.imul(this.digest ^ line.charCodeAt(index), 0x01000193) >>> 0;
    }
    this.onLine?.(line);
    this.#lines.push(line);
    if (this.#lines.length >= 2 * LINES_MAX) this.#lines = this.#lines.slice(-LINES_MAX);
  }

  /** The last lines, oldest first. */
  last(): readonly string[] {
    return this.#lines.slice(-LINES_MAX);
  }
}
