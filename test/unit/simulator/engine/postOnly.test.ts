import { describe, expect, it } from '@jest/globals';
import { engineFixture } from './engineFixture.ts';

describe('a post-only order that would trade', () => {
  const taking = {
    accountId: 'bob',
    side: 'BUY',
    type: 'LIMIT_MAKER',
    ticks: 100,
    lots: 5,
  } as const;

  it('is refused', () => {
    const { place, order, recorded } = engineFixture();
    order({ accountId: 'ann', side: 'SELL', type: 'LIMIT', ticks: 100, lots: 5 });
    expect(place({ ...taking, clientOrderId: 'x' })).toEqual({ ok: false, refusal: 'WOULD_TAKE' });
    expect(recorded.trades).toEqual([]);
  });

  it('is taken and expires at once where that is the custom, and frees what it locked', () => {
    const { order, recorded, balance } = engineFixture();
    order({ accountId: 'ann', side: 'SELL', type: 'LIMIT', ticks: 100, lots: 5 });
    const before = balance('bob', 'USDT');
    const placed = order({ ...taking, clientOrderId: 'x', isExpiredIfTaking: true });
    expect(placed).toMatchObject({ status: 'EXPIRED', filledLots: 0 });
    expect(recorded.trades).toEqual([]);
    expect(balance('bob', 'USDT')).toEqual(before);
  });

  it('rests when it would not, in either custom', () => {
    const { order } = engineFixture();
    const placed = order({ ...taking, clientOrderId: 'x', isExpiredIfTaking: true });
    expect(placed.status).toBe('NEW');
  });
});
