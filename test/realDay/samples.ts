/** What a process takes: read from /proc, and from the probe that was loaded into it (test/builders/heapProbe.mjs). */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const MIB = 1_048_576;
const KIB_PER_MIB = 1_024;

/** One row of a curve. Memory in MiB; what could not be read is null. */
export interface Sample {
  /** Since the day began. */
  readonly seconds: number;
  /** Of this lane's processes, from 1. */
  readonly life: number;
  readonly rss: number;
  /** The part of it that is the process's own, and the part that is pages of files. */
  readonly anonymous: number;
  readonly file: number;
  readonly heapUsed: number | null;
  readonly heapTotal: number | null;
  /** Left by the last full collection. */
  readonly heapFloor: number | null;
  readonly external: number | null;
  /** Heaps of the other threads. */
  readonly threads: number | null;
  readonly descriptors: number;
  /** What was going on; empty when nothing was. */
  readonly happening: string;
}

export type Measure = Exclude<keyof Sample, 'seconds' | 'life' | 'happening'>;

interface Probe {
  readonly pid: number;
  readonly used: number;
  readonly total: number;
  readonly floor: number | null;
  readonly external: number;
}

/** @returns undefined when the process is not there (any more) */
export function readProcess(
  pid: number,
  probeFile: string,
): Omit<Sample, 'seconds' | 'life' | 'happening'> | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mib = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1]) / KIB_PER_MIB;
    const rss = mib('VmRSS');
    // A process that has ended and was not waited for has no memory.
    if (Number.isNaN(rss)) return undefined;
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return {
      rss,
      anonymous: mib('RssAnon'),
      file: mib('RssFile'),
      descriptors,
      ...probed(pid, probeFile),
    };
  } catch {
    return undefined;
  }
}

type Probed = Pick<Sample, 'heapUsed' | 'heapTotal' | 'heapFloor' | 'external' | 'threads'>;

function probed(pid: number, probeFile: string): Probed {
  const main = readProbe(probeFile, pid);
  const inMib = (bytes: number | null | undefined): number | null =>
    bytes === null || bytes === undefined ? null : bytes / MIB;
  const others = namesBeside(probeFile)
    .map((file) => readProbe(file, pid)?.used)
    .filter((used) => used !== undefined);
  return {
    heapUsed: inMib(main?.used),
    heapTotal: inMib(main?.total),
    heapFloor: inMib(main?.floor),
    external: inMib(main?.external),
    threads: others.length === 0 ? null : inMib(others.reduce((total, used) => total + used, 0)),
  };
}

function namesBeside(probeFile: string): string[] {
  const name = basename(probeFile);
  return readdirSync(dirname(probeFile))
    .filter((other) => other.startsWith(`${name}.`) && !other.endsWith('.new'))
    .map((other) => join(dirname(probeFile), other));
}

/** Undefined before its first word, and when the file is of an earlier process. */
function readProbe(file: string, pid: number): Probe | undefined {
  try {
    const probe = JSON.parse(readFileSync(file, 'utf8')) as Probe;
    return probe.pid === pid ? probe : undefined;
  } catch {
    return undefined;
  }
}
