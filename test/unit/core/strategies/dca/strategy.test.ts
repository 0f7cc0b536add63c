import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../../src/core/domain/decimal.ts';
import { DCA } from '../../../../../src/core/strategies/dca/kind.ts';
import { BTC, StrategyBench } from '../../../../builders/strategyContext.ts';

const KEYS = { every: '10m', amount: '100 USDT', budget: '1000 USDT' };

const bench = (keys: Readonly<Record<string, unknown>> = {}): StrategyBench =>
  new StrategyBench({ kind: DCA, keys: { ...KEYS, ...keys } });

/** Runs bars at one price, filling as it goes; returns the bars (from 1) on which a buy was asked for. */
function run(b: StrategyBench, bars: number, price = 1_000): number[] {
  const at: number[] = [];
  for (let i = 1; i <= bars; i += 1) {
    const before = b.proposals.length;
    b.bar(price);
    if (b.proposals.length > before) at.push(i);
    b.match();
  }
  return at;
}

describe('the schedule', () => {
  it('buys the amount on the first bar and then each interval', () => {
    const b = bench();
    expect(run(b, 35)).toEqual([1, 11, 21, 31]);
    expect(
      b.proposals.every(({ quote, side }) => side === 'buy' && quote?.toString() === '100'),
    ).toBe(true);
  });

  it('says when the next buy is due', () => {
    const b = bench();
    run(b, 2);
    expect(b.lastDecision.code).toBe('DCA_HOLD');
    expect(b.lastDecision.inputs['nextBuy']).toMatch(/^2023-11-14T22:\d\d:00\.000Z$/);
  });

  it('keeps its grid over a restart and does not make up for slots it missed', () => {
    const b = bench();
    run(b, 5);
    b.restart();
    b.now += 30 * 60_000;
    expect(run(b, 20)).toEqual([1, 6, 16]);
  });

  it('rounds an interval up to the next completed bar', () => {
    const b = bench({ every: '150s' });
    expect(run(b, 12)).toEqual([1, 4, 6, 9, 11]);
  });
});

describe('the budget', () => {
  it('stops buying when the next buy would exceed it', () => {
    const b = bench({ budget: '250 USDT' });
    expect(run(b, 40)).toEqual([1, 11]);
    expect(b.lastDecision.code).toBe('DCA_BUDGET_SPENT');
    expect(b.position.cost.lte(250)).toBe(true);
  });

  it('is spent whole in every round, whatever earlier sales have left', () => {
    // Four buys of 100 are the budget, each of 99 lots whose fee is taken in the coin: a sale of 395.604 lots leaves 0.604, worth more
    // than the four have left of the budget.
    const lotSize = dec('0.001');
    const instrument = { ...BTC, lotSize, minAmount: lotSize };
    const b = new StrategyBench({ kind: DCA, keys: { ...KEYS, budget: '400 USDT' }, instrument });
    for (let round = 0; round < 5; round += 1) {
      expect(run(b, 41, 1009.09)).toHaveLength(4);
      expect(b.lastDecision.code).toBe('DCA_BUDGET_SPENT');
      b.stop();
      expect(b.position.amount.gt(0)).toBe(true);
      expect(b.position.dust?.amount).toEqual(b.position.amount);
      b.now += 10 * 60_000;
    }
  });

  it('is for as many buys as it has amounts, though each costs a little more than it was sized for', () => {
    const b = bench({ budget: '400 USDT' });
    for (let bar = 0; bar < 41; bar += 1) {
      b.bar(1_000);
      b.lastPrice = 1_002;
      b.match();
    }
    const quotes = b.proposals.map(({ quote }) => Number(quote));
    expect(quotes.slice(0, 3)).toEqual([100, 100, 100]);
    expect(quotes).toHaveLength(4);
    expect(quotes[3]).toBeGreaterThanOrEqual(98);
    expect(quotes[3]).toBeLessThan(100);
    expect(b.lastDecision.code).toBe('DCA_BUDGET_SPENT');
  });

  it('buys again once the position was sold', () => {
    const b = bench({ budget: '100 USDT', amount: '90 USDT' });
    run(b, 15);
    expect(b.lastDecision.code).toBe('DCA_BUDGET_SPENT');
    b.stop();
    expect(run(b, 1)).toEqual([1]);
  });
});

describe('orders that come to nothing', () => {
  it('retries a refused buy with growing pauses and keeps the slot', () => {
    const b = bench({ every: '1h' });
    b.refusing = true;
    run(b, 7);
    expect(b.proposals).toHaveLength(3);
    b.refusing = false;
    expect(run(b, 10)).toHaveLength(1);
  });

  it('buys again for the same slot when the exchange rejected the order', () => {
    const b = bench({ every: '1h' });
    b.bar(1_000);
    const [order] = b.openOrders;
    if (!order) throw new Error('no order');
    b.close(order, 'REJECTED');
    expect(run(b, 3)).toHaveLength(1);
  });

  it('asks for nothing while an order is open, whatever its state', () => {
    const b = bench();
    b.bar(1_000);
    const [order] = b.openOrders;
    if (!order) throw new Error('no order');
    order.state = 'UNKNOWN';
    for (let i = 0; i < 30; i += 1) b.bar(1_000);
    expect(b.proposals).toHaveLength(1);
    expect(b.lastDecision.code).toBe('DCA_ORDER_OPEN');
  });
});

describe('dca parameters', () => {
  it('leave selling to the keys that every strategy has', () => {
    const b = bench({ take_profit: '2%', stop_loss: '5%' });
    expect(b.spec).toMatchObject({ takeProfit: 0.02, stopLoss: 0.05 });
    run(b, 1);
    expect(b.bar(1_000_000).code).toBe('DCA_HOLD');
  });

  it('refuses an amount above the budget and a schedule below the bar length', () => {
    const b = bench({ amount: '1001 USDT', every: '5m', timeframe: '1h' });
    expect(DCA.check(b.spec as never).map(({ path }) => path)).toEqual([['amount'], ['every']]);
  });
});
