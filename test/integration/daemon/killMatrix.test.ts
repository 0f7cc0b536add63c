/**
 * `kill -9` at named points of an order's life. A few, once each, here; `npm run sim:kill -- --rounds 20` goes through all of them
 * as often as one likes, with each queue.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS } from '../../builders/daemon.ts';
import { isPoint, POINTS, type Point } from '../../builders/kill/faultPoints.ts';
import { killAt, tableOf, type Cell } from '../../builders/kill/matrix.ts';
import {
  redisIsInstalled,
  redisServer,
  redisSkipped,
  type RedisServer,
} from '../../builders/orderQueues.ts';

const rounds = Number(process.env['PLIMSOLL_KILL_ROUNDS'] ?? 1);
/** A sample: the others take the suite minutes, and the simulation in virtual time (test/simulation) comes to all of them. */
const SAMPLE = 'P4,P6,P8';
const wanted = (process.env['PLIMSOLL_KILL_POINTS'] ?? SAMPLE).split(',').filter(isPoint);
const backends = (process.env['PLIMSOLL_KILL_BACKENDS'] ?? 'embedded').split(',');
const MINUTES_PER_ROUND = 3;
const TEST_MS = DAEMON_TEST_MS + rounds * MINUTES_PER_ROUND * 60_000;

describe.each(backends)('with the %s queue', (backend) => {
  const canRun = backend !== 'redis' || redisIsInstalled;
  if (!canRun) process.stderr.write(`${redisSkipped}\n`);
  const cells: Cell[] = [];
  let server: RedisServer | undefined;

  beforeAll(async () => {
    if (backend === 'redis' && canRun)
      server = await redisServer(['--maxmemory-policy', 'noeviction']);
  }, DAEMON_TEST_MS);
  afterAll(async () => {
    if (!canRun) return;
    await server?.dispose();
    process.stderr.write(`\n${tableOf(backend, cells)}\n`);
  }, DAEMON_TEST_MS);

  (canRun ? it : it.skip).each(wanted.map((point): [Point, string] => [point, POINTS[point]]))(
    'a process that dies at %s (%s) doubles nothing and loses nothing',
    async (point) => {
      const env = server === undefined ? {} : { REDIS_URL: server.url };
      const cell = await killAt(point, rounds, env);
      cells.push(cell);
      expect(cell).toMatchObject({ doubled: 0, differences: [] });
    },
    TEST_MS,
  );
});
