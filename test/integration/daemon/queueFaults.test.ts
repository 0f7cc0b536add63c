/** What the order queue may suffer while the daemon trades: nothing is lost, nothing doubled, and status says so in words. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import {
  redisIsInstalled,
  redisServer,
  redisSkipped,
  type RedisServer,
} from '../../builders/orderQueues.ts';
import { accountOf, booksOf, differences, exchangeOf } from '../../builders/world.ts';

if (!redisIsInstalled) process.stderr.write(`${redisSkipped}\n`);

const UNREACHABLE = 'queue.unreachable: the order queue does not answer';
/** PLIMSOLL_TEST_LONG=1: the half minute of the fault catalogue. */
const OUTAGE_MS = process.env['PLIMSOLL_TEST_LONG'] === '1' ? 30_000 : 8_000;

let project: Project;

const fills = (): number => booksOf(project).fills.length;

/** Waits until so many more executions are on record. */
async function tradesOn(more: number): Promise<void> {
  const target = fills() + more;
  await eventually(() => fills() >= target, 100);
}

/** Stops with everything cancelled, and compares to the last digit. */
async function expectEqualBooks(): Promise<void> {
  expect(await project.run('stop', '--cancel-orders')).toMatchObject({ exitCode: 0 });
  expect(differences(booksOf(project), accountOf(await exchangeOf(project)))).toEqual([]);
}

afterEach(() => project.dispose(), DAEMON_TEST_MS);

(redisIsInstalled ? describe : describe.skip)('with a Redis of its own', () => {
  let server: RedisServer;
  let redis: Redis;

  beforeEach(async () => {
    server = await redisServer();
    redis = new Redis(server.url, { retryStrategy: () => 100 });
    redis.on('error', () => undefined);
    project = new Project({ speed: 240, env: { REDIS_URL: server.url } });
  }, DAEMON_TEST_MS);
  afterEach(async () => {
    redis.disconnect();
    await server.dispose();
  });

  it(
    'flushed while orders are on their way: trading goes on, and the books equal the exchange’s',
    async () => {
      await project.start();
      for (let flush = 0; flush < 3; flush += 1) {
        await tradesOn(3);
        await redis.flushall();
      }
      await tradesOn(3);
      expect((await project.status()).queue).toMatchObject({ backend: 'redis', trouble: null });
      await expectEqualBooks();
    },
    DAEMON_TEST_MS,
  );

  it.each([
    ['killed', () => server.kill(), () => server.start()],
    ['frozen', () => server.freeze(), () => server.thaw()],
  ] as const)(
    '%s and back later: status says so meanwhile, what was decided goes out once or expires',
    async (_how, away, back) => {
      await project.start();
      await tradesOn(3);
      await away();
      const since = Date.now();
      await eventually(async () => (await project.status()).queue.trouble !== null, 250);
      expect((await project.status()).queue.trouble).toMatch(/^QUEUE_UNAVAILABLE: Redis at /u);
      expect((await project.run('status')).stdout).toContain(UNREACHABLE);
      await eventually(() => Date.now() - since >= OUTAGE_MS, 250);
      await back();
      await eventually(async () => (await project.status()).queue.trouble === null, 250);
      expect((await project.run('status')).stdout).not.toContain(UNREACHABLE);
      await tradesOn(3);
      await expectEqualBooks();
    },
    DAEMON_TEST_MS,
  );

  it(
    'that may evict keys: the start is refused with the command that mends it, and works after it',
    async () => {
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const refused = await project.run('start');
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/maxmemory-policy is allkeys-lru.*\[QUEUE_POLICY\]/u);
      expect(refused.stderr).toContain('CONFIG SET maxmemory-policy noeviction');
      await redis.config('SET', 'maxmemory-policy', 'noeviction');
      await project.start();
      expect(await project.status()).toMatchObject({ state: 'running', queue: { warning: null } });
    },
    DAEMON_TEST_MS,
  );

  it(
    'that is told to evict keys while we run: status and log say so until it is mended, orders go on',
    async () => {
      await project.start();
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await eventually(async () => (await project.status()).queue.warning !== null, 250);
      const words = 'maxmemory-policy is allkeys-lru';
      expect((await project.status()).queue.warning).toContain(words);
      expect((await project.run('status')).stdout).toContain(words);
      await tradesOn(3);
      await redis.config('SET', 'maxmemory-policy', 'noeviction');
      await eventually(async () => (await project.status()).queue.warning === null, 250);
      expect((await project.run('status')).stdout).not.toContain(words);
      expect((await project.run('logs', '-n', '1000')).stdout).toContain(words);
    },
    DAEMON_TEST_MS,
  );
});

describe('the folder of the embedded queue', () => {
  const folder = (): string => join(project.folder, 'data', 'queue');
  const removeFolder = (): void => {
    expect(existsSync(folder())).toBe(true);
    rmSync(folder(), { recursive: true });
  };

  beforeEach(async () => {
    project = new Project({ speed: 240 });
    await project.start();
    await tradesOn(3);
  }, DAEMON_TEST_MS);

  it(
    'deleted between two runs: the journal drives on',
    async () => {
      process.kill(project.daemon().pid, 'SIGKILL');
      await eventually(
        () =>
          project.json('status').then(
            () => false,
            () => true,
          ),
        100,
      );
      removeFolder();
      await project.start();
      await tradesOn(3);
      await expectEqualBooks();
    },
    DAEMON_TEST_MS,
  );

  it(
    'deleted under a running daemon: it trades on or says what is wrong, and the next start is clean',
    async () => {
      const target = fills() + 3;
      removeFolder();
      await eventually(
        async () => fills() >= target || (await project.status()).queue.trouble !== null,
        250,
      );
      expect((await project.run('restart')).exitCode).toBe(0);
      expect(await project.status()).toMatchObject({ state: 'running', queue: { trouble: null } });
      await tradesOn(3);
      await expectEqualBooks();
    },
    DAEMON_TEST_MS,
  );
});
