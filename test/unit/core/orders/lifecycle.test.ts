import { describe, expect, it } from '@jest/globals';
import { dec, toText, ZERO } from '../../../../src/core/domain/decimal.ts';
import type { OutcomeEvent } from '../../../../src/core/domain/events.ts';
import { exchangeOrderId, tradeId } from '../../../../src/core/domain/ids.ts';
import {
  ORDER_STATES,
  type OrderRecord,
  type OrderState,
} from '../../../../src/core/domain/order.ts';
import {
  applyFill,
  applyOutcome,
  applyReport,
  hasFillGap,
  newRecord,
  requestCancel,
} from '../../../../src/core/orders/lifecycle.ts';
import { aFill, anIntent, aReport, T0 } from '../../../builders/orders.ts';

type Outcome = OutcomeEvent['outcome'];

const outcome = (kind: Outcome, message = '') => ({ outcome: kind, message, at: T0 + 500 });

function recordIn(state: OrderState, changes: Partial<OrderRecord> = {}): OrderRecord {
  return { ...newRecord(anIntent()), state, ...changes };
}

const ackedRecord = (): OrderRecord =>
  recordIn('ACKED', { exchangeOrderId: exchangeOrderId('e1') });
const half = aFill({ tradeId: tradeId('t1'), amount: dec('0.5') });
const otherHalf = aFill({ tradeId: tradeId('t2'), amount: dec('0.5'), price: dec('99') });

describe('newRecord', () => {
  it('is PLANNED with nothing filled', () => {
    const record = newRecord(anIntent());
    expect(record).toMatchObject({
      state: 'PLANNED',
      cancelRequested: false,
      message: '',
      updatedAt: T0,
    });
    expect(record.filled.isZero() && record.reportedFilled.isZero()).toBe(true);
  });
});

describe('the usual life', () => {
  it('goes from PLANNED over SENDING, ACKED and PARTIAL to FILLED', () => {
    const record = newRecord(anIntent());
    const seen = [
      applyOutcome(record, outcome('sending')),
      applyReport(record, aReport()),
      applyFill(record, half),
      applyFill(record, otherHalf),
      applyReport(record, aReport({ status: 'closed', filled: dec('1') })),
    ].map(({ change }) => change?.to);
    expect(seen).toEqual(['SENDING', 'ACKED', 'PARTIAL', 'FILLED', undefined]);
    expect(toText(record.filledQuote)).toBe('99.5');
    expect(record.exchangeOrderId).toBe('e1');
  });

  it('notes the average price when filled', () => {
    const record = ackedRecord();
    applyFill(record, half);
    expect(applyFill(record, otherHalf).note).toEqual({
      code: 'ORDER_FILLED',
      inputs: { filled: '1', averagePrice: 99.5 },
    });
  });

  it('believes no report of what was not sent, and ignores a late word that it is being sent', () => {
    const record = newRecord(anIntent());
    applyReport(record, aReport());
    expect(record.state).toBe('PLANNED');
    applyOutcome(record, outcome('sending'));
    applyReport(record, aReport());
    expect(record.state).toBe('ACKED');
    expect(applyOutcome(record, outcome('sending'))).toEqual({ touched: false, gap: false });
  });
});

describe('terminal only when the status is terminal and the fills are complete', () => {
  it('stays open on "closed" until the fills arrive, and says that there is a gap', () => {
    const record = ackedRecord();
    const result = applyReport(record, aReport({ status: 'closed', filled: dec('1') }));
    expect(result).toMatchObject({ touched: true, gap: true });
    expect(record).toMatchObject({ state: 'ACKED', terminalReport: 'FILLED' });
    expect(applyFill(record, half)).toMatchObject({ change: { to: 'PARTIAL' }, gap: true });
    expect(applyFill(record, otherHalf)).toMatchObject({ change: { to: 'FILLED' }, gap: false });
  });

  it('stays open on "canceled" with a part filled until that part arrives', () => {
    const record = ackedRecord();
    expect(applyReport(record, aReport({ status: 'canceled', filled: dec('0.5') })).gap).toBe(true);
    expect(record.state).toBe('ACKED');
    expect(applyFill(record, half)).toMatchObject({
      change: { from: 'ACKED', to: 'CANCELLED' },
      note: { code: 'ORDER_CANCELLED', inputs: { filled: '0.5' } },
      gap: false,
    });
  });

  it('takes "closed" without an amount as the whole order', () => {
    const record = ackedRecord();
    expect(applyReport(record, aReport({ status: 'closed' })).gap).toBe(true);
    expect(record.state).toBe('ACKED');
  });

  it('takes "closed" below the ordered amount at its word once the fills agree', () => {
    const record = ackedRecord();
    applyFill(record, half);
    applyReport(record, aReport({ status: 'closed', filled: dec('0.5') }));
    expect(record.state).toBe('FILLED');
  });

  it('is EXPIRED or REJECTED when the exchange says so and nothing was filled', () => {
    const expired = ackedRecord();
    applyReport(expired, aReport({ status: 'expired' }));
    expect(expired.state).toBe('EXPIRED');
    const rejected = ackedRecord();
    expect(applyReport(rejected, aReport({ status: 'rejected' })).note?.code).toBe(
      'ORDER_REJECTED',
    );
    expect(rejected.state).toBe('REJECTED');
  });

  it('reports a gap on an open order as well', () => {
    const record = ackedRecord();
    expect(applyReport(record, aReport({ filled: dec('0.2') })).gap).toBe(true);
    expect(record.state).toBe('ACKED');
    applyFill(record, aFill({ amount: dec('0.2') }));
    expect(hasFillGap(record)).toBe(false);
    expect(record.state).toBe('PARTIAL');
  });
});

