/** The queue is gone, and the operator wants out: nothing on the way out needs it. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import {
  redisIsInstalled,
  redisServer,
  redisSkipped,
  type RedisServer,
} from '../../builders/orderQueues.ts';
import { accountOf, booksOf, differences, exchangeOf } from '../../builders/world.ts';

if (!redisIsInstalled) process.stderr.write(`${redisSkipped}\n`);

/** Quote below which nothing can be sold. */
const DUST = 10;

(redisIsInstalled ? describe : describe.skip)('with Redis dead', () => {
  let server: RedisServer | undefined;
  let project: Project | undefined;
  afterEach(async () => {
    await project?.dispose();
    await server?.dispose();
  }, DAEMON_TEST_MS);

  it(
    'stop --flatten cancels every order and sells every position, and ends with 0',
    async () => {
      const redis = await redisServer(['--maxmemory-policy', 'noeviction']);
      server = redis;
      const run = new Project({ speed: 60, env: { REDIS_URL: redis.url } });
      project = run;
      await run.start();
      await eventually(async () => {
        const { database, risk, strategies } = await run.status();
        const held = strategies.filter(({ position }) => Number(position.amount) > 0);
        return database.fills >= 3 && risk.open_orders >= 3 && held.length > 0;
      }, 250);
      await redis.kill();
      const { exitCode, stderr } = await run.run('stop', '--flatten', '--yes', '--timeout', '60s');
      expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('time ran out')]);
      const books = booksOf(run);
      const account = accountOf(await exchangeOf(run));
      expect(differences(books, account)).toEqual([]);
      expect(account.open_orders).toEqual([]);
      const left = books.positions.map(({ amount, symbol }) => {
        const price = books.fills.findLast((fill) => fill.symbol === symbol)?.price ?? '0';
        return Number(amount) * Number(price);
      });
      for (const value of left) expect(value).toBeLessThan(DUST);
      // Redis is still dead: a start for exits only comes up all the same, and enters nothing.
      await run.start('--exits-only');
      const { exchange, queue } = await run.status();
      expect(queue.backend).toBe('none');
      for (const { halted } of exchange.markets) expect(halted).toContain('exits only');
      expect((await run.run('stop')).exitCode).toBe(0);
    },
    DAEMON_TEST_MS,
  );

  it(
    'a start waits for it, says so, and goes on by itself once it is there; a wrong password ends it',
    async () => {
      const redis = await redisServer(['--maxmemory-policy', 'noeviction', '--requirepass', 'p1']);
      server = redis;
      await redis.kill();
      const url = redis.url.replace('//', '//:p1@');
      const run = new Project({ speed: 60, env: { REDIS_URL: url } });
      project = run;
      const starting = run.begin(['start', '--json']);
      await eventually(() =>
        /^waits for the order queue: .*ECONNREFUSED.* again in \d+ s …$/mu.test(starting.stderr()),
      );
      const { state, attention } = await run.status();
      expect(state).not.toBe('running');
      expect(attention.map(({ code }) => code)).toContain('queue.waited_for');
      await redis.start();
      expect((await starting.ended).exitCode).toBe(0);
      expect(await run.status()).toMatchObject({ state: 'running', queue: { backend: 'redis' } });
      await run.json('stop');
      const wrong = { REDIS_URL: redis.url.replace('//', '//:wrong@') };
      const refused = await run.begin(['start'], run.program(wrong)).ended;
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain('WRONGPASS');
      expect(refused.stderr).not.toContain('waits for');
    },
    DAEMON_TEST_MS,
  );
});
