import { describe, expect, it } from '@jest/globals';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import { UNIT, engineFixture } from './engineFixture.ts';

describe('matching', () => {
  it('trades the best price first and the earlier order first at one price', () => {
    const { order, recorded } = engineFixture();
    const late = order({ accountId: 'bob', side: 'SELL', ticks: 101, lots: 5 });
    const first = order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 5 });
    const second = order({ accountId: 'cat', side: 'SELL', ticks: 100, lots: 5 });
    order({ side: 'BUY', ticks: 105, lots: 12 });

    expect(recorded.trades.map(({ ticks, lots }) => [ticks, lots])).toEqual([
      [100, 5],
      [100, 5],
      [101, 2],
    ]);
    expect([first.status, second.status, late.status]).toEqual([
      'FILLED',
      'FILLED',
      'PARTIALLY_FILLED',
    ]);
    expect(late.filledLots).toBe(2);
  });

  it('keeps the place in the queue through a partial fill', () => {
    const { order, recorded } = engineFixture();
    const first = order({ accountId: 'bob', side: 'SELL', lots: 10 });
    order({ accountId: 'cat', side: 'SELL', lots: 10 });
    order({ side: 'BUY', lots: 4 });
    order({ side: 'BUY', lots: 4 });
    expect(first.filledLots).toBe(8);
    expect(recorded.trades.map((trade) => trade.lots)).toEqual([4, 4]);
  });

  it('trades at the resting price, never worse than either limit', () => {
    const { order, recorded } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 90, lots: 5 });
    order({ side: 'BUY', ticks: 100, lots: 5 });
    expect(recorded.trades[0]?.ticks).toBe(90);
  });

  it('rests what is left of a GTC order and reports the new level totals', () => {
    const { order, recorded, engine } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 3 });
    order({ side: 'BUY', ticks: 100, lots: 10 });
    expect(recorded.levels).toEqual([
      { side: 'SELL', ticks: 100, lots: 3 },
      { side: 'SELL', ticks: 100, lots: 0 },
      { side: 'BUY', ticks: 100, lots: 7 },
    ]);
    expect(engine.book('BTCUSDT').updateId).toBe(3);
    expect(engine.book('BTCUSDT').asks.levelCount).toBe(0);
  });
});

describe('times in force', () => {
  it('expires what an IOC order cannot trade at once and frees its lock', () => {
    const { order, balance } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', lots: 400 });
    const ioc = order({ side: 'BUY', lots: 1000, timeInForce: 'IOC' });
    expect([ioc.status, ioc.filledLots]).toEqual(['EXPIRED', 400]);
    expect(balance('ann', 'USDT')).toEqual([10_000n * UNIT - 40n * UNIT, 0n]);
  });

  it('fills a FOK order whole or not at all', () => {
    const { order } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 400 });
    order({ accountId: 'bob', side: 'SELL', ticks: 101, lots: 400 });
    const tooMuch = order({ side: 'BUY', ticks: 101, lots: 801, timeInForce: 'FOK' });
    expect([tooMuch.status, tooMuch.filledLots]).toEqual(['EXPIRED', 0]);
    const tooDear = order({ side: 'BUY', ticks: 100, lots: 401, timeInForce: 'FOK' });
    expect(tooDear.filledLots).toBe(0);
    const fits = order({ side: 'BUY', ticks: 101, lots: 800, timeInForce: 'FOK' });
    expect([fits.status, fits.filledLots]).toEqual(['FILLED', 800]);
  });

  it('refuses a LIMIT_MAKER that would trade and rests one that would not', () => {
    const { order, place } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 1 });
    expect(place({ side: 'BUY', type: 'LIMIT_MAKER', ticks: 100 })).toEqual({
      ok: false,
      refusal: 'WOULD_TAKE',
    });
    expect(order({ side: 'BUY', type: 'LIMIT_MAKER', ticks: 99 }).status).toBe('NEW');
  });
});

describe('market orders', () => {
  it('walks the book by base quantity and expires what the book cannot give', () => {
    const { order } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 1000 });
    order({ accountId: 'bob', side: 'SELL', ticks: 110, lots: 1000 });
    const bought = order({ type: 'MARKET', side: 'BUY', lots: 1500 });
    expect([bought.status, bought.filledQuote]).toEqual(['FILLED', 155n * UNIT]);
    const rest = order({ type: 'MARKET', side: 'BUY', lots: 1000 });
    expect([rest.status, rest.filledLots]).toEqual(['EXPIRED', 500]);
  });

  it('spends no more than a quote budget, in whole lots', () => {
    const { order, balance } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 70, lots: 1000 });
    order({ accountId: 'bob', side: 'SELL', ticks: 90, lots: 1000 });
    const bought = order({ type: 'MARKET', side: 'BUY', lots: 0, quoteBudget: 100n * UNIT });
    // 70 for one unit, then 333 lots of 0.09 out of the remaining 30.
    expect([bought.status, bought.lots, bought.filledLots]).toEqual(['FILLED', 1333, 1333]);
    expect(bought.filledQuote).toBe(9_997_000_000n);
    expect(balance('ann', 'USDT')).toEqual([10_000n * UNIT - 9_997_000_000n, 0n]);
  });

  it('sells into a quote budget', () => {
    const { order } = engineFixture();
    order({ accountId: 'bob', side: 'BUY', ticks: 50, lots: 5000 });
    const sold = order({ type: 'MARKET', side: 'SELL', lots: 0, quoteBudget: 100n * UNIT });
    expect([sold.filledLots, sold.filledQuote]).toEqual([2000, 100n * UNIT]);
  });

  it('expires on an empty book', () => {
    const { order } = engineFixture();
    expect(order({ type: 'MARKET', lots: 10 }).status).toBe('EXPIRED');
  });
});

