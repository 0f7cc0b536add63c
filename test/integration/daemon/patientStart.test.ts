/** A start while the exchange does not answer: it waits, says so, and goes on by itself; a refused key ends it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, exchangeOf, liveExchange } from '../../builders/world.ts';
import { processLocks } from '../../../src/adapters/sqlite/processLock.ts';
import { control } from '../simulator/controlClient.ts';

let project: Project;

beforeAll(async () => {
  project = new Project();
  await project.startExchange({ speed: 240 });
  await project.start();
  await eventually(async () => (await project.status()).risk.open_orders >= 5, 250);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

async function tell(route: string, document?: unknown): Promise<void> {
  const card = project.card();
  if (!card) throw new Error('no exchange runs');
  expect((await control(card, route, document)).status).toBe(200);
}

/** As a power cut would end it. */
async function killDaemon(): Promise<void> {
  process.kill(project.daemon().pid, 'SIGKILL');
  await eventually(() => processLocks.owner(project.lockFile) === undefined);
}

const STANDSTILL_MS = 5_000;
const REPLY_502 = { type: 'reply', status: 502, body: '<html>Bad Gateway</html>' };

describe('a start after a kill, while the exchange answers a question', () => {
  it.each([
    ['/api/v3/account', REPLY_502],
    ['/api/v3/openOrders', { type: 'reply', status: 429, headers: { 'Retry-After': '1' } }],
    ['/api/v3/exchangeInfo', { type: 'reset' }],
    ['/api/v3/klines', { type: 'empty' }],
    ['/api/v3/time', { type: 'html' }],
  ])(
    '%s with %j: says what it waits for, and is ready once it is answered',
    async (path, action) => {
      await killDaemon();
      await tell('POST /rules', { match: { path }, action });
      const starting = project.begin(['start', '--json']);
      await eventually(() =>
        /^waits for the exchange: .* again in \d+ s …$/mu.test(starting.stderr()),
      );
      const waiting = await project.status();
      expect(waiting).toMatchObject({ running: true });
      expect(['starting', 'warming-up', 'reconciling']).toContain(waiting.state);
      expect(waiting.state_reason).toMatch(/^waits for the exchange: /u);
      await tell('DELETE /rules');
      const started = await starting.ended;
      expect([started.exitCode, started.stderr]).toEqual([0, started.stderr]);
      expect(await project.status()).toMatchObject({ state: 'running', state_reason: '' });
    },
    DAEMON_TEST_MS,
  );

  it(
    'because the exchange stands still altogether: waits for it, and starts no second one beside it',
    async () => {
      await killDaemon();
      const before = project.card();
      process.kill(before?.pid ?? 0, 'SIGSTOP');
      const starting = project.begin(['start', '--json']);
      await eventually(() => starting.stderr().includes('starting the simulated exchange'));
      // Longer than it waits for one answer; how much longer does not matter.
      await new Promise((resolve) => setTimeout(resolve, STANDSTILL_MS));
      process.kill(before?.pid ?? 0, 'SIGCONT');
      const started = await starting.ended;
      expect([started.exitCode, started.stderr]).toEqual([0, started.stderr]);
      expect(project.card()).toEqual(before);
    },
    DAEMON_TEST_MS,
  );

  it(
    'that it does not answer until somebody stops the start: that is no failure',
    async () => {
      await killDaemon();
      await tell('POST /rules', { match: { path: '/api/v3/account' }, action: REPLY_502 });
      const starting = project.begin(['start']);
      await eventually(() => starting.stderr().includes('waits for the exchange'));
      expect(await project.run('stop')).toMatchObject({ exitCode: 0 });
      expect(await starting.ended).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining('stopped on request before it was ready'),
      });
      await tell('DELETE /rules');
      await project.start();
    },
    DAEMON_TEST_MS,
  );

  it(
    'and afterwards the books equal the exchange’s',
    async () => {
      expect(await project.run('stop', '--cancel-orders')).toMatchObject({ exitCode: 0 });
      expect(differences(booksOf(project), accountOf(await exchangeOf(project)))).toEqual([]);
    },
    DAEMON_TEST_MS,
  );

  it(
    'with a refusal of the key: ends at once and says so',
    async () => {
      const { id } = accountOf(await liveExchange(project));
      await tell('POST /conditions', { keys: { [id]: 'revoked' } });
      const refused = await project.run('start');
      expect([refused.exitCode, refused.stderr]).toEqual([
        4,
        expect.stringContaining('KEY_REFUSED'),
      ]);
    },
    DAEMON_TEST_MS,
  );
});
