/**
 * One file of candles: a line of JSON, then columns, little-endian. Opening times as 32-bit counts of bars since the epoch, prices
 * and volume as 64-bit floats: 44 bytes a bar, read in one go, decoded by copying. A checksum over the columns is in the header.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { emptyColumns, type BarColumns } from '../../core/domain/market.ts';
import { isTimeframe, timeframeMs, type Millis, type Timeframe } from '../../core/domain/time.ts';

const FORMAT = 'plimsoll-bars-1';
const FLOATS = ['open', 'high', 'low', 'close', 'volume'] as const;
const BYTES_PER_BAR = 4 + FLOATS.length * 8;
/** A header is a short line; what is longer is no header. */
const HEADER_BYTES_MAX = 1_024;

export interface BarFileHeader {
  readonly format: typeof FORMAT;
  readonly timeframe: Timeframe;
  readonly bars: number;
  readonly first: Millis;
  readonly last: Millis;
  /** Of everything behind the header, hex. */
  readonly sha256: string;
}

/** Writes beside the file, then takes its place. `bars` must not be empty. */
export function writeBarFile(file: string, timeframe: Timeframe, bars: BarColumns): void {
  const body = encode(bars, timeframeMs(timeframe));
  const header: BarFileHeader = {
    format: FORMAT,
    timeframe,
    bars: bars.openTime.length,
    first: bars.openTime[0] ?? 0,
    last: bars.openTime.at(-1) ?? 0,
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${String(process.pid)}.part`;
  writeFileSync(beside, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]), {
    flush: true,
  });
  renameSync(beside, file);
}

/** @throws Error `DATA_CORRUPT` naming the file and what is wrong with it. */
export function readBarFile(file: string): {
  readonly header: BarFileHeader;
  readonly bars: BarColumns;
} {
  const bytes = readFileSync(file);
  const { header, length } = headerOf(file, bytes);
  const body = bytes.subarray(length);
  const wanted = header.bars * BYTES_PER_BAR;
  if (body.length !== wanted)
    throw corrupt(file, `${String(body.length)} bytes where ${String(wanted)} should be`);
  if (createHash('sha256').update(body).digest('hex') !== header.sha256)
    throw corrupt(file, 'the checksum does not match');
  return { header, bars: decode(body, header) };
}

/** The header alone. @throws as `readBarFile`. */
export function readBarHeader(file: string): BarFileHeader {
  return headerOf(file, readFileSync(file)).header;
}

function headerOf(
  file: string,
  bytes: Buffer,
): { readonly header: BarFileHeader; readonly length: number } {
  const end = bytes.subarray(0, HEADER_BYTES_MAX).indexOf('\n');
  let header: unknown;
  try {
    header = JSON.parse(bytes.subarray(0, Math.max(end, 0)).toString('utf8'));
  } catch {
    throw corrupt(file, 'it does not begin with a header');
  }
  if (!isHeader(header)) throw corrupt(file, `it is not of the format ${FORMAT}`);
  return { header, length: end + 1 };
}

function isHeader(value: unknown): value is BarFileHeader {
  const header = value as Partial<BarFileHeader> | null;
  return (
    typeof header === 'object' &&
    header?.format === FORMAT &&
    isTimeframe(String(header.timeframe)) &&
    Number.isSafeInteger(header.bars) &&
    typeof header.sha256 === 'string'
  );
}

function corrupt(file: string, problem: string): Error {
  return new Error(`DATA_CORRUPT: ${file}: ${problem}; take it away and fetch it again`);
}

function encode(bars: BarColumns, lengthMs: number): Buffer {
  const rows = bars.openTime.length;
  const counts = Uint32Array.from(bars.openTime, (at) => at / lengthMs);
  const columns = FLOATS.map((name) => Buffer.from(bars[name].slice().buffer));
  return Buffer.concat([Buffer.from(counts.buffer), ...columns], rows * BYTES_PER_BAR);
}

function decode(body: Buffer, { bars, timeframe }: BarFileHeader): BarColumns {
  // A copy of its own begins on a boundary that typed arrays can start at.
  const own = body.buffer.slice(body.byteOffset, body.byteOffset + body.length);
  const lengthMs = timeframeMs(timeframe);
  const columns = emptyColumns(bars);
  columns.openTime.set(new Uint32Array(own, 0, bars));
  for (let row = 0; row < bars; row += 1)
    columns.openTime[row] = (columns.openTime[row] ?? 0) * lengthMs;
  for (const [place, name] of FLOATS.entries()) {
    const start = bars * 4 + place * bars * 8;
    columns[name].set(new Float64Array(own.slice(start, start + bars * 8)));
  }
  return columns;
}
