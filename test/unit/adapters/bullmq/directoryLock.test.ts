import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockDirectory } from '../../../../src/adapters/bullmq/directoryLock.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../builders/orderQueues.ts';

describe('the lock of a directory', () => {
  let directory: TemporaryDirectory;
  const path = (): string => join(directory.path, 'queue.lock');

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.dispose());

  it('names this process, and goes away when it is given back', () => {
    const unlock = lockDirectory(directory.path);
    expect(readFileSync(path(), 'utf8')).toMatch(new RegExp(`^${process.pid} \\d*\\n$`, 'u'));
    unlock();
    expect(existsSync(path())).toBe(false);
  });

  it('creates the directory', () => {
    const unlock = lockDirectory(join(directory.path, 'a', 'b'));
    expect(existsSync(join(directory.path, 'a', 'b', 'queue.lock'))).toBe(true);
    unlock();
  });

  it('refuses while a living process holds it, and says which', () => {
    const unlock = lockDirectory(directory.path);
    expect(() => lockDirectory(directory.path)).toThrow(
      `in use by process ${process.pid} (this one)`,
    );
    unlock();
    lockDirectory(directory.path)();
  });

  it('is taken over from a process that is gone', () => {
    const { pid } = spawnSync('true');
    writeFileSync(path(), `${pid} 12345\n`);
    const unlock = lockDirectory(directory.path);
    expect(readFileSync(path(), 'utf8')).toMatch(new RegExp(`^${process.pid} `, 'u'));
    unlock();
  });

  // Start times are only known where there is /proc.
  (existsSync('/proc/self/stat') ? it : it.skip)(
    'is taken over when the process id belongs to a younger process',
    () => {
      writeFileSync(path(), `${process.ppid} 1\n`);
      lockDirectory(directory.path)();
    },
  );

  it.each([[''], ['nonsense'], ['12 34 56\n']])('is taken over when it says %j', (text) => {
    writeFileSync(path(), text);
    lockDirectory(directory.path)();
    expect(existsSync(path())).toBe(false);
  });

  it('is not given back by someone who has lost it', () => {
    const unlock = lockDirectory(directory.path);
    writeFileSync(path(), '1 1\n');
    unlock();
    expect(readFileSync(path(), 'utf8')).toBe('1 1\n');
  });

  it('leaves a stale lock to whoever is taking it over just now', () => {
    const { pid } = spawnSync('true');
    writeFileSync(path(), `${pid} 12345\n`);
    writeFileSync(`${path()}.takeover`, '1\n');
    expect(() => lockDirectory(directory.path)).toThrow('another process is starting');
    expect(readFileSync(path(), 'utf8')).toBe(`${pid} 12345\n`);
  });
});
