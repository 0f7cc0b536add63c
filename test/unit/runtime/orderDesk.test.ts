import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { MarketSymbol } from '../../../src/core/domain/ids.ts';
import type { OrderRecord } from '../../../src/core/domain/order.ts';
import type { PlaceOutcome } from '../../../src/ports/exchangeGateway.ts';
import type { QueueJob } from '../../../src/ports/orderQueue.ts';
import { jobOf } from '../../../src/runtime/hints.ts';
import { aControl, SELL } from '../../builders/engine.ts';
import { aFill, aReport } from '../../builders/orders.ts';
import { aDesk, type Desk, overriding } from '../../builders/runtime.ts';

const ackOf = ({ intent: { clientOrderId } }: OrderRecord) =>
  ({ kind: 'acked', report: aReport({ clientOrderId }) }) as const;
const stateOnRecord = ({ journal }: Desk, { intent: { intentId } }: OrderRecord) =>
  journal.findOrder({ intentId })?.state;

/** A desk whose strategy holds what it has bought, so that it may sell. */
async function holding(): Promise<Desk> {
  const desk = aDesk();
  const order = desk.buy(0);
  desk.gateway.placing = ackOf(order);
  await desk.queue.deliver();
  const { clientOrderId, amount } = order.intent;
  desk.session.fill(aFill({ clientOrderId, amount }));
  desk.gateway.calls.length = 0;
  return desk;
}

