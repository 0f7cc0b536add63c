/** Summaries of measurements. */

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
}

export interface Stopwatch {
  stop(): Cost;
}

/** Starts to measure. On a shared machine wall time tells of the neighbours, too; processor time hardly does. */
export function startStopwatch(): Stopwatch {
  const cpu = process.cpuUsage();
  const start = performance.now();
  return {
    stop: () => {
      const wallMs = performance.now() - start;
      const { user, system } = process.cpuUsage(cpu);
      return { wallMs, cpuMs: (user + system) / 1_000 };
    },
  };
}
