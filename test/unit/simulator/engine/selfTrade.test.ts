import { describe, expect, it } from '@jest/globals';
import { engineFixture, UNIT } from './engineFixture.ts';

const PREVENTED = { makerPpm: 0, takerPpm: 0, expiresOwnMakers: true };

describe('two orders of one account that would trade', () => {
  it('do not where that is prevented: the resting one expires, and what it locked is free again', () => {
    const { order, balance, recorded } = engineFixture(PREVENTED);
    const resting = order({ side: 'SELL', ticks: 100, lots: 500 });
    const others = order({ accountId: 'bob', side: 'SELL', ticks: 101, lots: 500 });
    const taker = order({ side: 'BUY', ticks: 101, lots: 500 });
    expect(resting.status).toBe('EXPIRED');
    expect(taker.status).toBe('FILLED');
    expect(others.status).toBe('FILLED');
    expect(recorded.trades.map(({ ticks }) => ticks)).toEqual([101]);
    expect(balance('ann', 'BTC')).toEqual([100n * UNIT + UNIT / 2n, 0n]);
  });

  it('trade where it is not', () => {
    const { order, recorded } = engineFixture();
    const resting = order({ side: 'SELL', ticks: 100, lots: 500 });
    order({ side: 'BUY', ticks: 100, lots: 500 });
    expect(resting.status).toBe('FILLED');
    expect(recorded.trades).toHaveLength(1);
  });
});
