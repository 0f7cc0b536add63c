/** Where the trials of a search run. */
import { compiledEntry } from '../adapters/bullmq/entry.ts';
import { createThreadPool } from '../adapters/workers/threadPool.ts';
import type { TaskPool } from '../ports/taskPool.ts';
import type { TrialOutcome, TrialTask } from '../research/optimise/trial.ts';
import type { TrialThreadData } from './trialThread.ts';

export type TrialPool = TaskPool<TrialTask, TrialOutcome>;

/** Worker threads of this process, which read the recording from the same memory. */
export function trialThreads({ terms, columns }: TrialThreadData, threads: number): TrialPool {
  const data: TrialThreadData = { terms, columns };
  return createThreadPool({ entry: compiledEntry('trialThread', import.meta.url), threads, data });
}
