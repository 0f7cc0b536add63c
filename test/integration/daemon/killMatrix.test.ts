/**
 * `kill -9` at every point of an order's life. Once each here; `npm run sim:kill -- --rounds 20` runs as many as one likes, with
 * each queue backend.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS } from '../../builders/daemon.ts';
import { POINTS, isPoint, type Point } from '../../builders/kill/faultPoints.ts';
import { KillMatrix, tableOf, type Cell } from '../../builders/kill/matrix.ts';
import { redisIsInstalled, redisServer, redisSkipped } from '../../builders/orderQueues.ts';

const rounds = Number(process.env['PLIMSOLL_KILL_ROUNDS'] ?? 1);
const wanted = (process.env['PLIMSOLL_KILL_POINTS'] ?? Object.keys(POINTS).join(','))
  .split(',')
  .filter(isPoint);
const backends = (process.env['PLIMSOLL_KILL_BACKENDS'] ?? 'embedded').split(',');
const MINUTES_PER_ROUND = 2;
const TEST_MS = DAEMON_TEST_MS + rounds * MINUTES_PER_ROUND * 60_000;

describe.each(backends)('with the %s queue', (backend) => {
  const canRun = backend !== 'redis' || redisIsInstalled;
  if (!canRun) process.stderr.write(`${redisSkipped}\n`);
  const cells: Cell[] = [];

  afterAll(() => {
    if (cells.length > 0) process.stderr.write(`\n${tableOf(backend, cells)}\n`);
  });

  (canRun ? it : it.skip).each(wanted.map((point): [Point, string] => [point, POINTS[point]]))(
    'a process that dies at %s (%s) doubles nothing and loses nothing',
    async (point) => {
      const server =
        backend === 'redis' ? await redisServer(['--maxmemory-policy', 'noeviction']) : undefined;
      const matrix = new KillMatrix(server === undefined ? {} : { REDIS_URL: server.url });
      try {
        const cell = await matrix.run(point, rounds);
        cells.push(cell);
        expect(cell).toMatchObject({ doubled: 0, differences: [] });
      } finally {
        await matrix.dispose();
        await server?.dispose();
      }
    },
    TEST_MS,
  );
});
