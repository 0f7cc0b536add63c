/** A Redis to measure with: the one that is named, or a server of our own on a free loopback port. */
import { redisIsInstalled, redisServer } from '../builders/orderQueues.ts';

/** Undefined when there is none. */
export async function withRedis<Result>(
  use: (url: string) => Promise<Result>,
): Promise<Result | undefined> {
  const named = process.env['PLIMSOLL_TEST_REDIS_URL'];
  if (named !== undefined && named !== '') return use(named);
  if (!redisIsInstalled) return undefined;
  const server = await redisServer(['--maxmemory-policy', 'noeviction']);
  try {
    return await use(server.url);
  } finally {
    await server.dispose();
  }
}
