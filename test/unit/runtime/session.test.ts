import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { aCandle, aControl } from '../../builders/engine.ts';
import { aFill, aReport, GRID } from '../../builders/orders.ts';
import { aDesk, overriding } from '../../builders/runtime.ts';

describe('a session', () => {
  it('has an intent on record before its command is carried out', () => {
    const desk = aDesk();
    const onRecord: boolean[] = [];
    desk.session.onCommand((command) => {
      if (command.kind !== 'place') return;
      onRecord.push(desk.journal.findOrder({ intentId: command.order.intentId }) !== undefined);
      desk.jobs.push({
        kind: 'place',
        intentId: command.order.intentId,
        symbol: command.order.symbol,
      });
    });
    desk.buy(0);
    expect(onRecord).toEqual([true]);
  });

  it('counts a fill once, whether it comes with the report, on the stream or twice', () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const { clientOrderId, amount } = order.intent;
    const half = aFill({ clientOrderId, amount: amount.div(2) });
    desk.session.report(aReport({ clientOrderId, filled: half.amount, fills: [half] }));
    desk.session.fill(half);
    desk.session.fill(half);
    expect(order.filled.toFixed()).toBe(half.amount.toFixed());
    expect(desk.strategy.seen.filter((what) => what.startsWith('fill'))).toHaveLength(1);
  });

  it('handles what arises from an event after that event, in order', () => {
    const desk = aDesk();
    const order: string[] = [];
    desk.session.onStep((_output, event) => {
      order.push(event.kind);
      if (event.kind === 'control' && event.action === 'pause') {
        desk.session.dispatch(aControl('resume'));
        order.push(`paused ${String(desk.session.state.paused)}`);
      }
    });
    desk.session.dispatch(aControl('pause'));
    expect(order).toEqual(['control', 'paused true', 'control']);
    expect(desk.session.state.paused).toBe(false);
  });

  it('finds the order of late news in the journal when the engine has let go of it', () => {
    const desk = aDesk();
    const order = desk.buy(0);
    const { clientOrderId, intentId, symbol } = order.intent;
    desk.session.report(aReport({ clientOrderId, status: 'canceled' }));
    // A new engine over the same journal knows live orders only.
    const later = aDesk(() => desk.journal);
    expect(later.session.order(intentId)).toBeUndefined();
    later.session.fill(aFill({ clientOrderId, amount: dec('0.001') }));
    expect(later.session.order(intentId)?.filled.toFixed()).toBe('0.001');
    expect(later.session.state.ledger.holdings.get(GRID)?.get(symbol)?.position.fills).toBe(1);
  });

  it('stops for good when the journal fails, and tells why', async () => {
    const full = (): never => {
      throw new Error('JOURNAL_FULL: no space');
    };
    const desk = aDesk((journal) => overriding(journal, { commit: full }));
    expect((await desk.session.failed).message).toContain('JOURNAL_FULL');
    desk.session.dispatch(aCandle(0, 100));
    expect(desk.strategy.seen).toEqual([]);
  });
});
