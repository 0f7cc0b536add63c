/** The lines of a recorded file, plain or gzipped, and the exact numbers in them. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ASSET_DECIMALS, decimalsOf } from '../engine/amounts.ts';

/** Largest recording read, unpacked. */
const FILE_BYTES_MAX = 1 << 29;
/** Most rows read. */
const ROWS_MAX = 5_000_000;

/** A recording that cannot be replayed; the message names file, line, what is wrong and what was expected instead. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';

  /** @param line 1-based; 0 when the file as a whole is meant. */
  constructor(file: string, line: number, problem: string) {
    super(line > 0 ? `${file}:${String(line)}: ${problem}` : `${file}: ${problem}`);
  }
}

/** @throws RecordingError for a file that is missing, unreadable, too large, or a damaged archive. */
export function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new RecordingError(file, 0, `cannot be read: ${messageOf(error)}`);
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX }).toString('utf8');
  } catch (error) {
    throw new RecordingError(
      file,
      0,
      `cannot be unpacked: ${messageOf(error)}; expected a whole gzip file, fetch it again`,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The data lines of a file, walked several times without keeping them all as objects. */
export class Lines {
  readonly file: string;
  readonly #text: string;
  readonly #from: number;

  /** @param from where the first data line starts; 0 for a text without a second line. */
  constructor(file: string, text: string, from: number) {
    this.file = file;
    this.#text = text;
    this.#from = from === 0 ? text.length : from;
  }

  /** Calls `visit` with the fields of each line and its 1-based number; returns how many there were. */
  each(
    columns: number,
    visit: (fields: readonly string[], line: number, row: number) => void,
  ): number {
    let row = 0;
    let start = this.#from;
    while (start < this.#text.length) {
      const end = this.#text.indexOf('\n', start);
      const line = this.#text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
      start = end < 0 ? this.#text.length : end + 1;
      const number = row + 2;
      const fields = line.split(',');
      if (fields.length !== columns) {
        this.fail(
          number,
          `expected ${String(columns)} comma-separated fields, got "${line.slice(0, 80)}"`,
        );
      }
      if (row >= ROWS_MAX) this.fail(number, `more than ${String(ROWS_MAX)} rows; split the file`);
      visit(fields, number, row);
      row += 1;
    }
    return row;
  }

  fail(line: number, problem: string): never {
    throw new RecordingError(this.file, line, problem);
  }
}

interface Field {
  readonly text: string | undefined;
  readonly decimals: number;
}

const PLAIN_NUMBER = /^\d+(?:\.\d+)?$/;
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** Number of rows, and the decimals that each group of columns needs over all of them. */
export function decimalsNeeded(
  lines: Lines,
  columns: number,
  groups: readonly (readonly number[])[],
): { rows: number; decimals: readonly number[] } {
  const decimals = groups.map(() => 0);
  const rows = lines.each(columns, (fields, line) => {
    for (const [index, group] of groups.entries()) {
      for (const column of group)
        decimals[index] = Math.max(decimals[index] ?? 0, decimalsOf(fields[column] ?? ''));
    }
    if (Math.max(...decimals) > ASSET_DECIMALS) {
      lines.fail(
        line,
        `a number with more than ${String(ASSET_DECIMALS)} decimals; expected prices and amounts of at most ${String(ASSET_DECIMALS)}`,
      );
    }
  });
  if (rows === 0) lines.fail(2, 'no rows; expected at least one');
  return { rows, decimals };
}

/** A number on a grid: digits counted, never a float. */
export function integerOf(lines: Lines, line: number, name: string, field: Field): number {
  const given = field.text ?? '';
  const text = given.includes('.') ? given.replace(/0+$/, '') : given;
  const point = text.indexOf('.');
  const fraction = point < 0 ? 0 : text.length - point - 1;
  const digits = point < 0 ? text : text.slice(0, point) + text.slice(point + 1);
  const isPlain = PLAIN_NUMBER.test(given) && fraction <= field.decimals;
  const value = isPlain ? Number(digits) * (POWERS[field.decimals - fraction] ?? NaN) : NaN;
  if (!Number.isSafeInteger(value)) {
    lines.fail(line, `${name}: expected a plain decimal number, got "${given}"`);
  }
  return value;
}

/** A price on a grid; it must be positive. */
export function priceOf(lines: Lines, line: number, name: string, field: Field): number {
  const ticks = integerOf(lines, line, name, field);
  if (ticks <= 0) lines.fail(line, `${name}: expected a positive price, got "${field.text ?? ''}"`);
  return ticks;
}

/** A time in milliseconds that is not before `earliestMs`. */
export function timeOf(
  lines: Lines,
  line: number,
  field: { readonly name?: string; readonly text: string | undefined; readonly earliestMs: number },
): number {
  const { name = 'timestamp_ms', text, earliestMs } = field;
  const timeMs = integerOf(lines, line, name, { text, decimals: 0 });
  if (timeMs < earliestMs) {
    lines.fail(
      line,
      `${name} ${String(timeMs)} does not come after the row before; expected ascending times, here at least ${String(earliestMs)}`,
    );
  }
  return timeMs;
}
