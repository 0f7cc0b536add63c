import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { createEmbeddedQueue } from '../../src/adapters/bullmq/embeddedQueue.ts';
import { processLocks } from '../../src/adapters/sqlite/processLock.ts';
import { createRedisQueue } from '../../src/adapters/bullmq/redisQueue.ts';
import {
  linesLogger,
  redisIsInstalled,
  redisServer,
  redisSkipped,
  temporaryDirectory,
  type RedisServer,
} from '../builders/orderQueues.ts';
import { orderQueueContract } from './orderQueue.contract.ts';

/** The first embedded queue creates its database: seconds of CPU, more on a busy machine. */
const SLOW_MS = 120_000;
jest.setTimeout(SLOW_MS);

const logger = linesLogger();

describe('the embedded queue', () => {
  // One directory for all: what an unbounded close leaves behind must not disturb the next start.
  const directory = temporaryDirectory();
  afterAll(() => directory.dispose());
  orderQueueContract(() =>
    createEmbeddedQueue({ directory: directory.path, logger, locks: processLocks }),
  );
});

const givenUrl = process.env['PLIMSOLL_TEST_REDIS_URL'];

describe('the Redis queue', () => {
  if (givenUrl === undefined && !redisIsInstalled) {
    it.skip(redisSkipped, () => undefined);
    return;
  }
  let server: RedisServer | undefined;
  beforeAll(async () => {
    if (givenUrl === undefined) server = await redisServer();
  });
  afterAll(async () => server?.dispose());
  let opened = 0;
  orderQueueContract(() => {
    opened += 1;
    const prefix = `plimsoll-test-${process.pid}-${opened}`;
    return createRedisQueue({ url: givenUrl ?? server?.url ?? '', prefix, logger });
  });
});
