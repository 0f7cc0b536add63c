/**
 * The built program, command line and all, with a fault point between the bot and its ports. PLIMSOLL_TEST_POINT names the point,
 * PLIMSOLL_TEST_ARMED is `yes` when it is armed from the start; without a point it is the program as it is.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { FaultPoint, isPoint, watchStatements } from './faultPoints.ts';

const root = pathToFileURL(`${process.env['PLIMSOLL_TEST_ROOT'] ?? ''}/`);
const built = (path: string): Promise<unknown> => import(new URL(`dist/${path}`, root).href);

const { createApp } = (await built(
  'src/compose/app.js',
)) as typeof import('../../../src/compose/app.ts');
const { main } = (await built(
  'src/interface/cli/main.js',
)) as typeof import('../../../src/interface/cli/main.ts');

const run = (equip?: Parameters<typeof createApp>[0]): Promise<number> =>
  main(process.argv.slice(2), { version: 'test', load: async () => createApp(equip) });

const point = process.env['PLIMSOLL_TEST_POINT'];
if (isPoint(point)) {
  const { prototype } = createRequire(new URL('dist/', root))('better-sqlite3') as {
    prototype: { prepare(sql: string): unknown };
  };
  watchStatements(prototype);
  const { equip } = new FaultPoint(point, process.env['PLIMSOLL_TEST_ARMED'] === 'yes');
  process.exitCode = await run(equip);
} else process.exitCode = await run();
