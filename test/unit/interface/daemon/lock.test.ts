import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { acquireLock, lockOwner } from '../../../../src/interface/daemon/lock.ts';
import { startTypescript } from '../../../builders/child.ts';
import { fakeHome, type FakeHome } from '../../../builders/fakeApp.ts';

const CHILD = new URL('../../../builders/lockChild.ts', import.meta.url);
/** Far above any process id of Linux (2^22 at most). */
const NO_SUCH_PID = 2 ** 30;

let home: FakeHome;
let file: string;
const children: ReturnType<typeof startTypescript>[] = [];

beforeEach(() => {
  home = fakeHome();
  file = join(home.folder, 'deep', 'plimsoll.lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  home.dispose();
});

async function kill(child: ReturnType<typeof startTypescript>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A process that tries to take the lock, and what it says of it. */
function contender(): {
  readonly child: ReturnType<typeof startTypescript>;
  readonly said: Promise<string>;
} {
  const child = startTypescript(CHILD, [file]);
  children.push(child);
  return { child, said: firstLine(child.stdout) };
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

/** A lock as a dead process leaves it. */
function leaveLock(changes: Readonly<Record<string, unknown>> = {}): void {
  acquireLock(file).release();
  const owner = {
    pid: NO_SUCH_PID,
    startTime: '1',
    instance: 'old',
    since: '2024-01-01T00:00:00Z',
  };
  writeFileSync(file, JSON.stringify({ ...owner, ...changes }));
}

describe('the lock', () => {
  it('names its owner, is for this user alone, and vanishes when it is released', () => {
    const lock = acquireLock(file);
    expect(lockOwner(file)).toEqual(lock.owner);
    expect(lock.owner.pid).toBe(process.pid);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    lock.release();
    expect(existsSync(file)).toBe(false);
    expect(lockOwner(file)).toBeUndefined();
  });

  it('leaves nothing else behind', () => {
    leaveLock();
    acquireLock(file).release();
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  it('refuses a second owner and names the first', async () => {
    const { child, said } = contender();
    expect(await said).toBe('held new');
    expect(() => acquireLock(file)).toThrow(`ALREADY_RUNNING: process ${child.pid ?? 0} holds`);
    await kill(child);
  });

  it('is taken over when its owner was killed', async () => {
    const { child, said } = contender();
    await said;
    await kill(child);
    expect(lockOwner(file)).toBeUndefined();
    const lock = acquireLock(file);
    expect(lock.tookOver).toBe(true);
    expect(lockOwner(file)?.pid).toBe(process.pid);
    lock.release();
  });

  it('is taken over when its process id belongs to another process by now', () => {
    leaveLock({ pid: process.pid, startTime: '1' });
    const lock = acquireLock(file);
    expect(lock.tookOver).toBe(true);
    lock.release();
  });

  it('is taken over when a crash of the machine left it empty', () => {
    acquireLock(file).release();
    writeFileSync(file, '');
    const lock = acquireLock(file);
    expect(lock.tookOver).toBe(true);
    lock.release();
  });

  it('is taken over although the guard of a takeover was left behind, too', () => {
    leaveLock();
    writeFileSync(`${file}.takeover`, readFileSync(file));
    const lock = acquireLock(file);
    expect(lock.tookOver).toBe(true);
    expect(readdirSync(join(file, '..'))).toEqual(['plimsoll.lock']);
    lock.release();
  });

  it('is left to another who took it over between two looks at it', () => {
    leaveLock();
    const other = { pid: process.ppid, startTime: '', instance: 'other', since: 'just now' };
    const kill = jest.spyOn(process, 'kill').mockImplementation((pid) => {
      // Asked whether the old owner lives: meanwhile the other has taken its place.
      if (pid === NO_SUCH_PID) writeFileSync(file, JSON.stringify(other));
      if (pid === NO_SUCH_PID) throw new Error('ESRCH');
      return true;
    });
    expect(() => acquireLock(file)).toThrow(`ALREADY_RUNNING: process ${process.ppid} holds`);
    kill.mockRestore();
    expect(readFileSync(file, 'utf8')).toContain('"other"');
  });

  it('is not touched while somebody else takes it over', () => {
    leaveLock();
    const guard = acquireLock(`${file}.takeover`);
    expect(() => acquireLock(file)).toThrow('ALREADY_RUNNING');
    expect(readFileSync(file, 'utf8')).toContain('"old"');
    guard.release();
  });

  it('is not removed by an owner that has lost it', () => {
    const lost = acquireLock(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace(lost.owner.instance, 'other'));
    lost.release();
    expect(existsSync(file)).toBe(true);
  });

  it('goes to exactly one of several that race for a dead owner’s', async () => {
    leaveLock();
    const racers = [contender(), contender(), contender(), contender()];
    const said = await Promise.all(racers.map((racer) => racer.said));
    expect(said.filter((text) => text === 'held over')).toHaveLength(1);
    expect(said.filter((text) => text.startsWith('refused ALREADY_RUNNING'))).toHaveLength(3);
    const winner = racers[said.indexOf('held over')];
    expect(lockOwner(file)?.pid).toBe(winner?.child.pid);
  });

  it('says what is wrong when it cannot be made', () => {
    writeFileSync(join(home.folder, 'deep'), 'a file, not a folder');
    expect(() => acquireLock(file)).toThrow(/^LOCK_FAILED: cannot make/u);
  });
});
