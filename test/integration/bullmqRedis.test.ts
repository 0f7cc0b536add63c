import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createRedisQueue, type RedisQueueOptions } from '../../src/adapters/bullmq/redisQueue.ts';
import type { OrderQueue } from '../../src/ports/orderQueue.ts';
import {
  aJob,
  eventually,
  failureOf,
  INSTANCE,
  linesLogger,
  redisIsInstalled,
  redisServer,
  redisSkipped,
  type RedisServer,
} from '../builders/orderQueues.ts';

const CLOSE_MS = 2_000;

let logger: ReturnType<typeof linesLogger>;
let queues: OrderQueue[];
let server: RedisServer | undefined;

const open = (options: Omit<RedisQueueOptions, 'logger'>): OrderQueue => {
  const queue = createRedisQueue({ ...options, logger });
  queues.push(queue);
  return queue;
};

const running = (): RedisServer => {
  if (server === undefined) throw new Error('no server');
  return server;
};

/** One command over a connection of its own. */
const ask = async <Answer>(command: (client: Redis) => Promise<Answer>): Promise<Answer> => {
  const client = new Redis(running().url);
  try {
    return await command(client);
  } finally {
    client.disconnect();
  }
};

beforeEach(() => {
  logger = linesLogger();
  queues = [];
});
afterEach(async () => {
  await Promise.all(queues.map(async (queue) => queue.close(0)));
  await server?.dispose();
  server = undefined;
});

describe('a Redis that cannot serve', () => {
  const nothing = async (): Promise<void> => undefined;

  it('is named with its address, the reason and what to do when nothing listens there', async () => {
    const queue = open({ url: 'redis://trader:s3cret%21@127.0.0.1:1/2' });
    const error = await failureOf(queue.start(nothing, INSTANCE));
    expect(error).toMatchObject({ code: 'QUEUE_AWAY' });
    expect(error.message).toContain('redis://127.0.0.1:1/2');
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).toContain('redis-cli -h 127.0.0.1 -p 1 PING');
    expect(error.message).not.toMatch(/s3cret|trader/u);
  });

  it('is refused when it is older than 6.2', async () => {
    const old = oldRedis('6.0.16');
    await once(old.listen(0, '127.0.0.1'), 'listening');
    const address = old.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await failureOf(
      open({ url: `redis://127.0.0.1:${port}` }).start(nothing, INSTANCE),
    );
    old.close();
    expect(error).toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(error.message).toMatch(/version 6\.0\.16.*6\.2 is needed.*INFO server/u);
  });
});

