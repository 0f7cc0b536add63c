/** Text of a data file: plain, gzip, or the only file of a zip archive. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';

export interface FileText {
  readonly text: string;
  /** Name of what was read, without folder and without the ending of a compression: of the entry in an archive. */
  readonly name: string;
}

/**
 * Compression is told by the first bytes, not by the name.
 * @throws Error `DATA_MISSING` when the file cannot be read; `DATA_INVALID` when it is compressed and broken, or an archive of
 *         several files.
 */
export function readFileText(file: string): FileText {
  const bytes = bytesOf(file);
  const name = basename(file);
  try {
    if (startsWith(bytes, [0x1f, 0x8b]))
      return { text: gunzipSync(bytes).toString('utf8'), name: name.replace(/\.gz$/u, '') };
    if (startsWith(bytes, [0x50, 0x4b])) return onlyEntry(bytes);
    refuseColumnar(bytes);
  } catch (error) {
    throw new Error(`DATA_INVALID: ${file}: ${messageOf(error)}`, { cause: error });
  }
  return { text: bytes.toString('utf8'), name };
}

/** Files in columns, by their first bytes. They are known, and not read. */
const COLUMNAR: readonly (readonly [magic: string, name: string])[] = [
  ['ARROW1', 'feather'],
  ['FEA1', 'feather'],
  ['PAR1', 'parquet'],
];

/** @throws Error that says what to make of it. */
function refuseColumnar(bytes: Buffer): void {
  const found = COLUMNAR.find(([magic]) => startsWith(bytes, [...Buffer.from(magic)]));
  if (!found) return;
  const [, name] = found;
  throw new Error(
    `it is a ${name} file, which is not read; freqtrade makes JSON of its own: freqtrade convert-data --format-from ${name} --format-to json`,
  );
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`DATA_MISSING: ${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function onlyEntry(bytes: Buffer): FileText {
  const entries = Object.entries(unzipSync(bytes)).filter(([name]) => !name.endsWith('/'));
  const [entry] = entries;
  if (entry === undefined || entries.length > 1)
    throw new Error(`an archive must hold one file; this one holds ${String(entries.length)}`);
  return { text: Buffer.from(entry[1]).toString('utf8'), name: basename(entry[0]) };
}

function startsWith(bytes: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
