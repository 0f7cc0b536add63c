/** What a group of benchmarks is, and what it may use. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Table } from './report.ts';

/** The project's folder, seen from where this file is compiled to. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface BenchRun {
  /** Shorter and less exact. */
  readonly isQuick: boolean;
  /** Says what is being done; the tables follow when all of a group is through. */
  readonly progress: (text: string) => void;
}

export interface Group {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  run(run: BenchRun): Promise<readonly Table[]>;
}

/** Runs with a folder of its own, which is removed afterwards. */
export async function withFolder<Result>(
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
