/** The workers of a search: threads of this process, or whoever has joined on a Redis, threads of this process among them. */
import type { SearchRequest } from '../research/optimise/request.ts';
import { SILENT } from './silentLogger.ts';
import { trialThreads, type TrialPool } from './trialPool.ts';
import type { TrialThreadData } from './trialThread.ts';
import { VERSION } from './version.ts';

/** @throws QueueError `QUEUE_UNAVAILABLE`, `QUEUE_AWAY` */
export async function searchPool(
  data: TrialThreadData,
  { jobs, redisUrl: url, onRemark }: Pick<SearchRequest, 'jobs' | 'redisUrl' | 'onRemark'>,
): Promise<TrialPool> {
  if (url === undefined) return trialThreads(data, jobs);
  // Only a search that asks for it loads BullMQ.
  const { RedisTaskPool } = await import('../adapters/bullmq/redisTaskPool.ts');
  const { workOnTrials } = await import('./trialWorker.ts');
  const { setupBytes } = await import('./trialWire.ts');
  const logger = {
    ...SILENT,
    warn: (_fields: unknown, text: string) => {
      onRemark(text);
    },
  };
  const setup = setupBytes(data);
  const pool: TrialPool = await RedisTaskPool.open({ url, version: VERSION, setup, logger });
  const quiet = { url, threads: jobs, onRemark: () => undefined };
  const own = jobs > 0 ? await workOnTrials(quiet) : undefined;
  return {
    get slots() {
      return pool.slots;
    },
    get room() {
      return pool.room;
    },
    run: (id, task) => pool.run(id, task),
    close: async () => {
      await Promise.all([pool.close(), own?.close()]);
    },
  };
}
