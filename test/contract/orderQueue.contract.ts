import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderQueue, QueueJob } from '../../src/ports/orderQueue.ts';
import { aJob, INSTANCE, eventually, failureOf } from '../builders/orderQueues.ts';

const CLOSE_MS = 5_000;
/** How long a close may take beyond its deadline. */
const CLOSE_SLACK_MS = 4_000;

/** What every order queue must do, whatever carries the jobs. `open` makes a new queue that is not started. */
let opened = 0;

export function orderQueueContract(open: () => OrderQueue): void {
  let queue: OrderQueue;
  // What an unbounded close leaves behind must not disturb the next start.
  let instance = '';
  let delivered: QueueJob[];
  const record = async (job: QueueJob): Promise<void> => {
    delivered.push(job);
  };
  const deliveriesOf = (id: string): number =>
    delivered.filter((job) => job.intentId === id).length;

  beforeEach(() => {
    queue = open();
    opened += 1;
    instance = `${INSTANCE}-${opened}`;
    delivered = [];
  });
  afterEach(async () => queue.close(0));

  it('delivers every job at least once, with its fields', async () => {
    await queue.start(record, instance);
    const jobs = Array.from({ length: 50 }, (_, at) => aJob(`demo-${at}`));
    await Promise.all(jobs.map(async (job) => queue.enqueue(job, 'entry')));
    await queue.enqueue({ ...aJob('demo-cancelled'), kind: 'cancel' }, 'entry');
    await eventually(
      'all are delivered',
      () => new Set(delivered.map((job) => job.intentId)).size === 51,
    );
    for (const job of jobs) expect(delivered).toContainEqual(job);
    expect(delivered).toContainEqual({ ...aJob('demo-cancelled'), kind: 'cancel' });
  });

  it('delivers ways out before entries that wait, however many', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await queue.start(async (job) => {
      await held;
      await record(job);
    }, instance);
    const ids = Array.from({ length: 60 }, (_, at) => `entry-${at}`);
    for (const id of ids) await queue.enqueue(aJob(id), 'entry');
    await eventually('as many run as may', async () => (await queue.stats()).active > 0);
    await queue.enqueue(aJob('exit'), 'way out');
    await eventually('all wait', async () => {
      const { waiting, active } = await queue.stats();
      return waiting + active === ids.length + 1;
    });
    letGo();
    await eventually(
      'all are delivered',
      () => new Set(delivered.map((job) => job.intentId)).size === 61,
    );
    const place = delivered.findIndex((job) => job.intentId === 'exit');
    expect(place).toBeLessThan(ids.length / 2);
  });

  it('delivers no hint of another journal', async () => {
    const other = open();
    const elsewhere: QueueJob[] = [];
    await queue.start(record, instance);
    try {
      await other.start(async (job) => void elsewhere.push(job), `${instance}-other`);
    } catch {
      // One that is a directory of its own cannot be shared at all.
      return;
    }
    await queue.enqueue(aJob('mine'), 'entry');
    await other.enqueue(aJob('theirs'), 'entry');
    await eventually('both are delivered', () => delivered.length > 0 && elsewhere.length > 0);
    await other.close(CLOSE_MS);
    expect(new Set(delivered.map(({ intentId }) => intentId))).toEqual(new Set(['mine']));
    expect(new Set(elsewhere.map(({ intentId }) => intentId))).toEqual(new Set(['theirs']));
  });

  it('delivers the same intent again when it is enqueued again', async () => {
    await queue.start(record, instance);
    for (let time = 1; time <= 3; time += 1) {
      await queue.enqueue(aJob('demo-1'), 'entry');
      await eventually(`delivered ${time} times`, () => deliveriesOf('demo-1') >= time);
    }
  });

  it('does not make one order wait for the handler of another', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await queue.start(async (job) => {
      if (job.intentId === 'demo-slow') await held;
      await record(job);
    }, instance);
    await queue.enqueue(aJob('demo-slow'), 'entry');
    await queue.enqueue(aJob('demo-quick'), 'entry');
    await eventually('the quick one is done', () => deliveriesOf('demo-quick') > 0);
    expect(deliveriesOf('demo-slow')).toBe(0);
    letGo();
    await eventually('the slow one is done', () => deliveriesOf('demo-slow') > 0);
  });

  it('goes on after a handler error, and counts it', async () => {
    await queue.start(async (job) => {
      if (job.intentId === 'demo-bad') throw new Error('the handler broke');
      await record(job);
    }, instance);
    await queue.enqueue(aJob('demo-bad'), 'entry');
    await queue.enqueue(aJob('demo-good'), 'entry');
    await eventually('the good one is delivered', () => deliveriesOf('demo-good') > 0);
    await eventually('the error is counted', async () => (await queue.stats()).failed === 1);
  });

  it('counts what waits and runs, and is empty when all is done', async () => {
    await queue.start(record, instance);
    await queue.enqueue(aJob('demo-1'), 'entry');
    await eventually('empty', async () => {
      const { waiting, active, failed } = await queue.stats();
      return waiting === 0 && active === 0 && failed === 0;
    });
    expect(deliveriesOf('demo-1')).toBeGreaterThan(0);
  });

  it('refuses jobs before start and after close', async () => {
    expect((await failureOf(queue.enqueue(aJob('demo-1'), 'entry'))).message).toContain(
      'QUEUE_UNAVAILABLE',
    );
    await queue.start(record, instance);
    await queue.close(CLOSE_MS);
    expect((await failureOf(queue.enqueue(aJob('demo-2'), 'entry'))).message).toContain(
      'QUEUE_UNAVAILABLE',
    );
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
      }, instance);
      await queue.enqueue(aJob('demo-1'), 'entry');
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
      }, instance);
      await queue.enqueue(aJob('demo-1'), 'entry');
      await eventually('the handler runs', () => started);
      const startedMs = performance.now();
      await queue.close(100);
      expect(performance.now() - startedMs).toBeLessThan(100 + CLOSE_SLACK_MS);
    });

    it('may be called twice, and before start', async () => {
      await open().close(CLOSE_MS);
      await queue.start(record, instance);
      await queue.close(CLOSE_MS);
      await queue.close(CLOSE_MS);
    });
  });
}
