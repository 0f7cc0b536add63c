import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../src/core/domain/decimal.ts';
import type { Balance, Fill } from '../../../src/core/domain/fill.ts';
import { exchangeOrderId, tradeId } from '../../../src/core/domain/ids.ts';
import type { OrderReport } from '../../../src/core/domain/order.ts';
import type { ExchangeGateway } from '../../../src/ports/exchangeGateway.ts';
import type { Journal } from '../../../src/ports/journal.ts';
import type { Listing, UnreadableRow } from '../../../src/ports/listing.ts';
import { FILLS_OVERLAP_MS, Reconciler } from '../../../src/runtime/reconcile.ts';
import { aCandle } from '../../builders/engine.ts';
import { aFill, aReport, BTC_USDT, T0, USDT } from '../../builders/orders.ts';
import { aDesk, type Desk, overriding, QUIET } from '../../builders/runtime.ts';

const DAY_MS = 24 * 3_600_000;

/** What the exchange says when asked. */
class Books implements Pick<
  ExchangeGateway,
  'openOrders' | 'lookup' | 'fills' | 'balances' | 'timing'
> {
  readonly timing = { lifetimeMs: 5_000, readLagMs: 5_000 };
  open: OrderReport[] = [];
  known: OrderReport | undefined;
  trades: Fill[] = [];
  usdt = '10000';
  unreadable: UnreadableRow[] = [];
  readonly since: number[] = [];

  openOrders(): Promise<Listing<OrderReport>> {
    const unreadable = this.unreadable.filter(({ what }) => what === 'order');
    return Promise.resolve({ rows: this.open, unreadable });
  }

  lookup() {
    return Promise.resolve(
      this.known
        ? ({ kind: 'found', report: this.known } as const)
        : ({ kind: 'absent', places: ['single', 'open'] } as const),
    );
  }

  fills(_symbol: unknown, since: number): Promise<Listing<Fill>> {
    this.since.push(since);
    const unreadable = this.unreadable.filter(({ what }) => what === 'trade');
    return Promise.resolve({ rows: this.trades, unreadable });
  }

  balances(): Promise<readonly Balance[]> {
    return Promise.resolve([{ asset: USDT, free: dec(this.usdt), locked: dec('0') }]);
  }
}

function aReconciler(
  lastFillAt = T0,
  change?: (journal: Journal) => Journal,
): Desk & { books: Books; reconciler: Reconciler } {
  const desk = aDesk(change);
  const books = new Books();
  const { session, clock } = desk;
  const symbols = [BTC_USDT];
  const reconciler = new Reconciler({
    session,
    gateway: books,
    clock,
    logger: QUIET,
    symbols,
    lastFillAt,
  });
  return { ...desk, books, reconciler };
}

async function acked(desk: Desk) {
  const order = desk.buy(0);
  const { clientOrderId } = order.intent;
  desk.gateway.placing = { kind: 'acked', report: aReport({ clientOrderId }) };
  await desk.queue.deliver();
  return order;
}

describe('an order that was taken and that nobody knows any more', () => {
  const look = async (desk: ReturnType<typeof aReconciler>, times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1) {
      await desk.reconciler.checkOrders();
      desk.clock.advance(10_000);
    }
  };

  it('is quarantined with an alarm after a minute, not sooner, and its market halted', async () => {
    const desk = aReconciler();
    const order = await acked(desk);
    await look(desk, 6);
    expect(order.state).toBe('ACKED');
    await look(desk, 1);
    expect(order.state).toBe('QUARANTINED');
    expect(desk.session.state.markets.get(BTC_USDT)?.haltReason).toContain(
      'is quarantined: not found 7 times',
    );
    expect(desk.session.state.book.openOrders).toBe(1);
  });

  it('is left as it is when somebody knows it in between, or something of it has traded', async () => {
    const known = aReconciler();
    const order = await acked(known);
    const report = aReport({ clientOrderId: order.intent.clientOrderId });
    await look(known, 5);
    known.books.open = [report];
    await look(known, 1);
    known.books.open = [];
    await look(known, 5);
    expect(order.state).toBe('ACKED');

    const traded = aReconciler();
    const part = await acked(traded);
    const { clientOrderId } = part.intent;
    traded.session.fill(aFill({ clientOrderId, amount: dec('0.1') }));
    await look(traded, 10);
    expect(part.state).toBe('PARTIAL');
  });
});

