/** The order queue that the configuration asks for. */
import type { LoadedConfig } from '../adapters/config/load.ts';
import { processLocks } from '../adapters/sqlite/processLock.ts';
import type { Logger } from '../ports/logger.ts';
import type { OrderQueue } from '../ports/orderQueue.ts';

/** Only the backend in use is loaded: BullMQ and the Redis client alone are some 25 MB. */
export async function openQueue(
  { config, secrets }: LoadedConfig,
  logger: Logger,
): Promise<OrderQueue> {
  const { backend, directory, prefix } = config.queue;
  if (backend === 'redis' && secrets.redisUrl !== undefined) {
    const { createRedisQueue } = await import('../adapters/bullmq/redisQueue.ts');
    return createRedisQueue({ url: secrets.redisUrl, prefix, logger });
  }
  const { createEmbeddedQueue } = await import('../adapters/bullmq/embeddedQueue.ts');
  return createEmbeddedQueue({ directory, logger, locks: processLocks });
}
