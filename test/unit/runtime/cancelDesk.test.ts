import { describe, expect, it } from '@jest/globals';
import type { OrderRecord } from '../../../src/core/domain/order.ts';
import type { CancelOutcome, PlaceOutcome } from '../../../src/ports/exchangeGateway.ts';
import { jobOf } from '../../../src/runtime/hints.ts';
import { aControl } from '../../builders/engine.ts';
import { aReport } from '../../builders/orders.ts';
import { aDesk, type Desk } from '../../builders/runtime.ts';

const ackOf = ({ intent: { clientOrderId } }: OrderRecord) =>
  ({ kind: 'acked', report: aReport({ clientOrderId }) }) as const;
const cancelledOf = ({ intent: { clientOrderId } }: OrderRecord) =>
  ({ kind: 'cancelled', report: aReport({ clientOrderId, status: 'canceled' }) }) as const;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A desk with an order at the exchange. */
async function acked(): Promise<{ readonly desk: Desk; readonly order: OrderRecord }> {
  const desk = aDesk();
  const order = desk.buy(0);
  desk.gateway.placing = ackOf(order);
  await desk.queue.deliver();
  desk.gateway.calls.length = 0;
  return { desk, order };
}

const wish = ({ session }: Desk): void => {
  session.dispatch(aControl('cancelAll'));
};

describe('a cancel', () => {
  it('is the order’s end when it is confirmed, and is sent once', async () => {
    const { desk, order } = await acked();
    desk.gateway.cancelling = cancelledOf(order);
    wish(desk);
    await desk.queue.deliver();
    await desk.desk.handle(jobOf(order, 'cancel'));
    expect([order.state, desk.gateway.calls]).toEqual(['CANCELLED', ['cancel']]);
  });

  it('goes without the queue when that does not bring it within 150 ms', async () => {
    const { desk, order } = await acked();
    desk.gateway.cancelling = cancelledOf(order);
    wish(desk);
    expect(desk.queue.jobs.map(({ urgency }) => urgency)).toEqual(['way out']);
    desk.clock.advance(151);
    await settled();
    expect([order.state, desk.gateway.calls]).toEqual(['CANCELLED', ['cancel']]);
    await desk.queue.deliver();
    expect(desk.gateway.calls).toEqual(['cancel']);
  });

  it('goes at once when the queue takes nothing', async () => {
    const { desk, order } = await acked();
    desk.queue.trouble = new Error('QUEUE_UNAVAILABLE: no Redis');
    desk.gateway.cancelling = cancelledOf(order);
    wish(desk);
    await settled();
    expect(order.state).toBe('CANCELLED');
  });

  it('of an earlier run is not obeyed: nobody wishes it now', async () => {
    const { desk, order } = await acked();
    await desk.desk.handle(jobOf(order, 'cancel'));
    await desk.desk.handle({ ...jobOf(order, 'cancel'), clientOrderId: 'xold' as never });
    expect([order.state, desk.gateway.calls]).toEqual(['ACKED', []]);
  });

  it('is held back when the order has ended while the cancel waited for its turn', async () => {
    const { desk, order } = await acked();
    const { clientOrderId } = order.intent;
    desk.gateway.wait = () => {
      desk.session.report(aReport({ clientOrderId, status: 'canceled' }));
    };
    wish(desk);
    await desk.queue.deliver();
    expect([order.state, desk.gateway.calls]).toEqual(['CANCELLED', []]);
  });

  it('that finds nothing is a reason to look, not an end', async () => {
    const { desk, order } = await acked();
    desk.gateway.cancelling = { kind: 'notFound', message: '-2011' };
    wish(desk);
    await desk.queue.deliver();
    expect([order.state, desk.doubted]).toEqual(['CANCELLING', [order]]);
  });

  it('that is refused leaves the order as it was', async () => {
    const { desk, order } = await acked();
    desk.gateway.cancelling = { kind: 'rejected', code: '-2011', message: 'not now' };
    wish(desk);
    await desk.queue.deliver();
    expect([order.state, order.cancelRequested]).toEqual(['ACKED', false]);
  });

  it('may be wished again after it was answered, and not before', async () => {
    const { desk, order } = await acked();
    const answers: ((outcome: CancelOutcome) => void)[] = [];
    desk.gateway.cancel = () => {
      desk.gateway.calls.push('cancel');
      return new Promise((resolve) => answers.push(resolve));
    };
    wish(desk);
    desk.clock.advance(151);
    desk.desk.cancel(order);
    desk.clock.advance(151);
    expect(desk.gateway.calls).toEqual(['cancel']);
    answers[0]?.({ kind: 'unknown', message: 'reset' });
    await settled();
    desk.desk.cancel(order);
    desk.clock.advance(151);
    expect(desk.gateway.calls).toEqual(['cancel', 'cancel']);
  });

  it('of an order that was not sent yet ends it without asking the exchange', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    wish(desk);
    await desk.queue.deliver();
    expect([order.state, desk.gateway.calls]).toEqual(['EXPIRED', []]);
  });

  it('of an order that is being sent follows its answer', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    let answer: (outcome: PlaceOutcome) => void = () => undefined;
    desk.gateway.placing = new Promise((resolve) => {
      answer = resolve;
    });
    void desk.queue.deliver();
    await settled();
    wish(desk);
    expect(desk.queue.jobs).toEqual([]);
    desk.gateway.cancelling = cancelledOf(order);
    answer(ackOf(order));
    await settled();
    await desk.queue.deliver();
    expect([order.state, desk.gateway.calls]).toEqual(['CANCELLED', ['place', 'cancel']]);
  });

  it('is alarmed when it has not left within two seconds', async () => {
    const { desk } = await acked();
    desk.gateway.wait = () => new Promise<void>(() => undefined);
    wish(desk);
    desk.clock.advance(1_900);
    expect(desk.noted).not.toContain('EXIT_LATE');
    desk.clock.advance(200);
    expect(desk.noted).toContain('EXIT_LATE');
  });
});