describe('reconciliation', () => {
  it('counts fills that the stream missed, and those it did not only once', async () => {
    const desk = aReconciler();
    const order = await acked(desk);
    const { clientOrderId, amount } = order.intent;
    desk.books.trades = [aFill({ clientOrderId, amount })];
    await desk.reconciler.fetchFills(BTC_USDT);
    await desk.reconciler.fetchFills(BTC_USDT);
    expect(order.state).toBe('FILLED');
    expect(order.filled.toString()).toBe(amount.toString());
  });

  it('asks after orders that were refused when a fill of nobody turns up, and adopts the one it was', async () => {
    const desk = aReconciler();
    const order = desk.buy(0);
    const { clientOrderId, amount } = order.intent;
    desk.gateway.placing = { kind: 'rejected', code: '-2010', message: 'no' };
    await desk.queue.deliver();
    const { clientOrderId: _unknown, ...fill } = aFill({ amount });
    desk.books.trades = [fill];
    await desk.reconciler.fetchFills(BTC_USDT);
    expect(order.state).toBe('REJECTED');
    desk.books.trades = [fill, { ...fill, tradeId: tradeId('another') }];
    desk.books.known = aReport({ clientOrderId, status: 'closed', filled: amount });
    await desk.reconciler.fetchFills(BTC_USDT);
    expect([order.state, order.filled.gt(0)]).toEqual(['FILLED', true]);
  });

  it('asks the first time back to the oldest live order, later from the last fetch, with overlap', async () => {
    const desk = aReconciler(T0 + 10 * FILLS_OVERLAP_MS);
    const order = await acked(desk);
    await desk.reconciler.fetchFills(BTC_USDT);
    desk.session.dispatch(aCandle(100, 100));
    const later = desk.session.state.now;
    await desk.reconciler.fetchFills(BTC_USDT);
    await desk.reconciler.fetchFills(BTC_USDT);
    expect(desk.books.since[0]).toBe(order.intent.createdAt);
    expect(desk.books.since[2]).toBe(later - FILLS_OVERLAP_MS);
  });

  it('asks again from the creation of an order whose fills are incomplete', async () => {
    const desk = aReconciler();
    const order = await acked(desk);
    await desk.reconciler.fetchFills(BTC_USDT);
    desk.session.dispatch(aCandle(100, 100));
    await desk.reconciler.fetchFills(BTC_USDT);
    const { clientOrderId, amount } = order.intent;
    desk.session.report(aReport({ clientOrderId, status: 'closed', filled: amount }));
    await desk.reconciler.fetchFills(BTC_USDT);
    expect(desk.books.since.at(-1)).toBe(order.intent.createdAt);
  });

  describe('a row that cannot be read', () => {
    const trade: UnreadableRow = {
      what: 'trade',
      symbol: BTC_USDT,
      name: '77',
      problem: 'no fee',
    };
    const order: UnreadableRow = { ...trade, what: 'order', name: '31', problem: 'no status' };
    const haltOf = (desk: Desk): string | undefined =>
      desk.session.state.markets.get(BTC_USDT)?.haltReason;

    it('among trades hides none of the others, and is asked for again until it can be read', async () => {
      const desk = aReconciler();
      const record = await acked(desk);
      const { clientOrderId, amount } = record.intent;
      const half = amount.times('0.5');
      desk.books.trades = [aFill({ clientOrderId, amount: half })];
      desk.books.unreadable = [trade];
      await desk.reconciler.fetchFills(BTC_USDT);
      expect(toText(record.filled)).toBe(toText(half));
      desk.session.dispatch(aCandle(100, 100));
      await desk.reconciler.fetchFills(BTC_USDT);
      expect(desk.books.since[1]).toBe(desk.books.since[0]);
      desk.books.unreadable = [];
      desk.books.trades = [
        ...desk.books.trades,
        aFill({ clientOrderId, amount: half, tradeId: tradeId('77') }),
      ];
      await desk.reconciler.fetchFills(BTC_USDT);
      expect(record.state).toBe('FILLED');
      const now = desk.session.state.now;
      await desk.reconciler.fetchFills(BTC_USDT);
      expect(desk.books.since.at(-1)).toBe(now - FILLS_OVERLAP_MS);
    });

    it('is asked for again for a day and no longer, however old it is', async () => {
      const desk = aReconciler();
      desk.books.unreadable = [trade];
      await desk.reconciler.fetchFills(BTC_USDT);
      desk.session.dispatch(aCandle(100, 100, { at: T0 + 10 * DAY_MS }));
      await desk.reconciler.fetchFills(BTC_USDT);
      await desk.reconciler.fetchFills(BTC_USDT);
      expect(desk.books.since.at(-1)).toBe(desk.session.state.now - DAY_MS - FILLS_OVERLAP_MS);
    });

    it('halts its market once, and again neither at the next look nor after a resume', async () => {
      const desk = aReconciler();
      desk.books.unreadable = [order, { ...order, name: '32' }];
      await desk.reconciler.checkOrders();
      expect(haltOf(desk)).toBe(
        'an open order at the exchange cannot be read (31: no status, and 1 more)',
      );
      desk.session.control({ action: 'unhalt', symbol: BTC_USDT, reason: 'looked' });
      await desk.reconciler.checkOrders();
      expect(haltOf(desk)).toBe('');
    });

    it('has its turn when what the market was halted for before is over', async () => {
      const desk = aReconciler();
      desk.session.control({ action: 'halt', symbol: BTC_USDT, reason: 'something else' });
      desk.books.unreadable = [order];
      await desk.reconciler.checkOrders();
      expect(haltOf(desk)).toBe('something else');
      desk.session.control({ action: 'unhalt', symbol: BTC_USDT, reason: 'looked' });
      await desk.reconciler.checkOrders();
      expect(haltOf(desk)).toContain('cannot be read');
    });

    it('among orders hides none of the others: a stranger without an id of ours halts, ours is heard', async () => {
      const desk = aReconciler();
      const record = await acked(desk);
      const { clientOrderId: _none, ...byHand } = aReport({
        exchangeOrderId: exchangeOrderId('9'),
      });
      desk.books.unreadable = [order];
      desk.books.open = [
        byHand,
        aReport({ clientOrderId: record.intent.clientOrderId, filled: dec('0') }),
      ];
      await desk.reconciler.checkOrders();
      expect(haltOf(desk)).toBe('order 9 is not ours');
      expect(record.state).toBe('ACKED');
    });
  });

  it('does not ask for the past of an account in which nothing is ours', async () => {
    const desk = aReconciler(0);
    await desk.reconciler.fetchFills(BTC_USDT);
    expect(desk.books.since).toEqual([]);
  });

  it('looks up an order that is no longer among the open ones', async () => {
    const desk = aReconciler();
    const order = await acked(desk);
    desk.books.known = aReport({ clientOrderId: order.intent.clientOrderId, status: 'canceled' });
    await desk.reconciler.checkOrders();
    expect(order.state).toBe('CANCELLED');
  });

  it('leaves an order as it is when the exchange does not list and does not find it', async () => {
    const desk = aReconciler();
    const order = await acked(desk);
    await desk.reconciler.checkOrders();
    expect(order.state).toBe('ACKED');
  });

  it('reports a balance that differs twice in the same way, once', async () => {
    const desk = aReconciler();
    const noted: string[] = [];
    desk.session.onStep((output) => noted.push(...output.notes.map((note) => note.code)));
    desk.books.usdt = '9999.99';
    await desk.reconciler.checkBalances();
    expect(noted).toEqual([]);
    await desk.reconciler.checkBalances();
    await desk.reconciler.checkBalances();
    expect(noted).toEqual(['BALANCE_DRIFT', 'HALT']);
    expect(desk.reconciler.drift).toBe('USDT -0.01');
    desk.books.usdt = '10000';
    await desk.reconciler.checkBalances();
    expect(desk.reconciler.drift).toBe('');
  });

  it('says nothing of a difference that is gone the next time', async () => {
    const desk = aReconciler();
    desk.books.usdt = '9000';
    await desk.reconciler.checkBalances();
    desk.books.usdt = '10000';
    await desk.reconciler.checkBalances();
    desk.books.usdt = '9000';
    await desk.reconciler.checkBalances();
    expect(desk.reconciler.drift).toBe('');
  });

  it('compares nothing while the books cannot be written: what they lack only waits', async () => {
    let isLocked = false;
    const desk = aReconciler(T0, (journal) =>
      overriding(journal, {
        commit: (step) => {
          if (isLocked) throw new Error('JOURNAL_BUSY: locked');
          journal.commit(step);
        },
      }),
    );
    isLocked = true;
    desk.session.control({ action: 'pause', reason: 'test' });
    desk.books.usdt = '9000';
    for (let look = 0; look < 3; look += 1) await desk.reconciler.checkBalances();
    expect(desk.reconciler.drift).toBe('');
    await expect(desk.reconciler.steadyBalances()).rejects.toThrow('BALANCES_MOVING');
    isLocked = false;
    desk.clock.advance(1_000);
    for (let look = 0; look < 2; look += 1) await desk.reconciler.checkBalances();
    expect(desk.reconciler.drift).toBe('USDT -1000');
  });

  it('blames nobody for what an order of unknown outcome may have moved, and looks again when that is known', async () => {
    const desk = aReconciler();
    const order = desk.buy(0);
    const { clientOrderId } = order.intent;
    desk.gateway.placing = { kind: 'unknown', message: 'reset' };
    await desk.queue.deliver();
    expect(order.state).toBe('UNKNOWN');
    desk.books.usdt = '9900';
    for (let look = 0; look < 3; look += 1) await desk.reconciler.checkBalances();
    expect(desk.session.state.markets.get(BTC_USDT)?.haltReason).toBe('');
    // Nor is it adopted as money that somebody took.
    const steady = await desk.reconciler.steadyBalances();
    expect(steady.find(({ asset }) => asset === USDT)?.free.toString()).toBe('10000');
    desk.session.report(aReport({ clientOrderId }));
    for (let look = 0; look < 2; look += 1) await desk.reconciler.checkBalances();
    expect(desk.session.state.markets.get(BTC_USDT)?.haltReason).toContain(
      'the exchange says 9900',
    );
  });
});