describe('repeated and reordered news', () => {
  it('changes nothing when a report comes again', () => {
    const record = ackedRecord();
    const report = aReport({ status: 'canceled' });
    applyReport(record, report);
    const before = { ...record };
    expect(applyReport(record, report)).toEqual({ touched: false, gap: false });
    expect(record).toEqual(before);
  });

  it('does not shrink the reported amount when an older report arrives late', () => {
    const record = ackedRecord();
    applyFill(record, half);
    applyReport(record, aReport({ filled: dec('0.5'), at: T0 + 2_000 }));
    applyReport(record, aReport({ filled: ZERO, at: T0 + 1_000 }));
    expect(toText(record.reportedFilled)).toBe('0.5');
    expect(record.updatedAt).toBe(T0 + 2_000);
  });

  it('does not go back in time when news of an earlier moment arrives late', () => {
    const record = ackedRecord();
    applyFill(record, aFill({ amount: dec('0.5'), at: T0 + 9_000 }));
    applyFill(record, aFill({ amount: dec('0.1'), at: T0 + 3_000 }));
    expect(record.updatedAt).toBe(T0 + 9_000);
  });

  it.each(['FILLED', 'CANCELLED', 'EXPIRED'] as const)('ignores a late "open" when %s', (state) => {
    const record = recordIn(state, { exchangeOrderId: exchangeOrderId('e1') });
    if (state === 'FILLED') record.filled = dec('1');
    expect(applyReport(record, aReport())).toEqual({ touched: false, gap: false });
    expect(record.state).toBe(state);
  });
});

describe('unknown outcome', () => {
  it('adopts the order when it is found', () => {
    const record = recordIn('SENDING');
    expect(applyOutcome(record, outcome('unknown', 'timeout')).note).toEqual({
      code: 'ORDER_UNKNOWN',
      inputs: { message: 'timeout' },
    });
    expect(applyReport(record, aReport()).change).toMatchObject({ from: 'UNKNOWN', to: 'ACKED' });
    expect(record.exchangeOrderId).toBe('e1');
  });

  it('adopts it by a fill alone', () => {
    const record = recordIn('UNKNOWN');
    expect(applyFill(record, half).change).toMatchObject({ from: 'UNKNOWN', to: 'PARTIAL' });
  });

  it('is NOT_PLACED when proved absent', () => {
    const record = recordIn('UNKNOWN');
    expect(applyOutcome(record, outcome('notPlaced', 'absent')).note?.code).toBe(
      'ORDER_NOT_PLACED',
    );
    expect(record.state).toBe('NOT_PLACED');
  });

  it('ignores "unknown" once the exchange has shown the order', () => {
    const record = ackedRecord();
    expect(applyOutcome(record, outcome('unknown', 'timeout')).touched).toBe(false);
    expect(record.state).toBe('ACKED');
  });
});

