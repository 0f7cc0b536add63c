/** A worker thread of the optimiser: started by file name, answers each task with what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadAnswer, ThreadTask } from '../adapters/workers/threadPool.ts';
import type { BarColumns } from '../core/domain/market.ts';
import type { TrialTask } from '../research/optimise/trial.ts';
import { runTrial, type RunTerms } from './trialRun.ts';

/** What every thread gets. */
export interface TrialThreadData {
  readonly terms: RunTerms;
  /** On shared memory. */
  readonly columns: BarColumns;
}

const port = parentPort;
if (port === null) throw new Error('this file is started as a thread by the optimiser');
const { terms, columns } = workerData as TrialThreadData;

const answer = async ({ id, task }: ThreadTask): Promise<ThreadAnswer> => {
  try {
    // The optimiser sends nothing else.
    return { id, result: await runTrial(terms, columns, task as TrialTask) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
};

port.on('message', (asked: ThreadTask) => {
  void answer(asked).then((answered) => port.postMessage(answered));
});
