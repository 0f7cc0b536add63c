import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { OrderRecord } from '../../../src/core/domain/order.ts';
import type { OrderPair, PairOutcome } from '../../../src/ports/exchangeGateway.ts';
import { jobOf } from '../../../src/runtime/hints.ts';
import { anEngine, aSpec } from '../../builders/engine.ts';
import { aFill, anInstrument, aReport } from '../../builders/orders.ts';
import { aDesk } from '../../builders/runtime.ts';

const ackOf = ({ intent: { clientOrderId } }: OrderRecord, exchangeId: string) =>
  ({
    kind: 'acked',
    report: { ...aReport({ clientOrderId }), exchangeOrderId: exchangeId as never },
  }) as const;

/** A desk whose strategy holds a position, and both legs of its guard, planned. */
async function guarded() {
  const spec = aSpec({ stopLoss: 0.1, takeProfit: 0.2 });
  const desk = aDesk(
    undefined,
    anEngine({ instruments: [anInstrument({ triggers: 'oco' })] }, spec),
  );
  const buy = desk.buy(0);
  desk.gateway.placing = ackOf(buy, 'e0');
  await desk.queue.deliver();
  const { clientOrderId, amount } = buy.intent;
  desk.session.fill(aFill({ clientOrderId, amount, exchangeOrderId: 'e0' as never }));
  const legs = [...desk.session.state.orders.live()];
  const stop = legs.find(({ intent }) => intent.type === 'stop');
  const target = legs.find(({ intent }) => intent.type === 'limit_maker');
  if (!stop || !target) throw new Error('no guard was planned');
  desk.gateway.calls.length = 0;
  const pairing: PairOutcome = { stop: ackOf(stop, 'e1'), target: ackOf(target, 'e2') };
  desk.gateway.pairing = pairing;
  return { desk, stop, target };
}

describe('a pair', () => {
  it('has one permit, and leaves in one request whichever leg is asked for and however often', async () => {
    for (const first of ['stop', 'target'] as const) {
      const { desk, stop, target } = await guarded();
      expect(desk.queue.jobs).toHaveLength(1);
      const order = first === 'stop' ? [stop, target] : [target, stop];
      await Promise.all([...order, ...order].map((leg) => desk.desk.handle(jobOf(leg, 'place'))));
      expect(desk.gateway.calls).toEqual(['placePair']);
      expect([stop.state, target.state]).toEqual(['ACKED', 'ACKED']);
      expect(desk.desk.busy).toBe(0);
    }
  });

  it('leaves once when the queue is in trouble and it is taken before its second leg is heard of', async () => {
    const { desk } = await guarded();
    const stop = desk.session.liveOrders().find(({ intent }) => intent.type === 'stop');
    const target = desk.session.liveOrders().find(({ intent }) => intent.type !== 'stop');
    if (!stop || !target) throw new Error('no guard');
    void desk.desk.due(stop.intent.intentId);
    stop.state = 'PLANNED';
    target.state = 'PLANNED';
    desk.desk.planned(target.intent.intentId);
    await desk.queue.deliver();
    expect(desk.gateway.calls).toEqual(['placePair']);
  });

  it('has both legs SENDING before the request leaves, the stop as the stop', async () => {
    const { desk, stop, target } = await guarded();
    let seen: unknown[] = [];
    const placePair = async (pair: OrderPair): Promise<PairOutcome> => {
      seen = [stop.state, target.state, pair.stop.trigger, pair.target.price];
      return desk.gateway.pairing;
    };
    Object.assign(desk.gateway, { placePair });
    await desk.queue.deliver();
    expect(seen).toEqual(['SENDING', 'SENDING', stop.intent.trigger, dec('120')]);
  });

  it('gives each leg its own outcome', async () => {
    const { desk, stop, target } = await guarded();
    desk.gateway.pairing = {
      ...desk.gateway.pairing,
      target: { kind: 'unknown', message: 'cut off' },
    };
    await desk.queue.deliver();
    expect([stop.state, target.state]).toEqual(['ACKED', 'UNKNOWN']);
    expect(desk.doubted).toEqual([target]);
  });

  it('ends as a whole when one leg is cancelled before it was sent, or it is too old', async () => {
    const cancelled = await guarded();
    cancelled.target.cancelRequested = true;
    cancelled.desk.desk.cancel(cancelled.target);
    const marked = await guarded();
    marked.target.cancelRequested = true;
    const old = await guarded();
    old.desk.gateway.wait = () => {
      old.desk.clock.advance(20_000);
    };
    for (const { desk, stop, target } of [cancelled, marked, old]) {
      await desk.queue.deliver();
      expect(desk.gateway.calls).toEqual([]);
      expect([stop.state, target.state]).toEqual(['EXPIRED', 'EXPIRED']);
    }
  });

  it('is refused as a whole, and the position goes on without it', async () => {
    const { desk, stop, target } = await guarded();
    const refused = { kind: 'rejected', code: '-2010', message: 'no' } as const;
    desk.gateway.pairing = { stop: refused, target: refused };
    await desk.queue.deliver();
    expect([stop.state, target.state]).toEqual(['REJECTED', 'REJECTED']);
    expect([...desk.session.state.orders.live()]).toEqual([]);
  });
});
