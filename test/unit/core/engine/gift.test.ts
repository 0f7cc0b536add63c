import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { giftProblem } from '../../../../src/core/engine/gift.ts';
import { GuardWorld, type GuardWorldOptions } from '../../../builders/guardWorld.ts';

/** What is said of coins that are given while the last price is 100; the stop is 10 % under the average. */
function problemOf(amount: string, cost: string, options: GuardWorldOptions = {}): string {
  const { runtime } = new GuardWorld(options);
  return giftProblem(runtime, { amount: dec(amount), cost: dec(cost) });
}

describe('coins for a strategy', () => {
  it('are taken at a price a piece that its stop and its profit can live with', () => {
    expect(problemOf('1.5', '150')).toBe('');
    expect(problemOf('1.5', '165')).toBe('');
    expect(problemOf('1.5', '20', { spec: { takeProfit: 9 } })).toBe('');
    expect(problemOf('1', '999', { stopLoss: null })).toBe('');
  });

  it('are not, for a cost that is ten times off the market, either way', () => {
    expect(problemOf('1.5', '1501', { stopLoss: null })).toMatch(
      /^1\.5 BTC for 1501 USDT in all are 1000\.66\d+ a piece, more than 10 times off the last price, 100;/,
    );
    expect(problemOf('1.5', '14', { stopLoss: null })).toContain('more than 10 times off');
  });

  it('are not, when they would be sold at once', () => {
    expect(problemOf('1', '112')).toBe(
      'grid would sell all that it holds at once: at 112 a piece on average its stop-loss of 100.8 is reached by the last price, 100',
    );
    expect(problemOf('1', '90', { spec: { takeProfit: 0.1 } })).toContain(
      'its take-profit of 99 is reached by the last price, 100',
    );
  });

  it('are judged together with what it holds: the average goes by both', () => {
    const world = new GuardWorld();
    world.hold();
    const gift = (cost: string): string =>
      giftProblem(world.runtime, { amount: dec('1'), cost: dec(cost) });
    expect(gift('112')).toBe('');
    expect(gift('160')).toContain('sell all that it holds at once');
  });

  it('are not, when they are less than one order, or all of it is worth too little to be sold', () => {
    expect(problemOf('0.00000001', '0.000001')).toContain('is less than one order may be');
    const rules = { minNotional: dec('200') };
    expect(problemOf('1.5', '150', { rules })).toContain('could not be sold');
  });
});
