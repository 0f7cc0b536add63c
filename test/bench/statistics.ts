/** Summaries of measurements. */
import { readFileSync } from 'node:fs';

/** The value below which the share `q` of all lies: q = 0.5 is the median. NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** What a piece of work took. */
export interface Cost {
  readonly wallMs: number;
  /** User and system time of the whole process, its garbage collector and its threads included. */
  readonly cpuMs: number;
  /** The same of the thread that measures alone, where the system tells (Linux): what the collector's helpers do is not in it. */
  readonly threadMs: number | undefined;
}

export interface Stopwatch {
  stop(): Cost;
}

/** Starts to measure. On a shared machine wall time tells of the neighbours, too; processor time hardly does. */
export function startStopwatch(): Stopwatch {
  const cpu = process.cpuUsage();
  const thread = readThreadMs();
  const start = performance.now();
  return {
    stop: () => {
      const wallMs = performance.now() - start;
      const { user, system } = process.cpuUsage(cpu);
      const end = readThreadMs();
      const threadMs = thread === undefined || end === undefined ? undefined : end - thread;
      return { wallMs, cpuMs: (user + system) / 1_000, threadMs };
    },
  };
}

/** Processor time of the calling thread so far, from the scheduler's own count in nanoseconds. */
function readThreadMs(): number | undefined {
  try {
    const [onProcessor] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
    return Number(onProcessor) / 1e6;
  } catch {
    return undefined;
  }
}
