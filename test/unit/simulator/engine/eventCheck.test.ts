import { describe, expect, it } from '@jest/globals';
import { Engine } from '../../../../src/simulator/engine/engine.ts';
import { UNIT, engineFixture } from './engineFixture.ts';

describe('the check after every call', () => {
  it('finds money that came from nowhere', () => {
    const { order, engine } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', lots: 10 });
    const ann = engine.accounts.get('ann');
    if (ann !== undefined) ann.balance('BTC').free += 1n;
    expect(() => order({ side: 'BUY', lots: 10 })).toThrow('BTC: trades in BTCUSDT made 1 atoms');
  });

  it('finds a balance that changed without a trade', () => {
    const { order, engine } = engineFixture();
    const ann = engine.accounts.get('ann');
    if (ann !== undefined) ann.balance('USDT').free -= 1n;
    expect(() => order({ side: 'BUY' })).toThrow('order 1 changed a balance without a trade');
  });

  it('finds a lock that no order explains', () => {
    const { order, engine } = engineFixture();
    order({ ticks: 90 });
    const balance = engine.accounts.get('ann')?.balance('USDT');
    if (balance !== undefined)
      [balance.free, balance.locked] = [balance.free - 1n, balance.locked + 1n];
    expect(() => order({ ticks: 91 })).toThrow(/^order 2 left \d+ atoms locked/);
  });

  it('finds an order that locks less than it needs', () => {
    const { order, engine } = engineFixture();
    const first = order({ ticks: 90, lots: 10 });
    first.locked -= 1n;
    expect(() => order({ accountId: 'bob', side: 'SELL', ticks: 90, lots: 3 })).toThrow(
      'order 1 locks',
    );
    expect(engine.books.size).toBe(1);
  });

  it('finds a level that holds nothing', () => {
    const { order, engine } = engineFixture();
    order({ ticks: 90, lots: 10 });
    const level = engine.book('BTCUSDT').bids.best();
    if (level !== undefined) level.lots = 0;
    expect(() => order({ side: 'SELL', ticks: 95, lots: 1 })).toThrow(
      'BTCUSDT: level 90 is in the book with nothing in it',
    );
  });

  it('can be switched off', () => {
    const { instrument } = engineFixture().engine.book('BTCUSDT');
    const listener = {
      onOrder: () => undefined,
      onTrade: () => undefined,
      onLevel: () => undefined,
    };
    const engine = new Engine([instrument], listener, { checked: false });
    const terms = { makerPpm: 0, takerPpm: 0, isHouse: false };
    const ann = engine.openAccount({ id: 'ann', balances: new Map([['USDT', UNIT]]), ...terms });
    ann.balance('USDT').free += 100n * UNIT;
    const request = {
      ...({ accountId: 'ann', instrumentId: 'BTCUSDT', side: 'BUY', type: 'LIMIT' } as const),
      ...({ timeInForce: 'GTC', ticks: 1, lots: 1, quoteBudget: 0n, clientOrderId: 'a' } as const),
    };
    expect(engine.place(request, 1).ok).toBe(true);
  });
});
