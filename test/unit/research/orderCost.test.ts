/** What one order costs in a backtest, in counts and not in time: they may fall, never rise. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { measureOrderCosts, type OrderCost } from '../../builders/orderCost.ts';

/**
 * Most of each, per order. Lower them whenever something has become cheaper. The steps include one for the price within a bar that
 * the engine is told before something fills there.
 */
const MOST: Readonly<Record<string, Omit<OrderCost, 'orders'>>> = {
  grid: { bytes: 120_000, steps: 4.12, commits: 3.81, promises: 0.01, arithmetic: 785 },
  dca: { bytes: 65_000, steps: 5.01, commits: 5.15, promises: 0.01, arithmetic: 254 },
  trend: { bytes: 62_000, steps: 4.34, commits: 5.03, promises: 0.01, arithmetic: 184 },
  mean_reversion: { bytes: 74_000, steps: 4.34, commits: 5, promises: 0.01, arithmetic: 210 },
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
