/** A worker for searches that run elsewhere: needs the address of a Redis, and nothing else. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { joinTasks } from '../adapters/bullmq/redisTaskWorker.ts';
import type { JoinedWorker, WorkRequest } from '../research/optimise/request.ts';
import type { TrialTask } from '../research/optimise/trial.ts';
import { SILENT } from './silentLogger.ts';
import { trialThreads, type TrialPool } from './trialPool.ts';
import { setupFrom } from './trialWire.ts';
import { VERSION } from './version.ts';

/** Recordings kept at a time: searches that run beside each other take turns. */
const SETUPS_MAX = 2;
/** Enough to tell workers of one machine apart. */
const NAME_CHARS = 6;

export async function workOnTrials({ url, threads, onRemark }: WorkRequest): Promise<JoinedWorker> {
  const logger = {
    ...SILENT,
    warn: (_fields: unknown, text: string) => {
      onRemark(text);
    },
  };
  const pools = new Map<string, Promise<TrialPool>>();
  const poolOf = (setup: string, fetch: () => Promise<Uint8Array>): Promise<TrialPool> => {
    const known = pools.get(setup);
    if (known) return known;
    for (const oldest of pools.keys()) {
      if (pools.size < SETUPS_MAX) break;
      void pools.get(oldest)?.then((pool) => pool.close());
      pools.delete(oldest);
    }
    const made = fetch().then((bytes) => trialThreads(setupFrom(bytes), threads));
    pools.set(setup, made);
    made.catch(() => pools.delete(setup));
    return made;
  };
  const worker = await joinTasks({
    ...{ url, threads, logger, version: VERSION },
    name: `${hostname()}-${randomUUID().slice(0, NAME_CHARS)}`,
    handle: async ({ id, setup, task }, fetchSetup) => {
      const pool = await poolOf(setup, fetchSetup);
      // Searches ask for nothing else.
      const { result } = await pool.run(id, task as TrialTask);
      return result;
    },
  });
  return {
    get done() {
      return worker.done;
    },
    close: async () => {
      await worker.close();
      const opened = await Promise.allSettled(pools.values());
      for (const each of opened) if (each.status === 'fulfilled') await each.value.close();
    },
  };
}
