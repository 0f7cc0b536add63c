/** What lies beside a daemon: who may use it, and whether the books are there. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { booksOf } from '../../builders/world.ts';

const DCA = `schema_version: 1
id: dca-eth
kind: dca
symbol: ETH/USDT
timeframe: 1m
budget: 400 USDT
every: 60m
amount: 100 USDT
`;

let project: Project;

beforeAll(async () => {
  project = new Project({ speed: 60, strategies: { 'dca.yaml': DCA } });
  project.write('.env', '');
  chmodSync(join(project.folder, '.env'), 0o644);
  await project.startExchange({ speed: 60 });
  await project.start();
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

async function codes(): Promise<string[]> {
  return (await project.status()).attention.map(({ code }) => code);
}

describe('files that every user of the machine may use', () => {
  it('stay in status until that is mended', async () => {
    const data = join(project.folder, 'data');
    chmodSync(data, 0o777);
    expect(await codes()).toEqual(expect.arrayContaining(['files.writable', 'files.readable']));
    chmodSync(data, 0o700);
    chmodSync(join(project.folder, '.env'), 0o600);
    expect((await codes()).filter((code) => code.startsWith('files.'))).toEqual([]);
  });
});

describe('a database that is found empty', () => {
  it(
    'beside an account with positions is refused, again and again, until it is removed or put back',
    async () => {
      await eventually(() => booksOf(project).fills.length > 0, 250);
      await project.json('stop');
      for (const name of readdirSync(join(project.folder, 'data')))
        if (/^plimsoll\.db-(wal|shm)$/u.test(name)) rmSync(join(project.folder, 'data', name));
      truncateSync(project.database, 0);
      for (let time = 0; time < 2; time += 1) {
        const ran = await project.run('start');
        expect(ran.exitCode).toBe(1);
        expect(ran.stderr).toContain('Put the last backup of the database in its place');
        expect(ran.stderr).toContain('ETH');
      }
      rmSync(project.database);
      await project.start();
      expect((await project.status()).running).toBe(true);
    },
    DAEMON_TEST_MS,
  );
});
