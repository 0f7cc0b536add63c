/** Resident memory of the real daemon over time: the program as it is started, against the simulated exchange. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withRedis } from '../redis.ts';
import type { Figure, Table } from '../report.ts';
import { ROOT, withFolder, type BenchRun, type Group } from '../run.ts';
import { median } from '../statistics.ts';

const AIM_REDIS_MIB = 200;
const AIM_EMBEDDED_MIB = 350;
const SAMPLE_MS = 1_000;
/** Before it, the first start makes databases and the exchange its past. */
const START_S = 15;
/** The end of a run: its last samples. */
const LAST_SAMPLES = 30;
const LEAVE_MS = 60_000;
/** Of what the daemon said before it failed, the last characters. */
const SAID_MAX = 2_000;
const KIB_PER_MIB = 1_024;

export const memoryGroup: Group = {
  name: 'memory',
  summary: 'resident memory of the daemon, 10 minutes for each backend (quick: 1)',
  run: async (run) => [await memoryTable(run)],
};

async function memoryTable(run: BenchRun): Promise<Table> {
  const minutes = run.isQuick ? 1 : 10;
  const figures: Figure[] = [];
  const redis = await withRedis((url) => sampled(run, { minutes, name: 'Redis', redisUrl: url }));
  figures.push(
    ...(redis === undefined
      ? [{ name: 'Redis', value: 'skipped', unit: '', how: 'no redis-server on PATH' }]
      : summary('Redis', redis, AIM_REDIS_MIB)),
  );
  const embedded = await sampled(run, { minutes, name: 'embedded' });
  figures.push(...summary('embedded', embedded, AIM_EMBEDDED_MIB));
  return {
    title: `memory: the daemon with the four example strategies, ${minutes} min for each backend`,
    figures,
    remarks: [
      'VmRSS of /proc, one sample per second; the embedded queue is a thread of the same process. The simulated exchange is a process of its own and not counted.',
    ],
  };
}

interface Sampling {
  readonly minutes: number;
  readonly name: string;
  readonly redisUrl?: string;
}

/** MiB, one per second, from the start of the process to the order to stop. */
async function sampled(run: BenchRun, sampling: Sampling): Promise<readonly number[]> {
  const { minutes, name, redisUrl } = sampling;
  run.progress(`${name}, ${minutes} min`);
  return withFolder(async (folder) => {
    for (const part of ['config', 'strategies'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    const { REDIS_URL: _named, ...environment } = process.env;
    const child = spawn(
      process.execPath,
      [
        join(ROOT, 'dist/bin/plimsoll.js'),
        ...['start', '--foreground', '--json', '--config', join(folder, 'config/plimsoll.yaml')],
      ],
      {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...environment, ...(redisUrl !== undefined && { REDIS_URL: redisUrl }) },
      },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    try {
      return await samples(child, minutes * 60);
    } catch (error) {
      throw new Error(said.slice(-SAID_MAX), { cause: error });
    } finally {
      await stop(child);
    }
  });
}

async function samples(child: ChildProcess, seconds: number): Promise<readonly number[]> {
  const values: number[] = [];
  const deadline = performance.now() + seconds * 1_000;
  while (performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the daemon ended by itself after ${values.length} s`);
    values.push(residentMib(child.pid ?? 0));
  }
  return values;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const left = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), LEAVE_MS);
  await left;
  clearTimeout(impatience);
}

function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1]) / KIB_PER_MIB;
}

function summary(name: string, values: readonly number[], aimMib: number): readonly Figure[] {
  const end = median(values.slice(-LAST_SAMPLES));
  const figure = (what: string, value: number, how: string): Figure => ({
    name: `${name}: ${what}`,
    value: value.toFixed(0),
    unit: 'MiB',
    how,
  });
  return [
    figure('at the start', values[START_S - 1] ?? Number.NaN, `after ${START_S} s`),
    figure('largest', Math.max(...values), 'of all samples'),
    {
      ...figure('at the end', end, `median of the last ${LAST_SAMPLES} samples`),
      aim: { text: `≤ ${aimMib} MiB`, isMet: end <= aimMib },
    },
  ];
}
