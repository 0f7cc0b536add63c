import { describe, expect, it } from '@jest/globals';
import { aDesk, type Desk } from '../../builders/runtime.ts';

/** Lets so many seconds pass; the sweeper looks every second, and the queue answers before the next. */
async function seconds({ clock }: Desk, count: number): Promise<void> {
  for (let second = 0; second < count; second += 1) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the sweeper', () => {
  it('gives a hint again that the queue has lost', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.queue.jobs = [];
    desk.sweeper.start();
    await seconds(desk, 3);
    expect(desk.sweeper.redriven).toBe(1);
    await desk.queue.deliver();
    expect([order.state, desk.gateway.calls]).toEqual(['UNKNOWN', ['place']]);
    desk.sweeper.close();
  });

  it('gives nothing to a queue that is only slow', async () => {
    const desk = aDesk();
    for (let bar = 0; bar < 10; bar += 1) desk.buy(bar);
    desk.sweeper.start();
    await seconds(desk, 4);
    expect([desk.sweeper.redriven, desk.queue.jobs.length]).toEqual([0, 10]);
    desk.sweeper.close();
  });

  it('gives again no more than is missing', async () => {
    const desk = aDesk();
    for (let bar = 0; bar < 10; bar += 1) desk.buy(bar);
    desk.queue.jobs.splice(0, 4);
    desk.sweeper.start();
    await seconds(desk, 4);
    expect([desk.sweeper.redriven, desk.queue.jobs.length]).toEqual([4, 10]);
    desk.sweeper.close();
  });

  it('waits longer each time, although the queue goes on saying that it has nothing', async () => {
    const desk = aDesk(undefined, undefined, 60_000);
    desk.buy(0);
    desk.queue.says = 0;
    desk.sweeper.start();
    await seconds(desk, 14);
    expect(desk.sweeper.redriven).toBe(2);
    desk.sweeper.close();
  });

  it('gives nothing while the queue does not answer, and the order ends in time', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.queue.trouble = new Error('QUEUE_UNAVAILABLE: no Redis');
    desk.sweeper.start();
    await seconds(desk, 7);
    expect([desk.sweeper.redriven, order.state]).toEqual([0, 'EXPIRED']);
    desk.sweeper.close();
  });

  it('says how long the oldest order waits', () => {
    const desk = aDesk();
    expect(desk.sweeper.oldestMs).toBe(0);
    desk.buy(0);
    desk.clock.advance(500);
    expect(desk.sweeper.oldestMs).toBeGreaterThanOrEqual(500);
  });
});