/** Lets what waits in memory be answered. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a planned order', () => {
  it('is sent once, however often its hint comes', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.gateway.placing = ackOf(order);
    const job = jobOf(order, 'place');
    await Promise.all([desk.desk.handle(job), desk.desk.handle(job), desk.queue.deliver()]);
    await desk.desk.handle(job);
    expect(desk.gateway.calls).toEqual(['place']);
    expect(order.state).toBe('ACKED');
    expect(desk.desk.busy).toBe(0);
  });

  it('is on record before its permit is made: a plan that cannot be written is not sent', async () => {
    let isBroken = false;
    const desk = aDesk((journal) =>
      overriding(journal, {
        commit: (step) => {
          if (isBroken) throw new Error('JOURNAL_CORRUPT: damaged');
          journal.commit(step);
        },
      }),
    );
    isBroken = true;
    const order = desk.buy(0);
    await desk.desk.handle(jobOf(order, 'place'));
    desk.clock.advance(5_000);
    expect([desk.queue.jobs, desk.gateway.calls]).toEqual([[], []]);
    expect(desk.session.failure?.message).toContain('JOURNAL_CORRUPT');
  });

  it('gets no permit while its plan waits for the disk, and is not asked after', async () => {
    let isFull = true;
    const desk = aDesk((journal) =>
      overriding(journal, {
        commit: (step) => {
          if (isFull && step.intents.length > 0) throw new Error('JOURNAL_FULL: no room');
          journal.commit(step);
        },
      }),
    );
    const order = desk.buy(0);
    desk.gateway.placing = ackOf(order);
    desk.desk.tidy();
    await desk.desk.handle(jobOf(order, 'place'));
    expect([order.state, desk.gateway.calls, desk.doubted]).toEqual(['PLANNED', [], []]);
    isFull = false;
    desk.clock.advance(1_000);
    await desk.queue.deliver();
    expect([order.state, desk.gateway.calls]).toEqual(['ACKED', ['place']]);
  });

  it('is SENDING in memory at once, and on record with its answer', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    let commits = 0;
    const commit = desk.journal.commit.bind(desk.journal);
    const seen: unknown[] = [];
    desk.journal.commit = (step) => {
      commits += 1;
      seen.push(...step.changes.map(({ from, to }) => `${from} → ${to}`));
      commit(step);
    };
    let stateWhenSent = '';
    desk.gateway.wait = () => {
      stateWhenSent = order.state;
    };
    desk.gateway.placing = ackOf(order);
    await desk.queue.deliver();
    expect(stateWhenSent).toBe('SENDING');
    expect(seen).toEqual(['PLANNED → SENDING', 'SENDING → ACKED']);
    expect(commits).toBe(1);
    desk.clock.advance(1_000);
    expect(commits).toBe(1);
  });

  it('is SENDING on record when its answer takes longer', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const kept: string[] = [];
    const commit = desk.journal.commit.bind(desk.journal);
    desk.journal.commit = (step) => {
      kept.push(...step.changes.map(({ to }) => to));
      commit(step);
    };
    desk.gateway.placing = new Promise<PlaceOutcome>(() => undefined);
    void desk.queue.deliver();
    desk.clock.advance(200);
    expect(kept).toEqual([]);
    desk.clock.advance(100);
    expect(kept).toEqual(['SENDING']);
    expect(stateOnRecord(desk, order)).toBe('SENDING');
  });

  it('is not sent on the hint of another run: its intent id may be the same, its client id is not', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const job: QueueJob = { ...jobOf(order, 'place'), clientOrderId: 'xother' as never };
    await desk.desk.handle(job);
    expect([order.state, desk.gateway.calls]).toEqual(['PLANNED', []]);
  });

  it('is denied when it breaks a rule of its market by now', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const market = desk.session.state.markets.get(order.intent.symbol);
    if (!market) throw new Error('no market');
    const instrument = { ...market.instrument, minNotional: dec('1000000') };
    desk.session.dispatch({ kind: 'rules', at: desk.session.state.now, instrument });
    await desk.queue.deliver();
    expect([order.state, desk.gateway.calls]).toEqual(['DENIED', []]);
    expect(order.message).toContain('NOTIONAL_TOO_SMALL');
  });

  it('is looked up when its outcome is unknown, and never sent again', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.gateway.placing = { kind: 'unknown', message: 'reset' };
    await desk.queue.deliver();
    await desk.desk.handle(jobOf(order, 'place'));
    expect(desk.gateway.calls).toEqual(['place']);
    expect(order.state).toBe('UNKNOWN');
    expect(desk.doubted).toEqual([order]);
  });

  it('is looked up when the gateway breaks its promise to answer', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.gateway.placing = Promise.reject(new Error('a fault of ours'));
    await desk.queue.deliver();
    expect([order.state, desk.doubted]).toEqual(['UNKNOWN', [order]]);
  });

  it('ends with the exchange’s words when it is refused', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.gateway.placing = { kind: 'rejected', code: '-2010', message: 'insufficient balance' };
    await desk.queue.deliver();
    expect([order.state, order.message]).toEqual(['REJECTED', '-2010 insufficient balance']);
  });

  it('ends without a request when its permit is too old', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.clock.advance(20_000);
    await desk.queue.deliver();
    expect([order.state, desk.gateway.calls]).toEqual(['EXPIRED', []]);
  });

  it('ends by a timer when nobody takes it', () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.sweeper.start();
    desk.clock.advance(4_500);
    expect(order.state).toBe('PLANNED');
    desk.clock.advance(2_000);
    expect(order.state).toBe('EXPIRED');
    desk.sweeper.close();
  });

  it('is asked after, and never sent, when its permit is gone and nobody knows what with it', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.desk.permits.take(order.intent.intentId);
    desk.desk.tidy();
    expect([order.state, desk.doubted]).toEqual(['UNKNOWN', [order]]);
    await desk.queue.deliver();
    expect(desk.gateway.calls).toEqual([]);
  });

  it('is not sent after the session has failed', async () => {
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
    desk.buy(0);
    desk.session.dispatch(aControl('pause'));
    await desk.queue.deliver();
    expect(desk.gateway.calls).toEqual([]);
  });
});

describe('the last look', () => {
  const waits: readonly (readonly [string, (desk: Desk, symbol: MarketSymbol) => void, string])[] =
    [
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
        'the bot was told to stop',
        ({ session }) => {
          session.dispatch(aControl('disarm'));
        },
        'the bot was stopped before it was sent',
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
        'the exchange’s clock was found to be another',
        ({ offset }) => {
          offset.ms = 60_000;
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
    ];

  it.each(waits)(
    'holds an entry back when %s while it waited for its turn',
    async (_what, happens, why) => {
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
      await desk.queue.deliver();
      expect([desk.gateway.calls, word]).toEqual([[], why]);
      if (!desk.session.stopped) expect(order.state).toBe('EXPIRED');
    },
  );

  it.each(['pause', 'halt'] as const)('is taken before the wait as well: %s', async (what) => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.session.dispatch({ ...aControl(what), symbol: order.intent.symbol });
    let hasWaited = false;
    desk.gateway.wait = () => {
      hasWaited = true;
    };
    await desk.queue.deliver();
    expect([order.state, hasWaited]).toEqual(['EXPIRED', false]);
  });

  it('lets an exit pass although entries are paused, its market is halted and the bot stops', async () => {
    const desk = await holding();
    const order = desk.buy(1, SELL);
    desk.gateway.placing = ackOf(order);
    desk.session.dispatch(aControl('pause'));
    desk.session.dispatch({ ...aControl('halt'), symbol: order.intent.symbol });
    desk.session.dispatch(aControl('disarm'));
    await desk.queue.deliver();
    expect([order.state, desk.gateway.calls]).toEqual(['ACKED', ['place']]);
  });
});

describe('a way out', () => {
  it('overtakes in the queue', async () => {
    const desk = await holding();
    desk.buy(1, SELL);
    expect(desk.queue.jobs.map(({ urgency }) => urgency)).toEqual(['way out']);
  });

  it('is taken here when the queue has not brought it within 150 ms, and only then', async () => {
    const desk = await holding();
    const order = desk.buy(1, SELL);
    desk.gateway.placing = ackOf(order);
    desk.clock.advance(149);
    await settled();
    expect(desk.gateway.calls).toEqual([]);
    desk.clock.advance(2);
    await settled();
    expect([order.state, desk.gateway.calls]).toEqual(['ACKED', ['place']]);
    await desk.queue.deliver();
    expect(desk.gateway.calls).toEqual(['place']);
  });

  it('does not wait at all while the queue is in trouble; an entry does', async () => {
    const desk = await holding();
    desk.queue.trouble = new Error('QUEUE_UNAVAILABLE: no Redis');
    const entry = desk.buy(1);
    await settled();
    expect(desk.gateway.calls).toEqual([]);
    const exit = desk.buy(2, SELL);
    desk.gateway.placing = ackOf(exit);
    await settled();
    expect([entry.state, exit.state, desk.gateway.calls]).toEqual(['PLANNED', 'ACKED', ['place']]);
  });

  it('does not wait for an order of the same market whose answer does not come', async () => {
    const desk = await holding();
    desk.buy(1);
    desk.gateway.placing = new Promise<PlaceOutcome>(() => undefined);
    void desk.queue.deliver();
    await settled();
    const exit = desk.buy(2, SELL);
    desk.gateway.placing = ackOf(exit);
    await desk.queue.deliver();
    expect(exit.state).toBe('ACKED');
  });

  it('is alarmed when it has not left within two seconds', async () => {
    const desk = await holding();
    const exit = desk.buy(1, SELL);
    desk.gateway.wait = () => new Promise<void>(() => undefined);
    desk.clock.advance(1_900);
    expect(desk.noted).not.toContain('EXIT_LATE');
    desk.clock.advance(200);
    expect(desk.noted.filter((code) => code === 'EXIT_LATE')).toEqual(['EXIT_LATE']);
    expect(exit.state).toBe('SENDING');
  });

  it('is not alarmed once it has left, however long the answer takes', async () => {
    const desk = await holding();
    desk.buy(1, SELL);
    desk.gateway.placing = new Promise<PlaceOutcome>(() => undefined);
    void desk.queue.deliver();
    await settled();
    desk.clock.advance(10_000);
    expect(desk.noted).not.toContain('EXIT_LATE');
  });
});

describe('everything unsent', () => {
  it('ends when it is revoked, and nothing of it is sent afterwards', async () => {
    const desk = aDesk();
    const orders = [desk.buy(0), desk.buy(1)];
    desk.desk.revokeAll('the clock was set');
    expect(orders.map(({ state, message }) => [state, message])).toEqual([
      ['EXPIRED', 'the clock was set'],
      ['EXPIRED', 'the clock was set'],
    ]);
    await desk.queue.deliver();
    expect(desk.gateway.calls).toEqual([]);
  });

  it('does not include what has begun to be sent', async () => {
    const desk = aDesk();
    const order = desk.buy(0);
    desk.gateway.placing = new Promise<PlaceOutcome>(() => undefined);
    void desk.queue.deliver();
    await settled();
    desk.desk.revokeAll('the clock was set');
    expect(order.state).toBe('SENDING');
  });
});
