/** The program as real processes, with the fake application: starting detached, stopping, dying. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processLocks } from '../../src/adapters/sqlite/processLock.ts';
import type { LockOwner } from '../../src/ports/processLock.ts';
import { startTypescript } from '../builders/child.ts';
import { fakeHome, type FakeHome } from '../builders/fakeApp.ts';
import { until } from '../builders/fakeIo.ts';

const BIN = new URL('../builders/fakeBin.ts', import.meta.url);

let home: FakeHome;
let lockFile: string;

beforeEach(() => {
  home = fakeHome();
  lockFile = join(home.folder, 'data', 'plimsoll.lock');
});
afterEach(async () => {
  const owner = processLocks.owner(lockFile);
  if (owner) process.kill(owner.pid, 'SIGKILL');
  await until(() => processLocks.owner(lockFile) === undefined);
  home.dispose();
});

async function plimsoll(
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const child = startTypescript(BIN, [...args, '--config', home.configFile], 'pipe');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, stdout, stderr };
}

function owner(): LockOwner {
  const found = processLocks.owner(lockFile);
  if (!found) throw new Error('nobody holds the lock');
  return found;
}

describe('a detached daemon', () => {
  it('is ready when start returns, answers, refuses a second one, and is gone when stop returns', async () => {
    const started = await plimsoll('start', '--json');
    expect(started.exitCode).toBe(0);
    expect(JSON.parse(started.stdout)).toMatchObject({
      running: true,
      pid: owner().pid,
      mode: 'sandbox',
    });
    const status = await plimsoll('status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({ running: true, pid: owner().pid });
    expect((await plimsoll('start')).exitCode).toBe(1);
    const stopped = await plimsoll('stop', '--cancel-orders', '--json');
    expect(stopped.exitCode).toBe(0);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      stopped: true,
      complete: true,
      killed: false,
      open_orders: 2,
    });
    expect(existsSync(lockFile)).toBe(false);
    expect((await plimsoll('status')).exitCode).toBe(3);
  });

  it('says why it did not start, with that exit code', async () => {
    home.write({ failStart: 'LIVE_REFUSED: not armed' });
    expect((await plimsoll('start')).exitCode).toBe(6);
    await until(() => processLocks.owner(lockFile) === undefined);
  });

  it('is stopped again when it is not ready in time', async () => {
    home.write({ startMs: 2_000 });
    expect((await plimsoll('start', '--timeout', '200ms')).exitCode).toBe(5);
    expect(processLocks.owner(lockFile)).toBeUndefined();
  });

  it('goes on in the background when it only waits for the exchange, and start says so', async () => {
    home.write({ startMs: 60_000, waitsFor: 'waits for the exchange: balances' });
    const started = await plimsoll('start', '--timeout', '1500ms');
    expect(started.exitCode).toBe(5);
    expect(started.stderr).toMatch(/^waits for the exchange: balances …$/mu);
    expect(started.stderr).toContain(
      'not ready within 1.5 s: it waits for the exchange: balances. Process',
    );
    expect(owner().pid).toBeGreaterThan(0);
    expect((await plimsoll('stop')).exitCode).toBe(0);
  });

  it('that is stopped while it starts is stopped on request, which is no failure', async () => {
    home.write({ startMs: 60_000 });
    const starting = plimsoll('start', '--json');
    await until(() => processLocks.owner(lockFile) !== undefined);
    await until(async () => (await plimsoll('stop')).exitCode === 0);
    const started = await starting;
    expect(started.exitCode).toBe(0);
    expect(JSON.parse(started.stdout)).toMatchObject({ running: false, state: 'stopped' });
    expect(started.stderr).toContain('stopped on request before it was ready');
  });

  it('can be started again after it was killed', async () => {
    await plimsoll('start');
    const first = owner();
    process.kill(first.pid, 'SIGKILL');
    await until(() => processLocks.owner(lockFile) === undefined);
    expect((await plimsoll('status')).exitCode).toBe(3);
    expect((await plimsoll('start')).exitCode).toBe(0);
    expect(owner().pid).not.toBe(first.pid);
  });

  it('can be reached although its configuration has become unreadable', async () => {
    await plimsoll('start');
    home.write({
      issues: [{ file: home.configFile, line: 1, column: 1, path: '', problem: 'nonsense' }],
    });
    expect((await plimsoll('reload')).exitCode).toBe(4);
    expect((await plimsoll('status')).exitCode).toBe(0);
    expect((await plimsoll('stop')).exitCode).toBe(0);
    expect((await plimsoll('stop')).exitCode).toBe(4);
  });

  it('is another one after a restart', async () => {
    await plimsoll('start');
    const first = owner();
    const restarted = await plimsoll('restart', '--json');
    expect(restarted.exitCode).toBe(0);
    expect(JSON.parse(restarted.stdout)).toMatchObject({ pid: owner().pid });
    expect(owner().instance).not.toBe(first.instance);
  });

  it('is stopped by SIGTERM', async () => {
    await plimsoll('start');
    process.kill(owner().pid, 'SIGTERM');
    await until(() => !existsSync(lockFile));
  });
});
