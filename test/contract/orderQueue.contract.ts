import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderQueue, QueueJob } from '../../src/ports/orderQueue.ts';
import { aJob, eventually, failureOf } from '../builders/orderQueues.ts';

const CLOSE_MS = 5_000;
/** How long a close may take beyond its deadline. */
const CLOSE_SLACK_MS = 4_000;

/** What every order queue must do, whatever carries the jobs. `open` makes a new queue that is not started. */
export function orderQueueContract(open: () => OrderQueue): void {
  let queue: OrderQueue;
  let delivered: QueueJob[];
  const record = async (job: QueueJob): Promise<void> => {
    delivered.push(job);
  };
  const deliveriesOf = (id: string): number =>
    delivered.filter((job) => job.intentId === id).length;

  beforeEach(() => {
    queue = open();
    delivered = [];
  });
  afterEach(async () => queue.close(0));

  it('delivers every job at least once, with its fields', async () => {
    await queue.start(record);
    const jobs = Array.from({ length: 50 }, (_, at) => aJob(`demo-${at}`, `S${at}/USDT`));
    await Promise.all(jobs.map(async (job) => queue.enqueue(job)));
    await queue.enqueue({ ...aJob('demo-cancelled'), kind: 'cancel' });
    await eventually(
      'all are delivered',
      () => new Set(delivered.map((job) => job.intentId)).size === 51,
    );
    for (const job of jobs) expect(delivered).toContainEqual(job);
    expect(delivered).toContainEqual({ ...aJob('demo-cancelled'), kind: 'cancel' });
  });

  it('delivers the same intent again when it is enqueued again', async () => {
    await queue.start(record);
    for (let time = 1; time <= 3; time += 1) {
      await queue.enqueue(aJob('demo-1'));
      await eventually(`delivered ${time} times`, () => deliveriesOf('demo-1') >= time);
    }
  });

  it('does not make one symbol wait for the handler of another', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await queue.start(async (job) => {
      if (job.intentId === 'demo-slow') await held;
      await record(job);
    });
    await queue.enqueue(aJob('demo-slow', 'BTC/USDT'));
    await queue.enqueue(aJob('demo-quick', 'ETH/USDT'));
    await eventually('the quick one is done', () => deliveriesOf('demo-quick') > 0);
    expect(deliveriesOf('demo-slow')).toBe(0);
    letGo();
    await eventually('the slow one is done', () => deliveriesOf('demo-slow') > 0);
  });

  it('goes on after a handler error, and counts it', async () => {
    await queue.start(async (job) => {
      if (job.intentId === 'demo-bad') throw new Error('the handler broke');
      await record(job);
    });
    await queue.enqueue(aJob('demo-bad'));
    await queue.enqueue(aJob('demo-good'));
    await eventually('the good one is delivered', () => deliveriesOf('demo-good') > 0);
    await eventually('the error is counted', async () => (await queue.stats()).failed === 1);
  });

  it('counts what waits and runs, and is empty when all is done', async () => {
    await queue.start(record);
    await queue.enqueue(aJob('demo-1'));
    await eventually('empty', async () => {
      const { waiting, active, failed } = await queue.stats();
      return waiting === 0 && active === 0 && failed === 0;
    });
    expect(deliveriesOf('demo-1')).toBeGreaterThan(0);
  });

  it('refuses jobs before start and after close', async () => {
    expect((await failureOf(queue.enqueue(aJob('demo-1')))).message).toContain('QUEUE_UNAVAILABLE');
    await queue.start(record);
    await queue.close(CLOSE_MS);
    expect((await failureOf(queue.enqueue(aJob('demo-2')))).message).toContain('QUEUE_UNAVAILABLE');
    expect(delivered).toEqual([]);
  });

  describe('close', () => {
    it('waits for a running handler', async () => {
      let started = false;
      let finished = false;
      let letGo = (): void => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      await queue.start(async () => {
        started = true;
        await held;
        finished = true;
      });
      await queue.enqueue(aJob('demo-1'));
      await eventually('the handler runs', () => started);
      const closing = queue.close(CLOSE_MS);
      letGo();
      await closing;
      expect(finished).toBe(true);
    });

    it('lets a handler go that does not end', async () => {
      let started = false;
      await queue.start(async () => {
        started = true;
        await new Promise(() => undefined);
      });
      await queue.enqueue(aJob('demo-1'));
      await eventually('the handler runs', () => started);
      const startedMs = performance.now();
      await queue.close(100);
      expect(performance.now() - startedMs).toBeLessThan(100 + CLOSE_SLACK_MS);
    });

    it('may be called twice, and before start', async () => {
      await open().close(CLOSE_MS);
      await queue.start(record);
      await queue.close(CLOSE_MS);
      await queue.close(CLOSE_MS);
    });
  });
}