describe('late truths', () => {
  it('counts a fill after CANCELLED, keeps the order ended and raises the alarm', () => {
    const record = recordIn('CANCELLED', { terminalReport: 'CANCELLED' });
    const result = applyFill(record, half);
    expect(result.note).toEqual({
      code: 'LATE_FILL',
      inputs: { amount: '0.5', state: 'CANCELLED' },
    });
    expect(result.change).toBeUndefined();
    expect(toText(record.filled)).toBe('0.5');
    expect(record.state).toBe('CANCELLED');
  });

  it('becomes FILLED when late fills complete a cancelled order', () => {
    const record = recordIn('CANCELLED', { terminalReport: 'CANCELLED' });
    applyFill(record, half);
    const result = applyFill(record, otherHalf);
    expect(result).toMatchObject({
      change: { from: 'CANCELLED', to: 'FILLED' },
      note: { code: 'LATE_FILL' },
    });
  });

  it.each([
    ['open', 'ACKED'],
    ['canceled', 'CANCELLED'],
  ] as const)('takes over an order thought not placed that is reported %s', (status, state) => {
    const record = recordIn('NOT_PLACED');
    expect(applyReport(record, aReport({ status }))).toMatchObject({
      change: { from: 'NOT_PLACED', to: state },
      note: { code: 'LATE_ORDER' },
    });
  });

  it('takes over an order thought not placed that is filled', () => {
    const record = recordIn('NOT_PLACED');
    expect(applyFill(record, aFill())).toMatchObject({
      change: { to: 'FILLED' },
      note: { code: 'LATE_ORDER' },
    });
  });

  it('counts more filled than ordered, with the alarm', () => {
    const record = ackedRecord();
    applyFill(record, aFill());
    expect(applyFill(record, half).note).toMatchObject({
      code: 'LATE_FILL',
      inputs: { state: 'FILLED' },
    });
    expect(toText(record.filled)).toBe('1.5');
  });
});

describe('contradictions', () => {
  it('notes "canceled" with less filled than we know, and keeps FILLED', () => {
    const record = ackedRecord();
    applyFill(record, aFill());
    const result = applyReport(record, aReport({ status: 'canceled', filled: dec('0.5') }));
    expect(result.note).toEqual({
      code: 'TRANSITION_ILLEGAL',
      inputs: { from: 'FILLED', to: 'CANCELLED' },
    });
    expect(record).toMatchObject({ state: 'FILLED' });
    expect(record.terminalReport).toBeUndefined();
  });

  it('notes the same contradiction once', () => {
    const record = ackedRecord();
    applyFill(record, aFill());
    const report = aReport({ status: 'canceled' });
    applyReport(record, report);
    expect(applyReport(record, report)).toEqual({ touched: false, gap: false });
  });

  it.each(['REJECTED', 'DENIED', 'EXPIRED'] as const)(
    'quarantines an order that is %s and yet alive at the exchange',
    (state) => {
      const record = recordIn(state);
      expect(applyReport(record, aReport())).toMatchObject({
        change: { from: state, to: 'QUARANTINED' },
        note: { code: 'TRANSITION_ILLEGAL', inputs: { from: state, to: 'ACKED' } },
      });
    },
  );

  it('counts a fill of a rejected order and quarantines it', () => {
    const record = recordIn('REJECTED');
    expect(applyFill(record, half)).toMatchObject({
      change: { to: 'QUARANTINED' },
      note: { code: 'LATE_FILL', inputs: { state: 'REJECTED' } },
    });
    expect(toText(record.filled)).toBe('0.5');
  });

  it.each(['REJECTED', 'DENIED', 'EXPIRED'] as const)(
    'takes the exchange’s word that nothing came of an order that is %s for no contradiction',
    (state) => {
      const record = recordIn(state);
      for (const status of ['rejected', 'canceled', 'expired'] as const)
        expect(applyReport(record, aReport({ status }))).toEqual({ touched: false, gap: false });
      expect(record.state).toBe(state);
    },
  );

  it('takes a late "open" of an order that was refused after it was taken for what it is, and a fill of it not', () => {
    const record = ackedRecord();
    applyReport(record, aReport({ status: 'rejected' }));
    expect(applyReport(record, aReport())).toEqual({ touched: false, gap: false });
    expect(record.state).toBe('REJECTED');
    expect(applyFill(record, half).change).toMatchObject({ to: 'QUARANTINED' });
  });

  it('quarantines an order that was never sent when a fill of it comes before any report', () => {
    const record = recordIn('EXPIRED');
    expect(applyFill(record, half)).toMatchObject({
      change: { from: 'EXPIRED', to: 'QUARANTINED' },
      note: { code: 'LATE_FILL' },
    });
  });

  it('asks for the fills of a refused order that is reported filled, and ends with them', () => {
    const record = recordIn('REJECTED');
    const result = applyReport(record, aReport({ status: 'closed', filled: dec('1') }));
    expect(result).toMatchObject({ change: { to: 'QUARANTINED' }, gap: true });
    expect(record.exchangeOrderId).toBe('e1');
    expect(applyFill(record, aFill()).change).toMatchObject({ to: 'FILLED' });
  });

  it('leaves the quarantine only for an end', () => {
    const record = recordIn('QUARANTINED');
    applyReport(record, aReport());
    expect(record.state).toBe('QUARANTINED');
    applyReport(record, aReport({ status: 'canceled' }));
    expect(record.state).toBe('CANCELLED');
  });

  it.each(['rejected', 'notPlaced', 'expired'] as const)(
    'does not believe "%s" of an order the exchange has',
    (kind) => {
      const record = ackedRecord();
      expect(applyOutcome(record, outcome(kind)).note?.code).toBe('TRANSITION_ILLEGAL');
      expect(record.state).toBe('ACKED');
    },
  );

  it('does not believe "expired", which means never sent, of an order that is being sent', () => {
    const record = recordIn('SENDING');
    expect(applyOutcome(record, outcome('expired')).change).toBeUndefined();
    expect(record.state).toBe('SENDING');
  });

  it('ends an order that was withheld while it was being sent, and no other', () => {
    const record = recordIn('SENDING');
    expect(applyOutcome(record, outcome('withheld')).change?.to).toBe('EXPIRED');
    const unsure = recordIn('UNKNOWN');
    expect(applyOutcome(unsure, outcome('withheld')).change).toBeUndefined();
  });
});

