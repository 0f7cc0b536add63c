import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ownIdentity } from '../../../../src/adapters/sqlite/processIdentity.ts';
import { processLocks } from '../../../../src/adapters/sqlite/processLock.ts';
import { startTypescript, typescriptArguments } from '../../../builders/child.ts';
import { fakeHome, type FakeHome } from '../../../builders/fakeApp.ts';

const CHILD = new URL('../../../builders/lockChild.ts', import.meta.url);
/** Far above any process id of Linux (2^22 at most). */
const NO_SUCH_PID = 2 ** 30;
const UNSHARE = ['--pid', '--fork', '--kill-child', '--mount-proc'];
/** A new PID namespace needs root, or user namespaces. */
const unshareWorks = spawnSync('unshare', [...UNSHARE, 'true']).status === 0;

if (!unshareWorks)
  process.stderr.write(
    '`unshare --pid` is not permitted here: locks are not tried across containers\n',
  );

interface Contender {
  /** The process, and where it holds its lock in a container, the one that watches over it. */
  readonly child: ReturnType<typeof startTypescript> | ReturnType<typeof spawn>;
  /** What came of it, in a line. */
  readonly said: Promise<string>;
}

let home: FakeHome;
let file: string;
const children: Contender['child'][] = [];

beforeEach(() => {
  home = fakeHome();
  file = join(home.folder, 'deep', 'plimsoll.lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  home.dispose();
});

async function kill(child: Contender['child']): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A process that tries to take the lock. */
function contender(): Contender {
  const child = startTypescript(CHILD, [file]);
  children.push(child);
  return { child, said: firstLine(child.stdout) };
}

/** The same in a PID namespace of its own, where it is process 1. */
function contained(): Contender {
  const argv = [...UNSHARE, process.execPath, ...typescriptArguments(CHILD, [file])];
  const child = spawn('unshare', argv, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
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

/** What a lock's file says, as a process that was killed leaves it. */
function leaveWords(text: string): void {
  processLocks.take(file).release();
  writeFileSync(file, text);
}

const OLD_WORDS = JSON.stringify({
  ...{ pid: process.pid, startTime: '', pidNamespace: '', instance: 'old', since: 'long ago' },
});

describe('a process lock', () => {
  it('names its owner, and is for this user alone', () => {
    const lock = processLocks.take(file);
    expect(processLocks.owner(file)).toEqual(lock.owner);
    expect(lock.owner.pid).toBe(process.pid);
    for (const path of [file, `${file}.held`]) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    lock.release();
  });

  it('leaves only the empty file that is locked, once it is released', () => {
    const lock = processLocks.take(file);
    lock.release();
    lock.release();
    expect(processLocks.owner(file)).toBeUndefined();
    expect(readdirSync(dirname(file))).toEqual(['plimsoll.lock.held']);
    expect(statSync(`${file}.held`).size).toBe(0);
    processLocks.take(file).release();
  });

  it('is held by nobody before it was ever taken', () => {
    expect(processLocks.owner(file)).toBeUndefined();
    expect(existsSync(dirname(file))).toBe(false);
  });

  it('refuses a second owner and names the first, in this process as well', async () => {
    const { child, said } = contender();
    expect(await said).toBe('held');
    expect(() => processLocks.take(file)).toThrow(
      `ALREADY_RUNNING: process ${String(child.pid)} holds ${file} since 20`,
    );
    await kill(child);
    const lock = processLocks.take(file);
    expect(() => processLocks.take(file)).toThrow(`ALREADY_RUNNING: process ${process.pid}`);
    expect(processLocks.owner(file)).toEqual(lock.owner);
    lock.release();
  });

  it('is not let go of by looking at it', () => {
    const lock = processLocks.take(file);
    for (let look = 0; look < 3; look += 1) processLocks.owner(file);
    const { stdout } = spawnSync(process.execPath, typescriptArguments(CHILD, [file, 'once']));
    expect(String(stdout)).toContain('refused ALREADY_RUNNING');
    lock.release();
  });

  it('is free as soon as its owner was killed, whatever its file still says', async () => {
    const { child, said } = contender();
    await said;
    await kill(child);
    expect(existsSync(file)).toBe(true);
    expect(processLocks.owner(file)).toBeUndefined();
    const lock = processLocks.take(file);
    expect(processLocks.owner(file)?.pid).toBe(process.pid);
    lock.release();
  });

  it('is held by a process that is stopped', async () => {
    const { child, said } = contender();
    await said;
    child.kill('SIGSTOP');
    expect(() => processLocks.take(file)).toThrow('ALREADY_RUNNING');
    child.kill('SIGCONT');
  });

  it.each([
    ['another owner', OLD_WORDS],
    ['nothing', ''],
    ['what is no lock’s', '[]'],
  ])('is taken whatever its file says: %s', (_what, text) => {
    leaveWords(text);
    const lock = processLocks.take(file);
    expect(processLocks.owner(file)).toEqual(lock.owner);
    lock.release();
  });

  it('is still held when its file was removed; nobody knows by whom', async () => {
    const { said } = contender();
    await said;
    rmSync(file);
    expect(processLocks.owner(file)).toMatchObject({ pid: 0, instance: '' });
    expect(() => processLocks.take(file)).toThrow(`ALREADY_RUNNING: another process holds ${file}`);
  });

  it('does not remove the words of another who has taken the files’ place', () => {
    const lost = processLocks.take(file);
    rmSync(file);
    rmSync(`${file}.held`);
    const other = processLocks.take(file);
    lost.release();
    expect(processLocks.owner(file)).toEqual(other.owner);
    other.release();
  });

  it('goes to exactly one of several that race for a dead owner’s', async () => {
    leaveWords(OLD_WORDS);
    const racers = [contender(), contender(), contender(), contender()];
    const said = await Promise.all(racers.map((racer) => racer.said));
    expect(said.filter((text) => text === 'held')).toHaveLength(1);
    expect(said.filter((text) => text.startsWith('refused ALREADY_RUNNING'))).toHaveLength(3);
    const winner = racers[said.indexOf('held')];
    expect(processLocks.owner(file)?.pid).toBe(winner?.child.pid);
  });

  it('says what is wrong when it cannot be made', () => {
    writeFileSync(join(home.folder, 'deep'), 'a file, not a folder');
    expect(() => processLocks.take(file)).toThrow(/^LOCK_FAILED: .* cannot be locked/u);
  });
});

(unshareWorks ? describe : describe.skip)('a process lock and a container', () => {
  it('holds against a process outside of it', async () => {
    const inside = contained();
    expect(await inside.said).toBe('held');
    expect(processLocks.owner(file)?.pid).toBe(1);
    expect(() => processLocks.take(file)).toThrow('ALREADY_RUNNING: process 1 holds');
    await kill(inside.child);
    processLocks.take(file).release();
  });

  it('holds against a process inside of it, and inside of another one', async () => {
    const lock = processLocks.take(file);
    expect(await contained().said).toContain(`refused ALREADY_RUNNING: process ${process.pid}`);
    lock.release();
    const [first, second] = [contained(), contained()];
    const said = [await first.said, await second.said].sort();
    expect(said).toEqual(['held', expect.stringContaining('refused ALREADY_RUNNING: process 1')]);
  });

  it('has an owner that cannot be signalled by the number it has inside', async () => {
    const inside = contained();
    await inside.said;
    const owner = processLocks.owner(file);
    expect(owner?.pid).toBe(1);
    expect(owner && processLocks.signal(owner, 'SIGCONT')).toBe(false);
  });
});

describe('signalling an owner', () => {
  const owner = { ...ownIdentity(), instance: 'x', since: '' };

  it('reaches that very process', async () => {
    const { child, said } = contender();
    await said;
    const found = processLocks.owner(file);
    expect(found && processLocks.signal(found, 'SIGKILL')).toBe(true);
    await once(child, 'exit');
    expect(processLocks.owner(file)).toBeUndefined();
  });

  it.each([
    ['has ended', { pid: NO_SUCH_PID }],
    ['has left its number to another', { startTime: '1' }],
    ['has not said who it is', { pid: 0 }],
    ['is in another container', { pidNamespace: 'pid:[1]' }],
  ])('does nothing when it %s', (_what, change) => {
    // 0 only asks whether it could be signalled.
    expect(processLocks.signal({ ...owner, ...change }, 'SIGCONT')).toBe(false);
  });

  it('says who this process is as the system does', () => {
    if (process.platform !== 'linux') return;
    const stat = readFileSync('/proc/self/stat', 'latin1');
    expect(stat).toContain(` ${ownIdentity().startTime} `);
  });
});
