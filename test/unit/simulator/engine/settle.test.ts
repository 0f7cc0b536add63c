import { describe, expect, it } from '@jest/globals';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import { baseOf, makeInstrument, notionalOf } from '../../../../src/simulator/engine/types.ts';
import { UNIT, engineFixture } from './engineFixture.ts';

/** 500 quote for one BNB; a quarter off the rate. */
const FEE_ASSET = {
  asset: 'BNB',
  prices: new Map([['USDT', 500n * UNIT]]),
  discountPpm: 250_000n,
};
const TERMS = { makerPpm: 1_000, takerPpm: 2_000, feeAsset: FEE_ASSET };

describe('an account with a fee asset of its own', () => {
  it('pays in it, with the discount, and receives its trade whole', () => {
    const { order, engine, balance, recorded } = engineFixture(TERMS);
    for (const id of ['ann', 'bob']) engine.deposit(id, 'BNB', UNIT);
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 1000 });
    order({ side: 'BUY', ticks: 100, lots: 1000 });
    // 0.2 % of 100 is 0.2; three quarters of it at 500 are 0.0003 BNB.
    expect(balance('ann', 'BNB')).toEqual([UNIT - 30_000n, 0n]);
    expect(balance('ann', 'BTC')).toEqual([101n * UNIT, 0n]);
    expect(balance('bob', 'BNB')).toEqual([UNIT - 15_000n, 0n]);
    expect(balance('bob', 'USDT')).toEqual([10_100n * UNIT, 0n]);
    expect([...engine.fees]).toEqual([['BNB', 45_000n]]);
    const fills = recorded.orders.flatMap(({ fill }) => (fill === undefined ? [] : [fill]));
    expect(fills.map(({ fee, feeAsset }) => [fee, feeAsset])).toEqual([
      [15_000n, 'BNB'],
      [30_000n, 'BNB'],
    ]);
    expect(selfCheck(engine)).toEqual([]);
  });

  it('pays the full fee from what it receives when too little of the asset is free', () => {
    const { order, engine, balance } = engineFixture(TERMS);
    engine.deposit('ann', 'BNB', 29_999n);
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 1000 });
    order({ side: 'BUY', ticks: 100, lots: 1000 });
    expect(balance('ann', 'BNB')).toEqual([29_999n, 0n]);
    expect(balance('ann', 'BTC')).toEqual([101n * UNIT - 200_000n, 0n]);
    expect(selfCheck(engine)).toEqual([]);
  });
});

describe('amounts beyond what floats can carry', () => {
  const instrument = makeInstrument({
    ...{ base: 'BTC', quote: 'USDT', priceDecimals: 2, lotDecimals: 2, minNotional: 0n },
  });

  it.each([
    [1, 1],
    [100_000_000, 90_071_992],
    [94_906_266, 94_906_266],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('are exact: %d ticks × %d lots', (ticks, lots) => {
    expect(notionalOf(instrument, ticks, lots)).toBe(BigInt(ticks) * BigInt(lots) * 10_000n);
    expect(baseOf(instrument, lots)).toBe(BigInt(lots) * 1_000_000n);
  });
});
