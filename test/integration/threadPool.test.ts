/** Worker threads that answer, fail, and die. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createThreadPool } from '../../src/adapters/workers/threadPool.ts';
import type { TaskPool } from '../../src/ports/taskPool.ts';

const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData, threadId } from 'node:worker_threads';
    const shared = new Int32Array(workerData.shared);
    parentPort.on('message', ({ id, task }) => {
      if (task === 'fail') return parentPort.postMessage({ id, error: 'as asked' });
      if (task === 'die') process.exit(3);
      if (task === 'die once' && Atomics.add(shared, 0, 1) === 0) process.exit(3);
      if (task === 'hang') return;
      parentPort.postMessage({ id, result: { task, sum: shared[1], threadId } });
    });
  `)}`,
);

describe('a pool of threads', () => {
  let pool: TaskPool<unknown, { task: unknown; sum: number; threadId: number }> | undefined;
  const make = (threads: number): NonNullable<typeof pool> => {
    const shared = new SharedArrayBuffer(8);
    new Int32Array(shared)[1] = 42;
    pool = createThreadPool({ entry, threads, data: { shared } });
    return pool;
  };
  afterEach(async () => pool?.close());

  it('does tasks on all of its threads, on memory that is not copied', async () => {
    const two = make(2);
    const done = await Promise.all([1, 2, 3, 4, 5, 6].map((task) => two.run(String(task), task)));
    expect(done.map(({ result }) => result.task)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(done.map(({ result }) => result.threadId)).size).toBe(2);
    expect(new Set(done.map(({ worker }) => worker))).toEqual(new Set(['thread 1', 'thread 2']));
    expect(done.every(({ result }) => result.sum === 42)).toBe(true);
  });

  it('does a task once that is asked for twice while it runs', async () => {
    const one = make(1);
    const [a, b] = await Promise.all([one.run('same', 'x'), one.run('same', 'y')]);
    expect(a).toEqual(b);
  });

  it('does again on another thread what a dead one had, and goes on', async () => {
    const one = make(1);
    const [lost, next] = await Promise.all([one.run('1', 'die once'), one.run('2', 'after')]);
    expect([lost.result.task, next.result.task]).toEqual(['die once', 'after']);
    expect(lost.worker).toBe('thread 2');
  });

  it('gives up a task that ends every thread, and says so', async () => {
    const one = make(1);
    await expect(one.run('1', 'die')).rejects.toThrow('TASK_FAILED: it ended 3 threads');
    expect((await one.run('2', 'well')).result.task).toBe('well');
  });

  it('hands on the words of a task that failed', async () => {
    await expect(make(1).run('1', 'fail')).rejects.toThrow('TASK_FAILED: as asked');
  });

  it('lets go of everything when it is closed', async () => {
    const one = make(1);
    const ends = Promise.allSettled([one.run('1', 'hang'), one.run('2', 'x')]);
    await one.close();
    for (const end of await ends)
      expect(end).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringContaining('POOL_CLOSED') },
      });
    await expect(one.run('3', 'x')).rejects.toThrow('POOL_CLOSED');
  });
});
