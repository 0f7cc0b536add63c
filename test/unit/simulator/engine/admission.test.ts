import { describe, expect, it } from '@jest/globals';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import { UNIT, engineFixture } from './engineFixture.ts';

const refused = (refusal: string): unknown => ({ ok: false, refusal });

describe('the status of an instrument', () => {
  it.each(['HALT', 'BREAK'] as const)(
    '%s stops placing and keeps orders, which can be cancelled',
    (status) => {
      const { order, place, pair, engine } = engineFixture();
      const bid = order({ ticks: 100 });
      engine.setStatus('BTCUSDT', status, 5);
      expect(place({})).toEqual(refused('HALTED'));
      const legs = [
        { side: 'SELL', type: 'LIMIT_MAKER', ticks: 110 },
        { side: 'SELL', type: 'STOP_LOSS', triggerTicks: 90 },
      ] as const;
      expect(pair(legs)).toEqual(refused('HALTED'));
      expect(bid.status).toBe('NEW');
      expect(engine.cancel(bid, 6)).toBe(true);
      engine.setStatus('BTCUSDT', 'TRADING', 7);
      expect(place({}).ok).toBe(true);
    },
  );

  it('DELISTED expires everything that rests or waits and frees its funds', () => {
    const { order, pair, engine, balance, recorded } = engineFixture();
    order({ ticks: 100 });
    order({ type: 'STOP_LOSS', triggerTicks: 120 });
    pair([
      { side: 'SELL', type: 'LIMIT_MAKER', ticks: 110 },
      { side: 'SELL', type: 'STOP_LOSS', triggerTicks: 90 },
    ]);
    engine.setStatus('BTCUSDT', 'DELISTED', 5);
    expect(recorded.words.slice(-5).sort()).toEqual([
      ...['1 EXPIRED', '2 EXPIRED', '3 EXPIRED', '4 EXPIRED'],
      'list 1 ALL_DONE',
    ]);
    expect([balance('ann', 'USDT')[1], balance('ann', 'BTC')[1]]).toEqual([0n, 0n]);
    expect(selfCheck(engine)).toEqual([]);
  });
});

describe('filters', () => {
  it('may change at any time and bind new orders only', () => {
    const { order, place, engine } = engineFixture();
    const before = order({ ticks: 101, lots: 7 });
    engine.replaceInstrument('BTCUSDT', { tickStep: 5, lotStep: 10, minNotional: 2n * UNIT });
    const broken = (filter: string): unknown => ({ ok: false, refusal: 'FILTER', filter });
    expect(place({ ticks: 101, lots: 100 })).toEqual(broken('PRICE_FILTER'));
    expect(place({ ticks: 100, lots: 105 })).toEqual(broken('LOT_SIZE'));
    expect(place({ ticks: 100, lots: 10 })).toEqual(broken('NOTIONAL'));
    const stop = { type: 'STOP_LOSS', triggerTicks: 111, lots: 100 } as const;
    expect(place(stop)).toEqual(broken('PRICE_FILTER'));
    expect(place({ type: 'MARKET', lots: 0, quoteBudget: UNIT })).toEqual(broken('NOTIONAL'));
    expect(place({ ticks: 100, lots: 20 }).ok).toBe(true);
    expect(before.status).toBe('NEW');
    expect(engine.book('BTCUSDT').instrument.tickStep).toBe(5);
  });

  it('make a market order by quote buy whole lot steps', () => {
    const { order, engine } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 1000 });
    engine.replaceInstrument('BTCUSDT', { lotStep: 100 });
    const bought = order({ type: 'MARKET', lots: 0, quoteBudget: 55n * UNIT });
    expect([bought.status, bought.filledLots]).toEqual(['FILLED', 500]);
  });

  it.each([0, -1, 1.5])('have no step of %d', (tickStep) => {
    const { engine } = engineFixture();
    expect(() => {
      engine.replaceInstrument('BTCUSDT', { tickStep });
    }).toThrow(`tickStep ${String(tickStep)}: expected a positive integer`);
  });
});

describe('market orders by quote', () => {
  it('expire when the book is worth less than their budget', () => {
    const { order } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 500 });
    const bought = order({ type: 'MARKET', lots: 0, quoteBudget: 80n * UNIT });
    expect([bought.status, bought.lots, bought.filledLots]).toEqual(['EXPIRED', 800, 500]);
    expect(bought.filledQuote).toBe(50n * UNIT);
  });

  it('expire untraded on an empty book and with a budget below one lot', () => {
    const { order } = engineFixture();
    const onEmpty = order({ type: 'MARKET', lots: 0, quoteBudget: UNIT });
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 500 });
    const tiny = order({ type: 'MARKET', lots: 0, quoteBudget: UNIT / 10n - 1n });
    for (const { status, lots, filledLots } of [onEmpty, tiny])
      expect([status, lots, filledLots]).toEqual(['EXPIRED', 0, 0]);
  });
});

describe('self trades', () => {
  it('happen, and cost both fees', () => {
    const { order, balance, recorded, engine } = engineFixture({ makerPpm: 1000, takerPpm: 1000 });
    order({ side: 'SELL', ticks: 100, lots: 1000 });
    order({ side: 'BUY', ticks: 100, lots: 1000 });
    expect(recorded.trades).toHaveLength(1);
    expect(balance('ann', 'USDT')).toEqual([10_000n * UNIT - UNIT / 10n, 0n]);
    expect(balance('ann', 'BTC')).toEqual([100n * UNIT - UNIT / 1000n, 0n]);
    expect(selfCheck(engine)).toEqual([]);
  });
});

describe('cancelling all', () => {
  it('takes the orders of one account on one instrument, oldest first, pairs included', () => {
    const { order, pair, engine } = engineFixture();
    order({ ticks: 90 });
    order({ accountId: 'bob', ticks: 91 });
    pair([
      { side: 'SELL', type: 'LIMIT_MAKER', ticks: 110 },
      { side: 'SELL', type: 'STOP_LOSS', triggerTicks: 80 },
    ]);
    order({ type: 'STOP_LOSS', triggerTicks: 120, lots: 10 });
    expect(engine.cancelAll('ann', 'ETHUSDT', 9)).toEqual([]);
    const cancelled = engine.cancelAll('ann', 'BTCUSDT', 9);
    expect(cancelled.map(({ id, status }) => [id, status])).toEqual([
      [1, 'CANCELED'],
      [3, 'CANCELED'],
      [4, 'CANCELED'],
      [5, 'CANCELED'],
    ]);
    expect(engine.accounts.get('bob')?.open.size).toBe(1);
    expect(engine.cancelAll('nobody', undefined, 9)).toEqual([]);
  });
});
