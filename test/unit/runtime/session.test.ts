import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { tradeId } from '../../../src/core/domain/ids.ts';
import { aCandle, aControl, BUY } from '../../builders/engine.ts';
import { aFill, aReport, GRID } from '../../builders/orders.ts';
import { aDesk, overriding } from '../../builders/runtime.ts';

describe('a session', () => {
  it('has an intent on record before its command is carried out', () => {
    const desk = aDesk();
    const onRecord: boolean[] = [];
    desk.session.onCommand((command) => {
      if (command.kind !== 'place') return;
      onRecord.push(desk.journal.findOrder({ intentId: command.order.intentId }) !== undefined);
    });
    desk.buy(0);
    expect(onRecord).toEqual([true]);
  });

  it('counts a fill once, whether it comes with the report, on the stream or twice', () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const { clientOrderId, amount } = order.intent;
    const half = aFill({ clientOrderId, amount: amount.times('0.5') });
    desk.session.outcome(order, 'sending', '');
    desk.session.report(aReport({ clientOrderId, filled: half.amount, fills: [half] }));
    desk.session.fill(half);
    desk.session.fill(half);
    expect(order.filled.toString()).toBe(half.amount.toString());
    expect(desk.strategy.seen.filter((what) => what.startsWith('fill'))).toHaveLength(1);
  });

  it('takes an answer with its executions in one step, and each of them once', () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const { clientOrderId, amount } = order.intent;
    const third = amount.times('0.25');
    const [first, second] = [
      aFill({ clientOrderId, tradeId: tradeId('a'), amount: third }),
      aFill({ clientOrderId, tradeId: tradeId('b'), amount: third }),
    ];
    desk.session.outcome(order, 'sending', '');
    desk.session.fill(first);
    const steps: string[] = [];
    desk.session.onStep(({ fills }, { kind }) => {
      steps.push(`${kind}: ${fills.map(({ fill }) => fill.tradeId).join(' ')}`);
    });
    const filled = amount.times('0.5');
    desk.session.report(
      aReport({ clientOrderId, status: 'canceled', filled, fills: [first, second, second] }),
    );
    expect(steps).toEqual(['report: b']);
    expect([order.state, order.filled.eq(filled)]).toEqual(['CANCELLED', true]);
  });

  it('handles what arises from an event after that event, in order', () => {
    const desk = aDesk();
    const order: string[] = [];
    desk.session.onStep((_output, event) => {
      order.push(event.kind);
      if (event.kind === 'control' && event.action === 'pause') {
        desk.session.dispatch(aControl('resume'));
        order.push(`paused ${String(desk.session.state.paused?.reason)}`);
      }
    });
    desk.session.dispatch(aControl('pause'));
    expect(order).toEqual(['control', 'paused test', 'control']);
    expect(desk.session.state.paused).toBeUndefined();
  });

  it('finds the order of late news in the journal when the engine has let go of it', () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const { clientOrderId, intentId, symbol } = order.intent;
    desk.session.outcome(order, 'sending', '');
    desk.session.report(aReport({ clientOrderId, status: 'canceled' }));
    // A new engine over the same journal knows live orders only.
    const later = aDesk(() => desk.journal);
    expect(later.session.order(intentId)).toBeUndefined();
    later.session.fill(aFill({ clientOrderId, amount: dec('0.001') }));
    expect(later.session.order(intentId)?.filled.toString()).toBe('0.001');
    expect(later.session.state.ledger.holdings.get(GRID)?.get(symbol)?.position.fills).toBe(1);
  });

  it('stops for good when the journal fails, and tells why', async () => {
    const damaged = (): never => {
      throw new Error('JOURNAL_CORRUPT: damaged');
    };
    const desk = aDesk((journal) => overriding(journal, { commit: damaged }));
    expect((await desk.session.failed).message).toContain('JOURNAL_CORRUPT');
    desk.session.dispatch(aCandle(0, 100));
    expect(desk.strategy.seen).toEqual([]);
  });

  it('stops for good, and throws nothing into a timer, when the journal is another daemon’s by now', () => {
    const fenced = (): never => {
      throw new Error('JOURNAL_FENCED: taken over');
    };
    const desk = aDesk((journal) => overriding(journal, { findOrder: fenced, assertOurs: fenced }));
    expect(desk.session.isOurs()).toBe(false);
    expect(desk.session.failure?.message).toContain('JOURNAL_FENCED');
    expect(desk.session.find({})).toBeUndefined();
  });
});

/** A desk whose journal refuses to be written while `trouble` is not empty. */
function aTroubledDesk() {
  const state = { trouble: '', reserve: 0, commits: 0 };
  const desk = aDesk((journal) =>
    overriding(journal, {
      commit: (step) => {
        if (state.trouble !== '') throw new Error(state.trouble);
        state.commits += 1;
        journal.commit(step);
      },
      spendReserve: () => {
        if (state.reserve === 0) return false;
        state.reserve -= 1;
        state.trouble = '';
        return true;
      },
    }),
  );
  return { ...desk, journalState: state };
}

