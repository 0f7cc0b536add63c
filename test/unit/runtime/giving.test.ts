import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../src/core/domain/decimal.ts';
import { give, planGive } from '../../../src/runtime/giving.ts';
import { resumeSymbol } from '../../../src/runtime/resume.ts';
import { BTC, GRID } from '../../builders/orders.ts';
import { aTrader, FakeExchange, type TraderBench } from '../../builders/trader.ts';

/** An account that had 2 BTC before the bot came. */
async function aRichTrader(): Promise<TraderBench> {
  const exchange = new FakeExchange();
  exchange.coins.set(BTC, '2');
  const bench = aTrader({ exchange });
  await bench.start();
  return bench;
}

function partsOf({ trader: { parts } }: TraderBench) {
  if (!parts) throw new Error('not started');
  return parts;
}

const wish = (amount: string, changes = {}) => ({
  ...{ symbol: 'btc/usdt', strategy: GRID, amount: dec(amount), cost: dec('75') },
  ...{ reason: 'from before', ...changes },
});

describe('coins that were there before', () => {
  it('become a position at their cost, in books and exposure, and stay one after a restart', async () => {
    const bench = await aRichTrader();
    expect(planGive(partsOf(bench), wish('1.5'))).toEqual({
      ...{ symbol: 'BTC/USDT', strategy: GRID, base: 'BTC', quote: 'USDT' },
      ...{ amount: '1.5', cost: '75', average: '50', lastPrice: null, before: '0', after: '1.5' },
    });
    expect(bench.store.positions.size).toBe(0);
    give(partsOf(bench), wish('1.5'));
    expect(bench.noted).toContain('BOOKED_IN');
    const { book, strategies } = partsOf(bench).session.state;
    expect(toText(book.total)).toBe('75');
    expect(toText(strategies.get(GRID)?.holding.position.amount ?? dec(0))).toBe('1.5');
    const again = aTrader({ exchange: bench.exchange, store: bench.store });
    await again.start();
    const restored = partsOf(again).session.state.strategies.get(GRID)?.holding.position;
    expect(restored).toMatchObject({ cost: dec('75'), booked: { amount: dec('1.5') } });
    expect(again.haltReason()).toBe('');
  });

  it('are given only as far as no position has them', async () => {
    const bench = await aRichTrader();
    give(partsOf(bench), wish('1.5'));
    expect(() => give(partsOf(bench), wish('0.6'))).toThrow(
      'ADOPT_REFUSED: the account has 2 BTC, of which positions have all but 0.5; 0.6 is more',
    );
    give(partsOf(bench), wish('0.5'));
    expect(bench.store.bookings).toHaveLength(2);
  });

  it('are not given while exchange and books differ in the coin', async () => {
    const bench = await aRichTrader();
    bench.exchange.coins.set(BTC, '3');
    await bench.wait(61);
    expect(() => give(partsOf(bench), wish('1'))).toThrow('ADOPT_REFUSED: exchange and books');
    const request = { symbol: 'BTC/USDT', reason: 'mine', adoptBalances: true };
    await resumeSymbol(partsOf(bench), request);
    give(partsOf(bench), wish('3'));
    expect([...bench.store.positions.values()].map(({ amount }) => toText(amount))).toEqual(['3']);
  });

  it('are not given at a cost that has nothing to do with the market', async () => {
    const bench = await aRichTrader();
    await bench.buy(1);
    expect(() => give(partsOf(bench), wish('1.5', { cost: dec('1') }))).toThrow(
      'ADOPT_REFUSED: 1.5 BTC for 1 USDT in all are 0.6666666667 a piece',
    );
    expect(bench.store.bookings).toEqual([]);
  });

  it('are given to nobody who is not there', async () => {
    const bench = await aRichTrader();
    expect(() => give(partsOf(bench), wish('1', { strategy: 'gird' }))).toThrow('NAME_NOT_FOUND');
    expect(() => give(partsOf(bench), wish('1', { symbol: 'DOGE/USDT' }))).toThrow(
      'SYMBOL_UNKNOWN: DOGE/USDT',
    );
  });
});
