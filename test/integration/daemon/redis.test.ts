/** The demonstration with a real Redis as its queue. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import {
  redisIsInstalled,
  redisServer,
  redisSkipped,
  type RedisServer,
} from '../../builders/orderQueues.ts';
import { accountOf, booksOf, differences, exchangeOf } from '../../builders/world.ts';

const given = process.env['PLIMSOLL_TEST_REDIS_URL'];
const canRun = given !== undefined || redisIsInstalled;
if (!canRun) process.stderr.write(`${redisSkipped}\n`);

/** The server may be shared with other tests. */
const PREFIX = `plimsoll-test-${process.pid}`;

(canRun ? describe : describe.skip)('with REDIS_URL set', () => {
  let server: RedisServer | undefined;
  let redis: Redis;
  let project: Project;

  const keys = (): Promise<string[]> => redis.keys(`${PREFIX}*`);

  beforeAll(async () => {
    server =
      given === undefined ? await redisServer(['--maxmemory-policy', 'noeviction']) : undefined;
    const url = given ?? server?.url ?? '';
    redis = new Redis(url);
    project = new Project({ speed: 240, env: { REDIS_URL: url } });
    project.edit('config/plimsoll.yaml', /^risk:/mu, `queue:\n  prefix: ${PREFIX}\n\nrisk:`);
    await project.start();
  }, DAEMON_TEST_MS);
  afterAll(async () => {
    await project.dispose();
    const left = await keys();
    if (left.length > 0) await redis.del(left);
    redis.disconnect();
    await server?.dispose();
  }, DAEMON_TEST_MS);

  it(
    'orders go through Redis',
    async () => {
      const status = await eventually(async () => {
        const now = await project.status();
        return now.database.fills >= 5 && now;
      }, 250);
      expect(status.queue).toMatchObject({ backend: 'redis', failed: 0 });
      expect((await keys()).length).toBeGreaterThan(0);
      expect(existsSync(`${project.folder}/data/queue`)).toBe(false);
    },
    DAEMON_TEST_MS,
  );

  it(
    'and the books equal the exchange’s',
    async () => {
      expect((await project.run('stop', '--cancel-orders')).exitCode).toBe(0);
      expect(differences(booksOf(project), accountOf(await exchangeOf(project)))).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
