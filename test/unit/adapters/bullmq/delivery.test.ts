import { describe, expect, it } from '@jest/globals';
import { Delivery } from '../../../../src/adapters/bullmq/delivery.ts';
import type { QueueJob } from '../../../../src/ports/orderQueue.ts';
import { aJob, linesLogger } from '../../../builders/orderQueues.ts';

describe('delivery', () => {
  it('hands the job to the handler and counts no failure', async () => {
    const seen: QueueJob[] = [];
    const delivery = new Delivery(async (job) => void seen.push(job), linesLogger());
    await delivery.deliver({ ...aJob('demo-1') });
    expect(seen).toEqual([aJob('demo-1')]);
    expect(delivery.failed).toBe(0);
  });

  it.each([
    ['rejects', async () => Promise.reject(new Error('no luck'))],
    [
      'throws before it returns a promise',
      () => {
        throw new Error('no luck');
      },
    ],
  ])('logs and counts a handler that %s, and does not fail itself', async (_how, handler) => {
    const logger = linesLogger();
    const delivery = new Delivery(handler, logger);
    await delivery.deliver(aJob('demo-1'));
    expect(delivery.failed).toBe(1);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toMatch(/^error .*"intentId":"demo-1".*no luck/u);
  });

  it('drops what is not an order job, with an error in the log', async () => {
    const logger = linesLogger();
    let handled = 0;
    const delivery = new Delivery(async () => void (handled += 1), logger);
    await delivery.deliver({ hello: 'world' });
    expect(handled).toBe(0);
    expect(delivery.failed).toBe(1);
    expect(logger.lines[0]).toContain('not an order job');
  });
});