describe('money', () => {
  it('locks a limit order and frees exactly that on cancel', () => {
    const { order, engine, balance } = engineFixture();
    const bid = order({ side: 'BUY', ticks: 100, lots: 2500 });
    const ask = order({ side: 'SELL', ticks: 200, lots: 2500 });
    expect(balance('ann', 'USDT')).toEqual([9_750n * UNIT, 250n * UNIT]);
    expect(balance('ann', 'BTC')).toEqual([100n * UNIT - 250_000_000n, 250_000_000n]);
    expect([engine.cancel(bid, 5), engine.cancel(ask, 5)]).toEqual([true, true]);
    expect(balance('ann', 'USDT')).toEqual([10_000n * UNIT, 0n]);
    expect(balance('ann', 'BTC')).toEqual([100n * UNIT, 0n]);
    expect(engine.cancel(bid, 6)).toBe(false);
  });

  it('gives a taker the difference between limit and trade price back', () => {
    const { order, balance } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 80, lots: 1000 });
    order({ side: 'BUY', ticks: 100, lots: 3000 });
    expect(balance('ann', 'USDT')).toEqual([(10_000n - 80n - 200n) * UNIT, 200n * UNIT]);
  });

  it('takes maker and taker fees from what each side receives', () => {
    const { order, engine, balance, recorded } = engineFixture({ makerPpm: 1000, takerPpm: 2000 });
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 1000 });
    order({ side: 'BUY', ticks: 100, lots: 1000 });
    expect(balance('ann', 'BTC')[0]).toBe(101n * UNIT - 200_000n);
    expect(balance('bob', 'USDT')[0]).toBe(10_100n * UNIT - 10_000_000n);
    expect([...engine.fees]).toEqual([
      ['USDT', 10_000_000n],
      ['BTC', 200_000n],
    ]);
    const fills = recorded.orders.flatMap(({ fill }) => (fill === undefined ? [] : [fill]));
    expect(fills.map(({ feeAsset, fee, isMaker }) => [feeAsset, fee, isMaker])).toEqual([
      ['USDT', 10_000_000n, true],
      ['BTC', 200_000n, false],
    ]);
  });

  it('refuses what the free balance does not cover', () => {
    const { order, place, balance } = engineFixture();
    order({ side: 'BUY', ticks: 100, lots: 60_000 });
    expect(place({ side: 'BUY', ticks: 100, lots: 40_001 })).toEqual({
      ok: false,
      refusal: 'INSUFFICIENT_FUNDS',
    });
    expect(place({ side: 'SELL', ticks: 200, lots: 100_001 })).toEqual({
      ok: false,
      refusal: 'INSUFFICIENT_FUNDS',
    });
    order({ accountId: 'bob', side: 'SELL', ticks: 500, lots: 10_000 });
    expect(place({ type: 'MARKET', side: 'BUY', lots: 8_001 })).toEqual({
      ok: false,
      refusal: 'INSUFFICIENT_FUNDS',
    });
    expect(balance('ann', 'USDT')).toEqual([4_000n * UNIT, 6_000n * UNIT]);
  });
});

describe('client order ids', () => {
  it('are unique among open orders only', () => {
    const { order, place, engine } = engineFixture();
    const first = order({ clientOrderId: 'same' });
    expect(place({ clientOrderId: 'same' })).toEqual({ ok: false, refusal: 'DUPLICATE_CLIENT_ID' });
    expect(place({ accountId: 'bob', clientOrderId: 'same' }).ok).toBe(true);
    engine.cancel(first, 9);
    const second = order({ clientOrderId: 'same' });
    expect(engine.accounts.get('ann')?.orderByClientId('BTCUSDT', 'same')).toBe(second);
    expect(engine.accounts.get('ann')?.orderById(first.id)).toEqual(first);
  });
});

describe('reports', () => {
  it('come in order: NEW, each TRADE with the status it left, then the end', () => {
    const { order, recorded, engine } = engineFixture();
    const ask = order({ accountId: 'bob', side: 'SELL', lots: 10 });
    order({ side: 'BUY', lots: 4 });
    order({ side: 'BUY', lots: 4 });
    engine.cancel(ask, 9);
    const own = recorded.orders
      .filter(({ id }) => id === ask.id)
      .map(({ execution, status }) => [execution, status]);
    expect(own).toEqual([
      ['NEW', 'NEW'],
      ['TRADE', 'PARTIALLY_FILLED'],
      ['TRADE', 'PARTIALLY_FILLED'],
      ['CANCELED', 'CANCELED'],
    ]);
  });

  it.each([
    { ticks: 0 },
    { ticks: 1.5 },
    { lots: 0 },
    { lots: -1 },
    { lots: Number.MAX_SAFE_INTEGER + 1 },
    { type: 'MARKET' as const, lots: 0 },
  ])('refuses %j as malformed', (request) => {
    expect(engineFixture().place(request)).toEqual({ ok: false, refusal: 'INVALID_ORDER' });
  });
});

describe('self check', () => {
  it('finds nothing in a sound engine', () => {
    const { order, engine } = engineFixture({ makerPpm: 1000, takerPpm: 1000 });
    order({ accountId: 'bob', side: 'SELL', lots: 77 });
    order({ side: 'BUY', lots: 100 });
    expect(selfCheck(engine)).toEqual([]);
  });

  it('names money that appeared and a lock that no order explains', () => {
    const { engine } = engineFixture();
    const ann = engine.accounts.get('ann');
    if (ann !== undefined) ann.balance('USDT').locked += 1n;
    expect(selfCheck(engine)).toEqual([
      expect.stringMatching(/^USDT: balances and fees sum to/),
      expect.stringMatching(/^ann USDT: locked 1, open orders lock 0/),
    ]);
  });
});
