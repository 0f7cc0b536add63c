/** A disk that is full, for real: the daemon's data on a small file system of its own. Needs the right to mount one. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, exchangeOf, isOpen } from '../../builders/world.ts';

const SIZE_MIB = 192;
const CHUNK_BYTES = 64 * 1024;
const FULL = 'the disk is full';

const mount = (folder: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', folder]).status === 0;
const unmount = (folder: string): void => {
  spawnSync('umount', [folder]);
};

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mount-'));
  const mounted = mount(folder);
  if (mounted) unmount(folder);
  rmSync(folder, { recursive: true });
  return mounted;
}

const isRoot = canMount();
if (!isRoot)
  process.stderr.write('skipped: a full disk is tested on a tmpfs, which only root may mount\n');

(isRoot ? describe : describe.skip)('with a full disk', () => {
  let project: Project;
  let data: string;

  const filler = (): string => join(data, 'filler');

  /** Writes until there is no room for another byte. */
  function fillUp(): void {
    const file = openSync(filler(), 'a');
    try {
      for (let size = CHUNK_BYTES; size >= 1; size = size === CHUNK_BYTES ? 1 : 0)
        while (writes(file, size));
    } finally {
      closeSync(file);
    }
  }

  function writes(file: number, size: number): boolean {
    try {
      return writeSync(file, Buffer.alloc(size)) > 0;
    } catch {
      return false;
    }
  }

  /** Whatever is freed meanwhile is taken again, until the journal has noticed. */
  async function fillUntilNoticed(): Promise<void> {
    fillUp();
    await eventually(async () => (await project.status()).health.disk_full, 250);
  }

  const entries = (): number =>
    booksOf(project).orders.filter(({ side, state }) => side === 'buy' && state !== 'DENIED')
      .length;
  async function marketMinutes(count: number): Promise<void> {
    const from = Date.parse((await project.status()).market_time ?? '');
    await eventually(async () => {
      const now = Date.parse((await project.status()).market_time ?? '');
      return now >= from + count * 60_000;
    }, 250);
  }
  async function tradesOn(more: number): Promise<void> {
    const target = booksOf(project).fills.length + more;
    await eventually(() => booksOf(project).fills.length >= target, 250);
  }
  async function expectEqualBooks(): Promise<void> {
    expect(differences(booksOf(project), accountOf(await exchangeOf(project)))).toEqual([]);
  }

  beforeAll(async () => {
    project = new Project({ speed: 240 });
    data = join(project.folder, 'data');
    mkdirSync(data);
    expect(mount(data)).toBe(true);
    // The exchange is somebody else's machine.
    mkdirSync(project.simulatorFolder);
    expect(mount(project.simulatorFolder)).toBe(true);
    await project.start();
    await tradesOn(3);
  }, DAEMON_TEST_MS);
  afterAll(async () => {
    // The folder cannot be removed with the file system in it, nor unmounted while the daemon runs.
    await project.dispose().catch(() => undefined);
    unmount(project.simulatorFolder);
    unmount(data);
    rmSync(project.folder, { recursive: true, force: true });
  }, DAEMON_TEST_MS);

  it(
    'status says so in words, no entry is made, and the books go on',
    async () => {
      await fillUntilNoticed();
      expect((await project.run('status')).stdout).toContain(
        `disk.full: ${FULL}: no entries; cancels and exits still go, on what was kept in reserve`,
      );
      await eventually(
        async () =>
          (await project.status()).exchange.markets.every(({ halted }) => halted?.includes(FULL)),
        100,
      );
      const before = entries();
      await marketMinutes(20);
      expect(entries()).toBe(before);
      expect(await project.status()).toMatchObject({ state: 'running' });
    },
    DAEMON_TEST_MS,
  );

  it(
    'cancels still go: everything is cancelled, and nothing is lost or doubled',
    async () => {
      expect(booksOf(project).orders.filter(isOpen)).not.toEqual([]);
      expect(await project.run('stop', '--cancel-orders')).toMatchObject({ exitCode: 0 });
      expect(booksOf(project).orders.filter(isOpen)).toEqual([]);
      await expectEqualBooks();
    },
    DAEMON_TEST_MS,
  );

  it(
    'with room again a running daemon goes on by itself',
    async () => {
      rmSync(filler());
      await project.start();
      await tradesOn(1);
      await fillUntilNoticed();
      rmSync(filler());
      await eventually(async () => {
        const { health, exchange } = await project.status();
        return !health.disk_full && exchange.markets.every(({ halted }) => halted === null);
      }, 250);
      const before = entries();
      await eventually(() => entries() > before, 250);
      // What a strategy decided while the disk was full may still be its last decision; the condition is over.
      expect((await project.run('status')).stdout).not.toContain('disk.full:');
      expect(await project.run('stop', '--cancel-orders')).toMatchObject({ exitCode: 0 });
      await expectEqualBooks();
    },
    DAEMON_TEST_MS,
  );

  it(
    'panic sells without a daemon although there is not a byte left, and without the reserve, too',
    async () => {
      await project.start();
      await eventually(async () => {
        const { strategies } = await project.status();
        return strategies.some(({ position }) => Number(position.amount) > 0);
      }, 250);
      await project.run('stop');
      rmSync(`${project.database}.reserve`, { force: true });
      fillUp();
      const ran = await project.run('panic', '--sell', '--yes', '--json');
      expect([ran.exitCode, ran.stderr]).toEqual([0, ran.stderr]);
      expect(JSON.parse(ran.stdout)).toMatchObject({ complete: true, open_orders: 0 });
      const account = accountOf(await exchangeOf(project));
      expect(account.open_orders).toEqual([]);
      expect(account.trades.at(-1)).toMatchObject({ side: 'SELL' });
    },
    DAEMON_TEST_MS,
  );
});
