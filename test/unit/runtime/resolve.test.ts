import { describe, expect, it } from '@jest/globals';
import type { LookupOutcome } from '../../../src/ports/exchangeGateway.ts';
import type { OrderRecord } from '../../../src/core/domain/order.ts';
import { Resolver } from '../../../src/runtime/resolve.ts';
import { aCandle, aControl } from '../../builders/engine.ts';
import { aReport } from '../../builders/orders.ts';
import { aDesk, type Desk, QUIET } from '../../builders/runtime.ts';

const QUIESCENCE_MS = 20_000;

interface Watch extends Desk {
  readonly resolver: Resolver;
  readonly order: OrderRecord;
  readonly recancelled: OrderRecord[];
}

async function unknownOrder(): Promise<Watch> {
  const desk = aDesk();
  const recancelled: OrderRecord[] = [];
  const resolver = new Resolver({
    session: desk.session,
    gateway: desk.gateway,
    clock: desk.clock,
    logger: QUIET,
    exchangeClock: { quiescenceMs: QUIESCENCE_MS },
    recancel: (order) => recancelled.push(order),
  });
  const order = desk.buy(0);
  await desk.queue.deliver();
  expect(order.state).toBe('UNKNOWN');
  resolver.watch(order);
  desk.gateway.calls.length = 0;
  return { ...desk, resolver, order, recancelled };
}

/** Lets time pass second by second, so that every look-up is answered before the next. */
async function wait(desk: Desk, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    desk.clock.advance(1_000);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}

const found = (order: OrderRecord): LookupOutcome => ({
  kind: 'found',
  report: aReport({ clientOrderId: order.intent.clientOrderId }),
});

const absent: LookupOutcome = { kind: 'absent', places: ['single', 'history'] };

describe('an order of unknown outcome', () => {
  it('is adopted when the exchange knows it, and looked up no more', async () => {
    const watch = await unknownOrder();
    watch.gateway.lookingUp = found(watch.order);
    await wait(watch, 60);
    expect(watch.order.state).toBe('ACKED');
    expect(watch.gateway.calls).toEqual(['lookup']);
    expect(watch.resolver.pending).toBe(0);
  });

  it('is looked up after 1, 2, 4, 8 s, when an absence begins to count, and then every 15 s', async () => {
    const watch = await unknownOrder();
    const at: number[] = [];
    watch.gateway.lookup = () => {
      at.push(Math.floor(watch.clock.monotonicMs() / 1_000));
      return Promise.resolve({ kind: 'failed', message: 'down' });
    };
    await wait(watch, 60);
    expect(at).toEqual([1, 3, 7, 15, 20, 35, 50]);
  });

  it('is not given up on before quiescence, however often it is not found', async () => {
    const watch = await unknownOrder();
    watch.gateway.lookingUp = absent;
    await wait(watch, QUIESCENCE_MS / 1_000 - 1);
    expect(watch.gateway.calls.length).toBeGreaterThanOrEqual(3);
    expect(watch.order.state).toBe('UNKNOWN');
  });

  it('is proved not placed by three absences, a second apart, as soon as they count', async () => {
    const watch = await unknownOrder();
    watch.gateway.lookingUp = absent;
    await wait(watch, QUIESCENCE_MS / 1_000 + 1);
    expect(watch.order.state).toBe('UNKNOWN');
    await wait(watch, 1);
    expect(watch.order.state).toBe('NOT_PLACED');
  });

  it('is not proved absent by one place alone, however often it says so', async () => {
    const watch = await unknownOrder();
    watch.gateway.lookingUp = { kind: 'absent', places: ['open'] };
    await wait(watch, 600);
    expect(watch.order.state).toBe('UNKNOWN');
  });

  it('counts no failed look-up among the absences, and keeps those it has', async () => {
    const watch = await unknownOrder();
    const answers: LookupOutcome[] = [absent, { kind: 'failed', message: 'down' }, absent];
    // From 20 s on, when absences count; the fourth answer is the third absence.
    watch.gateway.lookup = () =>
      Promise.resolve(watch.clock.monotonicMs() < 20_000 ? absent : (answers.shift() ?? absent));
    await wait(watch, 22);
    expect(watch.order.state).toBe('UNKNOWN');
    await wait(watch, 1);
    expect(watch.order.state).toBe('NOT_PLACED');
  });

  it('is quarantined, not proved absent, when it is older than what the exchange remembers', async () => {
    const watch = await unknownOrder();
    Object.assign(watch.gateway.timing, { historyMs: 3_600_000 });
    watch.gateway.lookingUp = absent;
    watch.session.dispatch(aCandle(100, 100));
    await wait(watch, 60);
    expect(watch.order.state).toBe('QUARANTINED');
  });

  it('keeps its exposure reserved until it is proved absent', async () => {
    const watch = await unknownOrder();
    const { state } = watch.session;
    watch.gateway.lookingUp = absent;
    await wait(watch, 21);
    expect(state.book.total.toString()).toBe('99.9996');
    await wait(watch, 1);
    expect(state.book.total.toString()).toBe('0');
  });

  it('stays unknown while look-ups fail: no answer proves nothing', async () => {
    const watch = await unknownOrder();
    await wait(watch, 300);
    expect(watch.order.state).toBe('UNKNOWN');
    expect(watch.resolver.pending).toBe(1);
    expect(Math.round(watch.resolver.oldestMs / 1_000)).toBe(300);
  });

  it('is open no more once a stream has told what became of it', async () => {
    const watch = await unknownOrder();
    await wait(watch, 20);
    expect(watch.resolver.olderThan(10_000)).toMatchObject([{ order: watch.order }]);
    watch.session.report(aReport({ clientOrderId: watch.order.intent.clientOrderId }));
    expect(watch.resolver.olderThan(10_000)).toEqual([]);
    expect(watch.resolver.oldestMs).toBe(0);
  });

  it('has its cancel repeated when it turns out to be open', async () => {
    const watch = await unknownOrder();
    watch.session.dispatch(aControl('cancelAll'));
    watch.gateway.lookingUp = found(watch.order);
    await wait(watch, 1);
    expect(watch.recancelled).toEqual([watch.order]);
  });

  it('is never taken for cancelled or absent when only its cancel is open', async () => {
    const watch = await unknownOrder();
    watch.session.report(aReport({ clientOrderId: watch.order.intent.clientOrderId }));
    watch.session.dispatch(aControl('cancelAll'));
    watch.gateway.lookingUp = absent;
    await wait(watch, 300);
    expect(watch.order.state).toBe('CANCELLING');
    expect(watch.resolver.pending).toBe(1);
  });

  it('is not taken up a second time, nor when nothing about it is open', async () => {
    const watch = await unknownOrder();
    watch.resolver.watch(watch.order);
    expect(watch.resolver.pending).toBe(1);
    watch.gateway.lookingUp = found(watch.order);
    await wait(watch, 1);
    watch.resolver.watch(watch.order);
    expect(watch.resolver.pending).toBe(0);
  });
});
