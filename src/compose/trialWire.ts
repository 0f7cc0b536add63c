/** What all trials of a search have in common, as bytes: for workers that have no files. */
import { createHash } from 'node:crypto';
import { emptyColumns, type BarColumns } from '../core/domain/market.ts';
import type { TrialThreadData } from './trialThread.ts';
import type { RunTerms } from './trialRun.ts';

/** In this order they follow each other. */
const COLUMNS = ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const;
const LENGTH_BYTES = 4;
const FLOAT_BYTES = 8;

interface Header {
  readonly terms: RunTerms;
  readonly rows: number;
}

/** Named by their SHA-256. */
export function setupBytes({ terms, columns }: TrialThreadData): {
  readonly name: string;
  readonly bytes: Uint8Array;
} {
  const header: Header = { terms, rows: columns.openTime.length };
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  // Copies: what lies on shared memory is not hashed or sent in place.
  const parts = COLUMNS.map((name) => Buffer.from(new Float64Array(columns[name]).buffer));
  const bytes = Buffer.concat([length, text, ...parts]);
  return { name: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** From `setupBytes`, with the columns on shared memory. @throws Error `SETUP_CORRUPT` */
export function setupFrom(bytes: Uint8Array): TrialThreadData {
  const all = Buffer.from(bytes);
  const length = all.readUInt32LE(0);
  // Its hash was its name: it is what was packed.
  const { terms, rows } = JSON.parse(
    all.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length),
  ) as Header;
  const columns: Record<string, Float64Array> = {};
  let at = LENGTH_BYTES + length;
  if (all.length !== at + COLUMNS.length * rows * FLOAT_BYTES)
    throw new Error('SETUP_CORRUPT: it has another length than it says');
  for (const name of COLUMNS) {
    const shared = new SharedArrayBuffer(rows * FLOAT_BYTES);
    new Uint8Array(shared).set(all.subarray(at, at + rows * FLOAT_BYTES));
    columns[name] = new Float64Array(shared);
    at += rows * FLOAT_BYTES;
  }
  const filled: BarColumns = { ...emptyColumns(0), ...columns };
  return { terms, columns: filled };
}
