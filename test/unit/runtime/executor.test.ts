import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { aControl } from '../../builders/engine.ts';
import { aReport, BTC_USDT } from '../../builders/orders.ts';
import { aDesk, type Desk, ORDER_TTL_MS, overriding } from '../../builders/runtime.ts';
import type { MarketSymbol } from '../../../src/core/domain/ids.ts';
import type { OrderRecord } from '../../../src/core/domain/order.ts';

const placeJob = ({ intent: { intentId, symbol } }: OrderRecord) =>
  ({ kind: 'place', intentId, symbol }) as const;
const cancelJob = ({ intent: { intentId, symbol } }: OrderRecord) =>
  ({ kind: 'cancel', intentId, symbol }) as const;
const ackOf = ({ intent: { clientOrderId } }: OrderRecord) =>
  ({ kind: 'acked', report: aReport({ clientOrderId }) }) as const;
const undone = ({ journal }: Desk) => journal.pending(Number.MAX_SAFE_INTEGER, 10).length;

async function acked(desk: Desk): Promise<OrderRecord> {
  const order = desk.buy(0);
  desk.gateway.placing = ackOf(order);
  await desk.executor.handle(placeJob(order));
  return order;
}

describe('placing', () => {
  it('leaves a job due when what became of it could not be put on record', async () => {
    let isBroken = false;
    const desk = aDesk((journal) =>
      overriding(journal, {
        commit: (step) => {
          if (isBroken) throw new Error('JOURNAL_INVALID: broken');
          journal.commit(step);
        },
      }),
    );
    const { intentId, symbol } = desk.buy(0).intent;
    isBroken = true;
    desk.clock.advance(ORDER_TTL_MS + 1);
    await desk.executor.handle({ kind: 'place', intentId, symbol });
    expect(desk.session.stopped).toBe(true);
    expect(desk.journal.pending(Number.MAX_SAFE_INTEGER, 10)).toHaveLength(1);
  });

  it('denies what breaks a rule of its market by now, unsent', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const { symbol, intentId } = order.intent;
    const market = desk.session.state.markets.get(symbol);
    if (!market) throw new Error('no market');
    const instrument = { ...market.instrument, minNotional: dec('1000000') };
    desk.session.dispatch({ kind: 'rules', at: desk.session.state.now, instrument });
    await desk.executor.handle({ kind: 'place', intentId, symbol });
    expect([order.state, desk.gateway.calls]).toEqual(['DENIED', []]);
    expect(order.message).toContain('NOTIONAL_TOO_SMALL');
  });

  it('sends an order once, however often its job is delivered', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.gateway.placing = ackOf(order);
    const job = placeJob(order);
    await Promise.all([desk.executor.handle(job), desk.executor.handle(job)]);
    await desk.executor.handle(job);
    expect(desk.gateway.calls).toEqual(['place']);
    expect(order.state).toBe('ACKED');
    expect(undone(desk)).toBe(0);
  });

  it('sends nothing before the books are reconciled, and leaves the job due', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.session.dispatch(aControl('disarm'));
    await desk.executor.handle(placeJob(order));
    expect(desk.gateway.calls).toEqual([]);
    expect(order.state).toBe('PLANNED');
    expect(undone(desk)).toBe(1);
  });

  it('has SENDING on record before the request leaves', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    let stateWhenSent: string | undefined;
    desk.gateway.place = () => {
      stateWhenSent = desk.journal.findOrder({ intentId: order.intent.intentId })?.state;
      return Promise.resolve(ackOf(order));
    };
    await desk.executor.handle(placeJob(order));
    expect(stateWhenSent).toBe('SENDING');
  });

  it.each<[string, (desk: Desk, symbol: MarketSymbol) => void]>([
    [
      'halts its symbol',
      ({ session }, symbol) => {
        session.control({ action: 'halt', symbol, reason: 'the disk is full' });
      },
    ],
    [
      'cannot be done',
      () => {
        throw new Error('JOURNAL_FULL: no room');
      },
    ],
  ])('sends no entry when having SENDING on record %s', async (_what, happens) => {
    let isDone = false;
    const desk: Desk = aDesk((journal) =>
      overriding(journal, {
        commit: (step) => {
          const sending = step.changes.find(({ to }) => to === 'SENDING');
          if (sending && !isDone) {
            isDone = true;
            happens(desk, BTC_USDT);
          }
          journal.commit(step);
        },
      }),
    );
    const order = desk.buy(0);
    await desk.executor.handle(placeJob(order));
    desk.clock.advance(1_000);
    expect(desk.gateway.calls).toEqual([]);
    expect(order.state).toBe('EXPIRED');
    await desk.executor.handle(placeJob(order));
    expect(desk.gateway.calls).toEqual([]);
  });

  it.each<[string, (desk: Desk, symbol: MarketSymbol) => void, string]>([
    [
      'entries were paused',
      ({ session }) => {
        session.dispatch(aControl('pause'));
      },
      'entries were paused before it was sent',
    ],
    [
      'its market was halted',
      ({ session }, symbol) => {
        session.dispatch({ ...aControl('halt'), symbol });
      },
      'the market was halted before it was sent',
    ],
    [
      'its cancel was wished',
      ({ session }) => {
        session.dispatch(aControl('cancelAll'));
      },
      'cancelled before it was sent',
    ],
    [
      'the process stood still',
      ({ clock }) => {
        clock.advance(20_000);
      },
      'not sent within its time to live',
    ],
    [
      'the wall clock was set',
      ({ clock }) => {
        clock.setWall(clock.wallMs() - 3_600_000);
      },
      'not sent within its time to live',
    ],
    [
      'another process took over',
      ({ journal }) => {
        journal.assertOurs = () => {
          throw new Error('JOURNAL_FENCED: epoch 2 has taken over');
        };
      },
      'another process has taken over, or this one has failed',
    ],
  ])('does not send an entry when %s while it waited for its turn', async (_what, happens, why) => {
    const desk = aDesk((journal) => overriding(journal, {}));
    const order = desk.buy(0);
    desk.gateway.placing = ackOf(order);
    let word = '';
    const place = desk.gateway.place.bind(desk.gateway);
    desk.gateway.place = async (approved, look) => {
      happens(desk, order.intent.symbol);
      const outcome = await place(approved, look);
      if (outcome.kind === 'withheld') word = outcome.message;
      return outcome;
    };
    await desk.executor.handle(placeJob(order));
    expect([desk.gateway.calls, word]).toEqual([[], why]);
  });

  it('hands an unknown outcome to the resolver and does not send again', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.gateway.placing = { kind: 'unknown', message: 'reset' };
    await desk.executor.handle(placeJob(order));
    await desk.executor.handle(placeJob(order));
    expect(desk.gateway.calls).toEqual(['place']);
    expect(order.state).toBe('UNKNOWN');
    expect(desk.doubted).toEqual([order]);
  });

  it('closes a refused order with the exchange’s words', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.gateway.placing = { kind: 'rejected', code: '-2010', message: 'insufficient balance' };
    await desk.executor.handle(placeJob(order));
    expect(order.state).toBe('REJECTED');
    expect(order.message).toBe('-2010 insufficient balance');
  });

  it('lets an order expire unsent when its time to live is over', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.clock.advance(ORDER_TTL_MS + 1);
    await desk.executor.handle(placeJob(order));
    expect(desk.gateway.calls).toEqual([]);
    expect(order.state).toBe('EXPIRED');
  });

  it.each(['pause', 'halt'] as const)(
    'does not send an entry once a %s is in force',
    async (what) => {
      const desk = aDesk();
      const order = desk.buy(0);
      desk.session.dispatch({ ...aControl(what), symbol: order.intent.symbol });
      await desk.executor.handle(placeJob(order));
      expect(desk.gateway.calls).toEqual([]);
      expect(order.state).toBe('EXPIRED');
      expect(undone(desk)).toBe(0);
    },
  );

  it('lets go of the job of an order that is over and forgotten', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    // Another engine over the same journal does not know the order; its job must not come back for ever.
    const later = aDesk(() => desk.journal);
    expect(undone(later)).toBe(1);
    await later.executor.handle(placeJob(order));
    expect(undone(later)).toBe(0);
    expect(later.gateway.calls).toEqual([]);
  });

  it('sends nothing after the session has failed', async () => {
    const desk = aDesk((journal) => {
      let commits = 0;
      const commit: typeof journal.commit = (step) => {
        commits += 1;
        // Arming and planning are kept; the file is damaged when the pause is to be written.
        if (commits > 2) throw new Error('JOURNAL_CORRUPT: damaged');
        journal.commit(step);
      };
      return overriding(journal, { commit });
    });
    const order = desk.buy(0);
    desk.session.dispatch(aControl('pause'));
    expect(desk.session.failure?.message).toContain('JOURNAL_CORRUPT');
    await desk.executor.handle(placeJob(order));
    expect(desk.gateway.calls).toEqual([]);
  });
});

describe('cancelling', () => {
  it('takes a confirmed cancel as the order’s end', async () => {
    const desk = aDesk();
    const order = await acked(desk);
    desk.session.dispatch(aControl('cancelAll'));
    const { clientOrderId } = order.intent;
    desk.gateway.cancelling = {
      kind: 'cancelled',
      report: aReport({ clientOrderId, status: 'canceled' }),
    };
    await desk.executor.handle(cancelJob(order));
    expect(order.state).toBe('CANCELLED');
  });

  it('takes "not found" as a reason to look, not as cancelled', async () => {
    const desk = aDesk();
    const order = await acked(desk);
    desk.session.dispatch(aControl('cancelAll'));
    desk.gateway.cancelling = { kind: 'notFound', message: '-2011' };
    await desk.executor.handle(cancelJob(order));
    expect(order.state).toBe('CANCELLING');
    expect(desk.doubted).toEqual([order]);
  });

  it('drops an order that was not sent yet without asking the exchange', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.session.dispatch(aControl('cancelAll'));
    await desk.executor.handle(cancelJob(order));
    await desk.executor.handle(placeJob(order));
    expect(desk.gateway.calls).toEqual([]);
    expect(order.state).toBe('EXPIRED');
  });
});
