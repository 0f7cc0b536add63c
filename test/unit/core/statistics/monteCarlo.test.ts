import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../../src/core/domain/random.ts';
import { drawnReturns, tradeOrder } from '../../../../src/core/statistics/monteCarlo.ts';

const random = (): Random => Random.stream(1, 'draws');

describe('other orders of the same trades', () => {
  it('by hand: +10 and −10 on 100 fall by 10 of 100 or by 10 of 110', () => {
    const found = tradeOrder([10, -10], 100, { random: random(), within: 1 });
    expect(found?.actual).toBeCloseTo(10 / 110, 12);
    expect(found?.drawdown.low).toBeCloseTo(10 / 110, 12);
    expect(found?.drawdown.high).toBeCloseTo(0.1, 12);
    // The actual order is the shallower of both: every order is at least as deep.
    expect(found?.asDeep).toBe(1);
    expect(tradeOrder([-10, 10], 100, { random: random() })?.asDeep).toBeCloseTo(0.5, 1);
  });

  it('are never shallower than the deepest single loss allows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 }),
        (profits) => {
          const found = tradeOrder(profits, 100, { random: random(), draws: 20, within: 1 });
          const worst = Math.max(0, ...profits.map((profit) => -profit));
          const won = profits.reduce((sum, profit) => sum + Math.max(0, profit), 0);
          expect(found?.drawdown.low).toBeGreaterThanOrEqual(worst / (100 + won) - 1e-12);
          expect(found?.drawdown.high).toBeLessThanOrEqual(1);
        },
      ),
    );
    expect(tradeOrder([], 100, { random: random() })).toBeUndefined();
  });
});

describe('returns drawn anew', () => {
  it('keep their mean, and lose about as often as theory says', () => {
    const source = Random.stream(3, 'returns');
    const returns = Array.from({ length: 400 }, () => 0.001 + 0.02 * source.normal());
    const found = drawnReturns(returns, { random: random(), meanBlock: 1 });
    const mean = returns.reduce((sum, r) => sum + r, 0) / 400;
    const deviation = Math.sqrt(returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 399);
    expect(found?.sharpe.median).toBeCloseTo(mean / deviation, 1);
    // The ratio's error is 1/√400 = 0.05: 90 % lie within ± 1.645 × 0.05.
    expect((found?.sharpe.high ?? 0) - (found?.sharpe.low ?? 0)).toBeCloseTo(3.29 * 0.05, 1);
    expect(found?.totalReturn.low).toBeLessThan(found?.totalReturn.median ?? -1);
  });

  it('never lose when nothing was lost', () => {
    const found = drawnReturns([0.01, 0.02, 0.03], { random: random() });
    expect(found).toMatchObject({ lossShare: 0, drawdown: { high: 0 } });
    expect(drawnReturns([0.1], { random: random() })).toBeUndefined();
  });
});
