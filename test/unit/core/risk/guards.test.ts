import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { isGuard } from '../../../../src/core/domain/order.ts';
import { newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { approve, approveGuard } from '../../../../src/core/risk/approve.ts';
import { sizeGuard, type GuardProposal } from '../../../../src/core/risk/guardSize.ts';
import { ExposureBook } from '../../../../src/core/risk/exposure.ts';
import type { RiskView } from '../../../../src/core/risk/view.ts';
import { anApproved, anInstrument } from '../../../builders/orders.ts';
import { aPosition, aView } from '../../../builders/risk.ts';

const instrument = anInstrument();
const holding = (changes: Partial<RiskView> = {}): RiskView =>
  aView({ position: aPosition('1.2345', '123.45'), ...changes });

const STOP: GuardProposal = { stopPrice: 90, inputs: { averagePrice: 100 } };
const PAIR: GuardProposal = { ...STOP, targetPrice: 120 };

function approved(proposal: GuardProposal, view = holding()) {
  const verdict = approveGuard(proposal, view);
  if (!verdict.ok) throw new Error(verdict.code);
  return verdict;
}

const refusal = (proposal: GuardProposal, view: RiskView): string => {
  const verdict = approveGuard(proposal, view);
  return verdict.ok ? 'approved' : verdict.code;
};

describe('a guard', () => {
  it('is a stop of everything held, on lot and tick, that closes the position', () => {
    const { stop, target } = approved(STOP);
    expect(target).toBeUndefined();
    expect(stop).toMatchObject({
      type: 'stop',
      side: 'sell',
      purpose: 'exit',
      amount: dec('1.234'),
      trigger: dec('90'),
      referencePrice: dec('90'),
      reason: 'GUARD_STOP',
      inputs: { averagePrice: 100 },
    });
    expect(stop).not.toHaveProperty('price');
    expect(isGuard(stop)).toBe(true);
  });

  it('with a target is a pair whose legs name each other and have names of their own', () => {
    const { stop, target } = approved(PAIR);
    expect(target).toMatchObject({
      type: 'limit_maker',
      side: 'sell',
      amount: stop.amount,
      price: dec('120'),
      pairId: stop.intentId,
      reason: 'GUARD_TARGET',
    });
    expect(stop.pairId).toBe(target?.intentId);
    expect(target?.clientOrderId).not.toBe(stop.clientOrderId);
    expect(target && isGuard(target)).toBe(true);
  });

  it('never triggers later than asked, nor sells below the target', () => {
    const { stop, target } = approved({ ...STOP, stopPrice: 90.001, targetPrice: 120.001 });
    expect([stop.trigger, target?.price].map((price) => price && toText(price))).toEqual([
      '90.01',
      '120.01',
    ]);
  });

  it('leaves alone what is being sold already, and what the account does not have', () => {
    const book = new ExposureBook();
    book.setPosition(aPosition('1.2345', '123.45'));
    const sell = anApproved(7, { side: 'sell', purpose: 'exit', amount: dec('0.5') });
    book.reserve(newRecord(sell), instrument);
    expect(approved(STOP, holding({ book })).stop.amount).toEqual(dec('0.734'));
    const short = holding({ book, baseBalance: dec('0.7') });
    expect(approved(STOP, short).stop.amount).toEqual(dec('0.2'));
  });

  it('is cut to the largest order', () => {
    const limited = holding({ instrument: anInstrument({ maxAmount: dec('1') }) });
    expect(approved(STOP, limited).stop.amount).toEqual(dec('1'));
  });

  it('is made while entries are paused, the symbol is halted, data is stale or a stop cools down', () => {
    const view = holding({
      paused: true,
      halted: 'drift',
      stale: true,
      stoppedOut: { stoppedAt: 0, until: Number.MAX_SAFE_INTEGER },
    });
    expect(refusal(PAIR, view)).toBe('approved');
  });

  it('is made beyond the number of open orders', () => {
    const limits = { maxTotalExposure: dec('1'), priceBand: 0.001, maxOpenOrders: 0 };
    expect(refusal(PAIR, holding({ limits }))).toBe('approved');
  });

  it.each([
    ['NOT_ARMED', holding({ armed: false })],
    ['NO_PRICE', holding({ lastPrice: Number.NaN })],
    ['NOTHING_TO_EXIT', holding({ position: aPosition('0.0009', '0.09') })],
    ['NOTIONAL_TOO_SMALL', holding({ position: aPosition('0.05', '5') })],
    ['GUARD_REACHED', holding({ lastPrice: 90 })],
    ['GUARD_REACHED', holding({ lastPrice: 120 })],
  ])('is refused with %s, and takes no sequence number then', (code, view) => {
    const names: string[] = [];
    const watched: RiskView = {
      ...view,
      identify: (side) => {
        names.push(side);
        return view.identify(side);
      },
    };
    expect(refusal(PAIR, watched)).toBe(code);
    expect(names).toEqual([]);
  });

  it('has the size that sizeGuard tells', () => {
    const { stop, target } = approved(PAIR);
    expect(sizeGuard(PAIR, holding())).toEqual({
      ok: true,
      amount: stop.amount,
      trigger: stop.trigger,
      limit: target?.price,
    });
  });
});

describe('an order that replaces another', () => {
  it('is cut to what the other left unfilled, and names it', () => {
    const view = holding({ amountMax: dec('0.4') });
    const parentId = anApproved(3).intentId;
    const verdict = approve(
      {
        purpose: 'exit',
        side: 'sell',
        type: 'limit',
        price: 101,
        amount: dec('1'),
        reason: 'TEST',
      },
      { ...view, identify: (side) => ({ ...view.identify(side), parentId }) },
    );
    expect(verdict).toMatchObject({ ok: true, order: { amount: dec('0.4'), parentId } });
  });
});

describe('an exit', () => {
  it('sells at most what the account has, whatever the positions say', () => {
    const exit = {
      purpose: 'exit',
      side: 'sell',
      type: 'market',
      amount: dec('1'),
      reason: 'TEST',
    } as const;
    expect(approve(exit, holding({ baseBalance: dec('0.25') }))).toMatchObject({
      order: { amount: dec('0.25') },
    });
    expect(approve(exit, holding({ baseBalance: dec('0') }))).toMatchObject({
      code: 'NOTHING_TO_EXIT',
    });
  });
});
