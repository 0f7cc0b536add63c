import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockDirectory } from '../../../../src/adapters/bullmq/directoryLock.ts';
import { processLocks } from '../../../../src/adapters/sqlite/processLock.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../builders/orderQueues.ts';

describe('the lock of a directory', () => {
  let directory: TemporaryDirectory;

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.dispose());

  it('creates the directory, and is the lock of a process', () => {
    const path = join(directory.path, 'a', 'b');
    const lock = lockDirectory(processLocks, path);
    expect(processLocks.owner(join(path, 'queue.lock'))?.pid).toBe(process.pid);
    lock.release();
    expect(processLocks.owner(join(path, 'queue.lock'))).toBeUndefined();
  });

  it('refuses while a process holds it, says which, and what to do', () => {
    const lock = lockDirectory(processLocks, directory.path);
    expect(() => lockDirectory(processLocks, directory.path)).toThrow(
      new RegExp(
        `^QUEUE_UNAVAILABLE: .*ALREADY_RUNNING: process ${process.pid} .*; stop that process first`,
        'u',
      ),
    );
    lock.release();
    lockDirectory(processLocks, directory.path).release();
  });

  it('says what is in the way when there can be no directory', () => {
    const path = join(directory.path, 'taken');
    writeFileSync(path, '');
    expect(() => lockDirectory(processLocks, path)).toThrow(
      /^QUEUE_UNAVAILABLE: .*LOCK_FAILED.*; remove what is there or make it writable$/u,
    );
  });
});
