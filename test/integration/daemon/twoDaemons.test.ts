/** Two daemons and one folder: the second is refused, wherever it runs, and one that has lost its place touches nothing of its successor. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { CONTAINED, DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, exchangeOf } from '../../builders/world.ts';

if (!CONTAINED)
  process.stderr.write(
    '`unshare --pid` is not permitted here: no daemon is tried in a container\n',
  );

let project: Project;

beforeAll(async () => {
  project = new Project({ speed: 240 });
  await project.start();
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

/** One that has ended may wait for its parent to take note of it. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Between two transactions: within one the journal is locked for everybody until the process goes on. */
async function stopInItsTracks(pid: number): Promise<void> {
  for (;;) {
    process.kill(pid, 'SIGSTOP');
    const database = new Database(project.database, { timeout: 0 });
    try {
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
      return;
    } catch {
      process.kill(pid, 'SIGCONT');
      await pass(20);
    } finally {
      database.close();
    }
  }
}

describe('a second daemon', () => {
  it(
    'is refused, and the first goes on',
    async () => {
      const first = project.daemon();
      const second = await project.run('start', '--foreground');
      expect(second).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining(`process ${first.pid} holds`),
      });
      expect(second.stderr).toContain('[ALREADY_RUNNING]');
      expect(await project.status()).toMatchObject({ running: true, pid: first.pid });
    },
    DAEMON_TEST_MS,
  );

  (CONTAINED ? it : it.skip)(
    'is refused in another container, from where the first can be asked and stopped',
    async () => {
      const first = project.daemon();
      const second = await project.begin(['start', '--foreground'], CONTAINED).ended;
      expect([second.exitCode, second.stderr]).toEqual([
        1,
        expect.stringContaining('[ALREADY_RUNNING]'),
      ]);
      expect(project.daemon()).toEqual(first);
      const asked = await project.begin(['status', '--json'], CONTAINED).ended;
      expect(JSON.parse(asked.stdout)).toMatchObject({ running: true, pid: first.pid });
      expect(await project.begin(['stop'], CONTAINED).ended).toMatchObject({ exitCode: 0 });
      await eventually(() => !isAlive(first.pid) && !project.exchangeRuns());
      await project.start();
    },
    DAEMON_TEST_MS,
  );
});

describe('a daemon that was stopped in its tracks and had its place taken', () => {
  it(
    'ends, and leaves socket, lock, pointer and exchange to its successor',
    async () => {
      const first = project.daemon();
      await stopInItsTracks(first.pid);
      // What nobody should do.
      for (const path of ['plimsoll.lock', 'plimsoll.lock.held', 'queue'])
        rmSync(join(project.folder, 'data', path), { recursive: true });
      const second = await project.start();
      process.kill(first.pid, 'SIGCONT');
      await eventually(() => !isAlive(first.pid));
      expect(project.read('data/plimsoll.log')).toContain('JOURNAL_FENCED');

      expect(project.daemon()).toEqual(second);
      expect(existsSync(join(project.folder, 'data', 'plimsoll.sock'))).toBe(true);
      expect(project.exchangeRuns()).toBe(true);
      const { fills } = (await project.status()).database;
      await eventually(async () => (await project.status()).database.fills > fills, 250);
      project.write('config/plimsoll.yaml', 'nonsense: true');
      expect(await project.run('status')).toMatchObject({ exitCode: 0 });

      expect(await project.run('stop', '--cancel-orders')).toMatchObject({ exitCode: 0 });
      await eventually(() => !isAlive(second.pid) && !project.exchangeRuns());
    },
    DAEMON_TEST_MS,
  );

  it('and the books equal the exchange’s', async () => {
    project.write('config/plimsoll.yaml', '');
    expect(differences(booksOf(project), accountOf(await exchangeOf(project)))).toEqual([]);
  });
});
