import { describe, expect, it } from '@jest/globals';
import { KeyedMutex } from '../../../src/runtime/mutex.ts';

function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

describe('a keyed mutex', () => {
  it('runs tasks of one key one at a time, in order of arrival', async () => {
    const mutex = new KeyedMutex();
    const first = gate();
    const log: string[] = [];
    const a = mutex.run('k', async () => {
      log.push('a starts');
      await first.promise;
      log.push('a ends');
    });
    const b = mutex.run('k', () => {
      log.push('b');
      return Promise.resolve();
    });
    await Promise.resolve();
    expect(log).toEqual(['a starts']);
    first.open();
    await Promise.all([a, b]);
    expect(log).toEqual(['a starts', 'a ends', 'b']);
  });

  it('lets different keys run side by side', async () => {
    const mutex = new KeyedMutex();
    const held = gate();
    const slow = mutex.run('a', () => held.promise);
    await mutex.run('b', () => Promise.resolve());
    held.open();
    await slow;
  });

  it('goes on after a task that fails, and gives its error to its caller alone', async () => {
    const mutex = new KeyedMutex();
    const failing = mutex.run('k', () => Promise.reject(new Error('no')));
    const next = mutex.run('k', () => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });

  it('keeps nothing of a key that is idle', async () => {
    const mutex = new KeyedMutex();
    await mutex.run('k', () => Promise.resolve());
    expect(mutex.busy).toBe(0);
  });
});
