/** What one order costs in a backtest, in counts and not in time: they may fall, never rise. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { measureOrderCosts, type OrderCost } from '../../builders/orderCost.ts';

/**
 * Most of each, per order. Lower them whenever something has become cheaper. The steps include one for the price within a bar that
 * the engine is told before something fills there. Those of a grid have risen with what it leaves becoming dust: over the same bars it
 * makes 4 % fewer orders, and fewer of everything.
 */
const MOST: Readonly<Record<string, Omit<OrderCost, 'orders'>>> = {
  grid: { bytes: 52_000, steps: 3.52, commits: 3.22, promises: 0.01, arithmetic: 294 },
  dca: { bytes: 64_000, steps: 4.01, commits: 4.15, promises: 0.01, arithmetic: 158 },
  trend: { bytes: 50_000, steps: 3.67, commits: 4.37, promises: 0.01, arithmetic: 178 },
  mean_reversion: { bytes: 60_000, steps: 3.67, commits: 4.33, promises: 0.01, arithmetic: 205 },
};

describe('an order in a backtest', () => {
  let costs: Readonly<Record<string, OrderCost>> = {};

  beforeAll(async () => {
    costs = await measureOrderCosts();
  }, 120_000);

  it.each(Object.entries(MOST))('costs a %s strategy no more than on record', (kind, most) => {
    const cost = costs[kind];
    expect(cost?.orders).toBeGreaterThan(200);
    for (const [what, limit] of Object.entries(most)) {
      const per = cost?.[what as keyof OrderCost];
      expect({ what, isKept: (per ?? NaN) <= limit, per }).toMatchObject({ what, isKept: true });
    }
  });
});