const FULL = 'JOURNAL_FULL: no room';
const BUSY = 'JOURNAL_BUSY: locked';

it('stops when news comes and another daemon has taken the journal over', () => {
  const fenced = (): never => {
    throw new Error('JOURNAL_FENCED: taken over');
  };
  const desk = aDesk((journal) => overriding(journal, { hasFill: fenced, findOrder: fenced }));
  desk.session.fill(aFill());
  expect(desk.session.failure?.message).toContain('JOURNAL_FENCED');
  desk.session.report(aReport());
  expect(desk.session.stopped).toBe(true);
});

describe('a session whose journal cannot be written for now', () => {
  it.each([FULL, BUSY])(
    'acts on nothing until the step is on record, then on all: %s',
    (trouble) => {
      const { session, strategy, clock, queue, journalState } = aTroubledDesk();
      journalState.trouble = trouble;
      strategy.onNextBar = (context) => {
        context.place(BUY);
      };
      session.dispatch(aCandle(0, 100));
      session.dispatch(aControl('pause'));
      clock.advance(5_000);
      expect(session.standstill).toContain(trouble);
      expect(queue.jobs).toEqual([]);
      expect(session.state.paused).toBeUndefined();
      journalState.trouble = '';
      clock.advance(1_000);
      expect(session.standstill).toBe('');
      expect(queue.jobs).toHaveLength(1);
      expect(session.state.paused).toBeDefined();
      expect(session.failure).toBeUndefined();
    },
  );

  it('loses no news of orders meanwhile, and lets market data go', () => {
    const desk = aTroubledDesk();
    const { session, strategy, clock, journalState } = desk;
    const order = desk.buy(0);
    session.outcome(order, 'sending', '');
    journalState.trouble = FULL;
    session.dispatch(aControl('pause'));
    const { clientOrderId, amount } = order.intent;
    session.report(aReport({ clientOrderId }));
    session.fill(aFill({ clientOrderId, amount }));
    session.fill(aFill({ clientOrderId, amount }));
    session.dispatch(aCandle(1, 100));
    journalState.trouble = '';
    clock.advance(1_000);
    expect(order.state).toBe('FILLED');
    expect(order.filled.eq(amount)).toBe(true);
    expect(strategy.seen).not.toContain('bar 101');
    expect(strategy.seen.filter((what) => what.startsWith('update'))).toHaveLength(1);
  });

  it('spends the reserve on a full disk and goes on at once', () => {
    const { session, journalState } = aTroubledDesk();
    const said: [message: string, reserve: number][] = [];
    session.onJournalTrouble((message) => said.push([message, journalState.reserve]));
    journalState.trouble = FULL;
    journalState.reserve = 1;
    session.dispatch(aControl('pause'));
    expect(session.standstill).toBe('');
    expect(session.state.paused).toBeDefined();
    expect(said).toEqual([[FULL, 0]]);
  });

  it('waits for room as long as it takes, but for a lock only so long', () => {
    const full = aTroubledDesk();
    full.journalState.trouble = FULL;
    full.session.dispatch(aControl('pause'));
    full.clock.advance(3_600_000);
    expect(full.session.failure).toBeUndefined();
    const locked = aTroubledDesk();
    locked.journalState.trouble = BUSY;
    locked.session.dispatch(aControl('pause'));
    locked.clock.advance(60_000);
    expect(locked.session.failure?.message).toContain(BUSY);
  });

  it('keeps no strategy state ahead of the step that made it', () => {
    const { session, clock, journalState } = aTroubledDesk();
    journalState.trouble = FULL;
    session.dispatch(aControl('pause'));
    journalState.trouble = '';
    const before = journalState.commits;
    session.checkpoint();
    expect(journalState.commits).toBe(before);
    clock.advance(1_000);
    session.checkpoint();
    expect(journalState.commits).toBe(before + 2);
  });

  it('gives up the reserve and says so when it finds the disk full while it keeps states', () => {
    const { session, journalState } = aTroubledDesk();
    const said: string[] = [];
    session.onJournalTrouble((message) => said.push(message));
    journalState.reserve = 1;
    journalState.trouble = FULL;
    session.checkpoint();
    expect([said, journalState.reserve, session.failure]).toEqual([[FULL], 0, undefined]);
    journalState.trouble = BUSY;
    session.checkpoint();
    expect(said).toEqual([FULL]);
  });

  it.each([FULL, BUSY])('leaves states that cannot be kept for the next time: %s', (trouble) => {
    const { session, journalState } = aTroubledDesk();
    const before = journalState.commits;
    journalState.trouble = trouble;
    session.checkpoint();
    expect(session.failure).toBeUndefined();
    expect(session.standstill).toBe('');
    journalState.trouble = '';
    session.checkpoint();
    expect(journalState.commits).toBe(before + 1);
  });
});
