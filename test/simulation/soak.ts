/** `npm run sim:soak -- --help`: seeds in sequence, one process per core. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  addCoverage,
  addResult,
  coverageTable,
  missingFrom,
  noCoverage,
  type Coverage,
} from './coverage.ts';
import { DiskFolder } from './disk.ts';
import type { FaultId } from './faults.ts';
import { explainViolation } from './report.ts';
import { simulate } from './simulation.ts';
import { readSoakOptions, USAGE, type SoakOptions } from './soakOptions.ts';

/** What a child reports, once in a while and at its end. */
interface Word {
  readonly coverage: Coverage;
  /** Reports of broken invariants. */
  readonly violations: readonly string[];
}

/** Seeds a child runs between two words. */
const SEEDS_PER_WORD = 20;
/** Reports printed at most: one is enough to begin with. */
const VIOLATIONS_MAX = 5;
const DAY_MS = 86_400_000;

/** Every so many seeds from the first to the last, while there is time. */
interface Task {
  readonly first: number;
  readonly step: number;
  /** Exclusive. */
  readonly end: number;
  /** Wall time after which no seed is begun. */
  readonly untilMs: number;
  readonly ids: readonly FaultId[];
}

process.exitCode = await (process.send ? beChild() : beParent());

async function beParent(): Promise<number> {
  const options = readSoakOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (options instanceof Error) {
    process.stderr.write(`sim:soak: ${options.message}\n\n${USAGE}`);
    return 2;
  }
  return soak(options);
}

async function soak({ minutes, seeds, from, jobs, ids }: SoakOptions): Promise<number> {
  const startedMs = performance.now();
  const sum = noCoverage();
  const violations: string[] = [];
  const untilMs = minutes === undefined ? Number.MAX_SAFE_INTEGER : Date.now() + minutes * 60_000;
  const end = seeds === undefined ? Number.MAX_SAFE_INTEGER : from + seeds;
  const children = Array.from({ length: jobs }, (_, index) =>
    child({ first: from + index, step: jobs, end, untilMs, ids }),
  );
  await Promise.all(
    children.map((each) =>
      listen(each, (word) => {
        addCoverage(sum, word.coverage);
        for (const violation of word.violations) {
          violations.push(violation);
          if (violations.length <= VIOLATIONS_MAX) process.stdout.write(`${violation}\n\n`);
        }
      }),
    ),
  );
  const tookMinutes = (performance.now() - startedMs) / 60_000;
  const missing = missingFrom(sum, ids);
  process.stdout.write(`${summary(sum, tookMinutes, jobs)}\n\n${coverageTable(sum)}\n\n`);
  if (missing.length > 0) process.stdout.write(`never occurred: ${missing.join(', ')}\n`);
  process.stdout.write(`${violations.length} violations, ${missing.length} not covered\n`);
  return violations.length + missing.length === 0 ? 0 : 1;
}

function summary(
  { seeds, virtualMs, orders, steps }: Coverage,
  minutes: number,
  jobs: number,
): string {
  const perMinute = (count: number): string => (count / minutes).toFixed(count < 100 ? 2 : 0);
  return (
    `${seeds} seeds on ${jobs} processes: ${perMinute(seeds)} seeds/min, ` +
    `${(virtualMs / DAY_MS / minutes).toFixed(2)} virtual days per wall minute, ` +
    `${perMinute(orders)} orders/min, ${perMinute(steps)} events/min`
  );
}

function child(task: Task): ChildProcess {
  const args = [JSON.stringify(task)];
  return fork(fileURLToPath(import.meta.url), args, { stdio: ['ignore', 1, 2, 'ipc'] });
}

function listen(each: ChildProcess, hear: (word: Word) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    each.on('message', (word) => {
      hear(word as Word);
    });
    each.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`a process of the soak ended with ${String(code ?? signal)}`));
    });
  });
}

async function beChild(): Promise<number> {
  const { first, step, end, untilMs, ids } = JSON.parse(process.argv[2] ?? '') as Task;
  const folder = new DiskFolder();
  let word = { coverage: noCoverage(), violations: [] as string[] };
  const tell = (): void => {
    process.send?.(word satisfies Word);
    word = { coverage: noCoverage(), violations: [] };
  };
  for (let seed = first; seed < end && Date.now() < untilMs; seed += step) {
    const result = await simulate({ seed, folder, ids });
    addResult(word.coverage, result);
    if (result.violation)
      word.violations.push(await explainViolation(result, { seed, folder, ids }));
    if (word.coverage.seeds >= SEEDS_PER_WORD) tell();
  }
  tell();
  folder.remove();
  process.disconnect();
  return 0;
}
