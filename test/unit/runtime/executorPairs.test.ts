import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { OrderRecord } from '../../../src/core/domain/order.ts';
import type { OrderPair, PairOutcome } from '../../../src/ports/exchangeGateway.ts';
import { anEngine, aSpec } from '../../builders/engine.ts';
import { aFill, anInstrument, aReport } from '../../builders/orders.ts';
import { aDesk, ORDER_TTL_MS, type Desk } from '../../builders/runtime.ts';

const jobOf = ({ intent: { intentId, symbol } }: OrderRecord, kind: 'place' | 'cancel' = 'place') =>
  ({ kind, intentId, symbol }) as const;
const ackOf = ({ intent: { clientOrderId } }: OrderRecord, exchangeId: string) =>
  ({
    kind: 'acked',
    report: { ...aReport({ clientOrderId }), exchangeOrderId: exchangeId as never },
  }) as const;
const undone = ({ journal }: Desk) => journal.pending(Number.MAX_SAFE_INTEGER, 10).length;

/** A desk whose strategy holds a position, and both legs of its guard, planned. */
async function guarded() {
  const spec = aSpec({ stopLoss: 0.1, takeProfit: 0.2 });
  const desk = aDesk(
    undefined,
    anEngine({ instruments: [anInstrument({ triggers: 'oco' })] }, spec),
  );
  const buy = desk.buy(0);
  desk.gateway.placing = ackOf(buy, 'e0');
  await desk.executor.handle(jobOf(buy));
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
  it('leaves in one request, whichever leg’s job comes first and however often', async () => {
    for (const first of ['stop', 'target'] as const) {
      const { desk, stop, target } = await guarded();
      const order = first === 'stop' ? [stop, target] : [target, stop];
      await Promise.all([...order, ...order].map((leg) => desk.executor.handle(jobOf(leg))));
      expect(desk.gateway.calls).toEqual(['placePair']);
      expect([stop.state, target.state]).toEqual(['ACKED', 'ACKED']);
      expect(undone(desk)).toBe(0);
    }
  });

  it('has both legs SENDING on record before the request leaves, the stop as the stop', async () => {
    const { desk, stop, target } = await guarded();
    let seen: unknown[] = [];
    const placePair = async (pair: OrderPair): Promise<PairOutcome> => {
      const states = [stop, target].map(
        ({ intent }) => desk.journal.findOrder({ intentId: intent.intentId })?.state,
      );
      seen = [...states, pair.stop.trigger, pair.target.price];
      return desk.gateway.pairing;
    };
    Object.assign(desk.gateway, { placePair });
    await desk.executor.handle(jobOf(target));
    expect(seen).toEqual(['SENDING', 'SENDING', stop.intent.trigger, dec('120')]);
  });

  it('gives each leg its own outcome', async () => {
    const { desk, stop, target } = await guarded();
    desk.gateway.pairing = {
      ...desk.gateway.pairing,
      target: { kind: 'unknown', message: 'cut off' },
    };
    await desk.executor.handle(jobOf(stop));
    expect([stop.state, target.state]).toEqual(['ACKED', 'UNKNOWN']);
    expect(desk.doubted).toEqual([target]);
  });

  it('does not leave when one leg is cancelled, has ended, or is too old; neither leg is sent alone', async () => {
    const cancelled = await guarded();
    cancelled.target.cancelRequested = true;
    await cancelled.desk.executor.handle(jobOf(cancelled.stop));
    const ended = await guarded();
    ended.desk.session.outcome(ended.target, 'expired', 'test');
    await ended.desk.executor.handle(jobOf(ended.stop));
    const old = await guarded();
    old.desk.clock.advance(ORDER_TTL_MS + 1);
    await old.desk.executor.handle(jobOf(old.stop));
    for (const { desk, stop, target } of [cancelled, ended, old]) {
      expect(desk.gateway.calls).toEqual([]);
      expect([stop.state, target.state]).toEqual(['EXPIRED', 'EXPIRED']);
    }
  });

  it('is refused as a whole, and the position goes on without it', async () => {
    const { desk, stop, target } = await guarded();
    const refused = { kind: 'rejected', code: '-2010', message: 'no' } as const;
    desk.gateway.pairing = { stop: refused, target: refused };
    await desk.executor.handle(jobOf(stop));
    expect([stop.state, target.state]).toEqual(['REJECTED', 'REJECTED']);
    expect([...desk.session.state.orders.live()]).toEqual([]);
  });
});