describe('outcomes', () => {
  it.each([
    ['PLANNED', 'sending', 'SENDING'],
    ['PLANNED', 'expired', 'EXPIRED'],
    ['PLANNED', 'denied', 'DENIED'],
    ['SENDING', 'rejected', 'REJECTED'],
    ['UNKNOWN', 'notPlaced', 'NOT_PLACED'],
    ['QUARANTINED', 'notPlaced', 'NOT_PLACED'],
    ['UNKNOWN', 'rejected', 'REJECTED'],
  ] as const)('moves %s on "%s" to %s', (from, kind, to) => {
    const record = recordIn(from);
    expect(applyOutcome(record, outcome(kind, 'why')).change).toEqual({ from, to, message: 'why' });
    expect(record.message).toBe('why');
  });

  it('changes nothing when an outcome comes again', () => {
    const record = recordIn('SENDING');
    applyOutcome(record, outcome('rejected', 'no'));
    expect(applyOutcome(record, outcome('rejected', 'no'))).toEqual({ touched: false, gap: false });
  });
});

describe('cancelling', () => {
  it('makes an order at the exchange CANCELLING, and CANCELLED on its report', () => {
    const record = ackedRecord();
    expect(requestCancel(record, T0 + 1).change).toMatchObject({ from: 'ACKED', to: 'CANCELLING' });
    applyReport(record, aReport());
    expect(record.state).toBe('CANCELLING');
    applyReport(record, aReport({ status: 'canceled' }));
    expect(record.state).toBe('CANCELLED');
  });

  it('only remembers the wish while it is not known whether the exchange has the order', () => {
    const record = recordIn('SENDING');
    const result = requestCancel(record, T0 + 1);
    expect(result.touched).toBe(true);
    expect(result.change).toBeUndefined();
    applyReport(record, aReport());
    expect(record.state).toBe('CANCELLING');
  });

  it('counts fills while cancelling', () => {
    const record = ackedRecord();
    requestCancel(record, T0 + 1);
    applyFill(record, half);
    expect(record.state).toBe('CANCELLING');
    applyFill(record, otherHalf);
    expect(record.state).toBe('FILLED');
  });

  it('puts the order back as it was when the cancel was refused', () => {
    const record = ackedRecord();
    applyFill(record, half);
    requestCancel(record, T0 + 1);
    expect(applyOutcome(record, outcome('cancelFailed', 'busy')).change).toMatchObject({
      from: 'CANCELLING',
      to: 'PARTIAL',
    });
    expect(record.cancelRequested).toBe(false);
  });

  it('asks once, and never for an order that has ended', () => {
    const record = ackedRecord();
    requestCancel(record, T0 + 1);
    expect(requestCancel(record, T0 + 2).touched).toBe(false);
    for (const state of ORDER_STATES.filter((one) => one === 'FILLED' || one === 'REJECTED')) {
      expect(requestCancel(recordIn(state), T0 + 2).touched).toBe(false);
    }
  });
});
