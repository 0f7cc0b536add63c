/**
 * `npm run sim:soak -- --minutes 10 [--from SEED] [--jobs N]`: seeds in sequence, one process per core. Exit code 1 when an invariant
 * breaks, or when a fault or a legal transition never occurred.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  addCoverage,
  addResult,
  coverageTable,
  missingFrom,
  noCoverage,
  type Coverage,
} from './coverage.ts';
import { DiskFolder } from './disk.ts';
import { explainViolation } from './report.ts';
import { simulate } from './simulation.ts';

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

process.exitCode = await (process.send ? beChild() : beParent());

async function beParent(): Promise<number> {
  const { minutes, from, jobs } = readOptions();
  const startedMs = performance.now();
  const sum = noCoverage();
  const violations: string[] = [];
  const endMs = Date.now() + minutes * 60_000;
  const children = Array.from({ length: jobs }, (_, index) => child([from + index, jobs, endMs]));
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
  const missing = missingFrom(sum);
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

function child(task: readonly number[]): ChildProcess {
  return fork(fileURLToPath(import.meta.url), task.map(String), { stdio: ['ignore', 1, 2, 'ipc'] });
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
  const [first = 0, step = 1, endMs = 0] = process.argv.slice(2).map(Number);
  const folder = new DiskFolder();
  let word = { coverage: noCoverage(), violations: [] as string[] };
  const tell = (): void => {
    process.send?.(word satisfies Word);
    word = { coverage: noCoverage(), violations: [] };
  };
  for (let seed = first; Date.now() < endMs; seed += step) {
    const result = await simulate({ seed, folder });
    addResult(word.coverage, result);
    if (result.violation) word.violations.push(await explainViolation(result, { seed, folder }));
    if (word.coverage.seeds >= SEEDS_PER_WORD) tell();
  }
  tell();
  folder.remove();
  process.disconnect();
  return 0;
}

function readOptions(): { minutes: number; from: number; jobs: number } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const [minutes, from, jobs] = [values.minutes, values.from, values.jobs].map(Number);
  if (minutes === undefined || !(minutes > 0))
    throw new Error('--minutes: expected a number above 0');
  if (from === undefined || !Number.isSafeInteger(from) || from < 0)
    throw new Error('--from: expected a whole number');
  if (jobs === undefined || !Number.isSafeInteger(jobs) || jobs < 1)
    throw new Error('--jobs: expected a whole number above 0');
  return { minutes, from, jobs };
}