/** Answers every command as a Redis of that version would, as far as the check at the start asks. */
function oldRedis(version: string): Server {
  const info = `# Server\r\nredis_version:${version}\r\nmaxmemory_policy:noeviction\r\n`;
  return createServer((socket) => {
    socket.on('data', (bytes) => {
      const commands = bytes.toString().split('*').slice(1);
      for (const command of commands) {
        const isInfo = /\binfo\b/iu.test(command);
        socket.write(isInfo ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
    socket.on('error', () => undefined);
  });
}

(redisIsInstalled ? describe : describe.skip)(
  redisIsInstalled ? 'the Redis queue' : `the Redis queue (${redisSkipped})`,
  () => {
    const delivered: string[] = [];
    const record = async (job: { readonly intentId: string }): Promise<void> => {
      delivered.push(job.intentId);
    };
    beforeEach(() => {
      delivered.length = 0;
    });

    it('refuses a server that may evict keys, and says which command changes that', async () => {
      server = await redisServer(['--maxmemory-policy', 'allkeys-lru']);
      const error = await failureOf(open({ url: server.url }).start(record, INSTANCE));
      expect(error).toMatchObject({ code: 'QUEUE_POLICY' });
      expect(error.message).toContain('allkeys-lru');
      expect(error.message).toContain(
        `redis-cli -h 127.0.0.1 -p ${server.port} CONFIG SET maxmemory-policy noeviction`,
      );
    });

    it('says that the login was refused without showing the password', async () => {
      server = await redisServer(['--requirepass', 'right-pass']);
      const error = await failureOf(
        open({ url: `redis://:wr0ng-pass@127.0.0.1:${server.port}` }).start(record, INSTANCE),
      );
      expect(error).toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
      expect(error.message).toMatch(/WRONGPASS/u);
      expect(error.message).not.toContain('wr0ng-pass');
      const queue = open({ url: `redis://:right-pass@127.0.0.1:${server.port}` });
      await queue.start(record, INSTANCE);
      await queue.enqueue(aJob('demo-1'), 'entry');
      await eventually('delivered', () => delivered.includes('demo-1'));
      expect(logger.lines.join('\n')).not.toMatch(/right-pass|wr0ng-pass/u);
    });

    it('works over a unix socket', async () => {
      server = await redisServer();
      const queue = open({ url: server.socketUrl });
      await queue.start(record, INSTANCE);
      await queue.enqueue(aJob('demo-1'), 'entry');
      await eventually('delivered', () => delivered.includes('demo-1'));
    });

    it('keeps installs with different prefixes apart', async () => {
      server = await redisServer();
      const elsewhere: string[] = [];
      const mine = open({ url: server.url, prefix: 'one' });
      const other = open({ url: server.url, prefix: 'two' });
      await mine.start(record, INSTANCE);
      await other.start(async (job) => void elsewhere.push(job.intentId), INSTANCE);
      await Promise.all([
        mine.enqueue(aJob('mine-1'), 'entry'),
        other.enqueue(aJob('other-1'), 'entry'),
      ]);
      await eventually('both are delivered', () => delivered.length > 0 && elsewhere.length > 0);
      expect(new Set(delivered)).toEqual(new Set(['mine-1']));
      expect(new Set(elsewhere)).toEqual(new Set(['other-1']));
    });

    it('puts nothing into Redis but the three fields, and leaves no finished job there', async () => {
      server = await redisServer();
      const queue = open({ url: server.url });
      let letGo = (): void => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      await queue.start(async () => held, INSTANCE);
      const careless = { ...aJob('demo-1'), apiSecret: 'never-store-this' };
      await queue.enqueue(careless, 'entry');
      // A job that runs has a lock besides; it ends with a colon and that word.
      const jobKeys = async (): Promise<string[]> => {
        const keys = await ask(async (client) =>
          client.keys(`plimsoll:orders-${INSTANCE}:place-*`),
        );
        return keys.filter((key) => !key.endsWith(':lock'));
      };
      await eventually('the job is stored', async () => (await jobKeys()).length > 0);
      const [key = ''] = await jobKeys();
      const stored = await ask(async (client) => client.hgetall(key));
      expect(JSON.parse(stored['data'] ?? '')).toEqual(aJob('demo-1'));
      expect(JSON.stringify(stored)).not.toContain('never-store-this');
      letGo();
      await eventually('nothing of the job is left', async () => (await jobKeys()).length === 0);
    });

    it('does not mark a job as done that was let go at close', async () => {
      server = await redisServer();
      const queue = open({ url: server.url });
      let started = false;
      await queue.start(async () => {
        started = true;
        await new Promise(() => undefined);
      }, INSTANCE);
      await queue.enqueue(aJob('demo-1'), 'entry');
      await eventually('it runs', () => started);
      await queue.close(50);
      expect(await ask(async (client) => client.llen(`plimsoll:orders-${INSTANCE}:active`))).toBe(
        1,
      );
    });

    it('gives up an enqueue at its deadline while Redis hangs, and goes on when it answers again', async () => {
      server = await redisServer();
      const queue = open({ url: server.url, enqueueDeadlineMs: 300 });
      await queue.start(record, INSTANCE);
      server.freeze();
      const error = await failureOf(queue.enqueue(aJob('demo-1'), 'entry'));
      expect(error).toMatchObject({ code: 'QUEUE_TIMEOUT' });
      server.thaw();
      await eventually('a new job is accepted', async () =>
        queue.enqueue(aJob('demo-2'), 'entry').then(
          () => true,
          () => false,
        ),
      );
      await eventually('and delivered', () => delivered.includes('demo-2'));
    });

    it('refuses at once while Redis is away, and the worker goes on after its restart', async () => {
      server = await redisServer();
      const queue = open({ url: server.url });
      await queue.start(record, INSTANCE);
      await queue.enqueue(aJob('demo-1'), 'entry');
      await eventually('delivered', () => delivered.includes('demo-1'));
      await server.kill();
      await eventually('refused', async () => {
        const error = await failureOf(queue.enqueue(aJob('demo-2'), 'entry'));
        return error.message.startsWith('QUEUE_UNAVAILABLE');
      });
      await server.start();
      await eventually('accepted again', async () =>
        queue.enqueue(aJob('demo-3'), 'entry').then(
          () => true,
          () => false,
        ),
      );
      await eventually('delivered again', () => delivered.includes('demo-3'));
      expect(logger.lines.join('\n')).toMatch(
        /connection lost.*\n(.*\n)*info .*connected to Redis.* again/u,
      );
    });

    it('closes in bounded time while Redis hangs', async () => {
      server = await redisServer();
      const queue = open({ url: server.url });
      await queue.start(record, INSTANCE);
      server.freeze();
      const startedMs = performance.now();
      await queue.close(200);
      expect(performance.now() - startedMs).toBeLessThan(CLOSE_MS);
      server.thaw();
    });
  },
);
