import { describe, expect, it } from '@jest/globals';
import { dec, divide, roundTo } from '../../../../../src/core/domain/decimal.ts';
import { asset } from '../../../../../src/core/domain/ids.ts';
import type { OrderRecord } from '../../../../../src/core/domain/order.ts';
import { GRID } from '../../../../../src/core/strategies/grid/kind.ts';
import { StrategyBench, type BenchOptions } from '../../../../builders/strategyContext.ts';

/** Lines at 900, 950, 1000, 1050, 1100 around the first price of 1000. */
const KEYS = { lower: '-10%', upper: '10%', lines: 5, spacing: 'arithmetic' };

function bench(
  keys: Readonly<Record<string, unknown>> = {},
  more: Partial<BenchOptions> = {},
): StrategyBench {
  return new StrategyBench({ kind: GRID, ...more, keys: { ...KEYS, ...keys } });
}

function order(b: StrategyBench, tag: string): OrderRecord {
  const found = b.openOrder(tag);
  if (!found) throw new Error(`no open order ${tag}: ${b.open.join(', ')}`);
  return found;
}

describe('the grid at the start', () => {
  it('buys on the lines below the price, nearest first, and sells nothing', () => {
    const b = bench();
    b.bar(1_010);
    expect(b.open).toEqual(['buy 959.5', 'buy 909']);
    expect(b.lastDecision.code).toBe('GRID_WORKING');
  });

  it('leaves the line at the price alone', () => {
    const b = bench();
    b.bar(1_000);
    expect(b.open).toEqual(['buy 950', 'buy 900']);
  });

  it('buys with limit orders, or with post-only ones when asked to', () => {
    const plain = bench();
    plain.bar(1_000);
    const careful = bench({ post_only: true });
    careful.bar(1_000);
    expect(plain.orders[0]?.intent.type).toBe('limit');
    expect(careful.orders[0]?.intent.type).toBe('limit_maker');
  });

  it('has only the nearest orders open', () => {
    const b = bench({ lines: 9, max_open_orders: 2 });
    b.bar(1_000);
    expect(b.open).toEqual(['buy 975', 'buy 950']);
  });

  it('says why it does not trade when a cell would get too little', () => {
    const b = bench({ budget: '16 USDT' });
    b.bar(1_000);
    expect(b.lastDecision.code).toBe('GRID_STAKE_TOO_SMALL');
    expect(b.proposals).toEqual([]);
  });

  it('buys at market what the lines above are to sell, when a balanced start is asked for', () => {
    const b = bench({ initial_position: 'balanced' });
    b.bar(1_000);
    expect(b.open).toEqual(['buy market']);
    b.bar(1_000);
    expect(b.lastDecision.code).toBe('GRID_STARTING');
    b.match();
    b.bar(1_000);
    expect([...b.open].sort()).toEqual(['buy 900', 'buy 950', 'sell 1050', 'sell 1100']);
    expect(b.position.cost.lte(1_000)).toBe(true);
  });
});

describe('the mirror', () => {
  it('answers a filled buy at once with a sell of what was received, one line up', () => {
    const b = bench();
    b.bar(1_000);
    const buy = order(b, 'L02');
    b.lastPrice = 949;
    b.fill(buy);
    const sell = order(b, 'L02');
    expect(sell.intent).toMatchObject({ side: 'sell', purpose: 'exit', reason: 'GRID_SELL' });
    expect(sell.intent.price?.toString()).toBe('1000');
    // The fee was taken in base: less can be sold than was bought.
    expect(sell.intent.amount.lt(buy.intent.amount)).toBe(true);
    expect(sell.intent.amount.lte(b.position.amount)).toBe(true);
  });

  it('answers a filled sell at once with the buy of the same line', () => {
    const b = bench();
    b.bar(1_000);
    b.lastPrice = 949;
    b.fill(order(b, 'L02'));
    b.lastPrice = 1_001;
    b.fill(order(b, 'L02'));
    expect(order(b, 'L02').intent).toMatchObject({ side: 'buy', reason: 'GRID_BUY' });
    expect(order(b, 'L02').intent.price?.toString()).toBe('950');
    expect(b.position.realisedPnl.gt(0)).toBe(true);
  });

  it('waits for the end of a partly filled buy, then sells exactly what it filled', () => {
    const b = bench();
    b.bar(1_000);
    const buy = order(b, 'L02');
    b.fill(buy, divide(buy.intent.amount, dec(3), 5, 'half-even'));
    b.bar(960);
    expect(order(b, 'L02')).toBe(buy);
    const held = b.position.amount;
    b.close(buy, 'CANCELLED');
    b.bar(961);
    expect(order(b, 'L02').intent.side).toBe('sell');
    expect(order(b, 'L02').intent.amount.toString()).toBe(roundTo(held, 5, 'down').toString());
  });

  it('cancels the rest of a partly filled buy once the price has passed its selling line', () => {
    const b = bench();
    b.bar(1_000);
    const buy = order(b, 'L02');
    b.fill(buy, divide(buy.intent.amount, dec(3), 5, 'half-even'));
    b.bar(1_020);
    expect(buy.cancelRequested).toBe(true);
  });

  it('sells less than a lot that was left with the next round, never losing it', () => {
    const b = bench();
    b.bar(1_000);
    const left: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      b.lastPrice = 949;
      b.fill(order(b, 'L02'));
      b.lastPrice = 1_001;
      b.fill(order(b, 'L02'));
      left.push(b.position.amount.toString());
      expect(b.position.amount.lt('0.00001')).toBe(true);
    }
    expect(new Set(left).size).toBeGreaterThan(1);
  });

  it('sells all of it when fees are charged in a third asset', () => {
    const b = bench({}, { feeAsset: () => asset('BNB') });
    b.bar(1_000);
    for (let round = 0; round < 5; round += 1) {
      b.lastPrice = 949;
      b.fill(order(b, 'L02'));
      b.lastPrice = 1_001;
      b.fill(order(b, 'L02'));
    }
    expect(b.position.amount.isZero()).toBe(true);
  });

  it('counts a fill that comes after its order was thought cancelled', () => {
    const b = bench();
    b.bar(1_000);
    const buy = order(b, 'L02');
    b.close(buy, 'CANCELLED');
    b.fill(buy, divide(buy.intent.amount, dec(2), 5, 'half-even'));
    b.bar(960);
    expect(order(b, 'L02').intent.side).toBe('sell');
  });
});

describe('refusals and rejections', () => {
  it('asks again on later bars with growing pauses, not in a loop', () => {
    const b = bench();
    b.refusing = true;
    for (let i = 0; i < 60; i += 1) b.bar(1_000 + (i % 3));
    expect(b.proposals.length).toBeLessThan(3 * 8);
    b.refusing = false;
    for (let i = 0; i < 64; i += 1) b.bar(1_000 + (i % 3));
    expect(b.open).toEqual(expect.arrayContaining(['buy 950', 'buy 900']));
  });

  it('waits before it replaces an order that the exchange rejected', () => {
    const b = bench();
    b.bar(1_000);
    const asked = b.proposals.length;
    b.close(order(b, 'L02'), 'REJECTED');
    expect(b.proposals).toHaveLength(asked);
    b.bar(1_001);
    b.bar(1_001);
    expect(order(b, 'L02').intent.side).toBe('buy');
  });

  it('never places a second order on a level whose order is UNKNOWN', () => {
    const b = bench();
    b.bar(1_000);
    order(b, 'L02').state = 'UNKNOWN';
    for (const price of [970, 1_020, 1_060, 940, 1_000]) b.bar(price);
    expect(b.orders.filter(({ intent }) => intent.tag === 'L02')).toHaveLength(1);
  });
});

describe('a moving market', () => {
  it('adds buys below as the price rises through lines', () => {
    const b = bench();
    b.bar(1_000);
    b.bar(1_060);
    expect([...b.open].sort()).toEqual(['buy 1000', 'buy 1050', 'buy 900', 'buy 950']);
  });

  it('makes room for nearer orders by cancelling the farthest', () => {
    const b = bench({ max_open_orders: 2 });
    b.bar(1_000);
    b.bar(1_060);
    b.match();
    b.bar(1_060);
    expect([...b.open].sort()).toEqual(['buy 1000', 'buy 1050']);
  });

  it('does nothing on bars that cross no line', () => {
    const b = bench();
    b.bar(1_000);
    const asked = b.proposals.length;
    for (let i = 0; i < 50; i += 1) b.bar(960 + (i % 30));
    expect(b.proposals).toHaveLength(asked);
  });

  it('holds below the range and says so', () => {
    const b = bench();
    b.bar(1_000);
    b.lastPrice = 850;
    b.match();
    b.bar(850);
    expect(b.lastDecision.code).toBe('GRID_BELOW');
    expect(b.lastDecision.inputs['holding']).toBe(2);
    expect([...b.open].sort()).toEqual(['sell 1000', 'sell 950']);
  });

  it('sells at the market what it still holds once the price has left its line far behind', () => {
    const b = bench({}, { priceBand: 0.05 });
    b.bar(1_000);
    b.refusing = true;
    b.lastPrice = 949;
    b.fill(order(b, 'L02'));
    b.refusing = false;
    b.bar(1_200);
    b.bar(1_200);
    expect(b.open).toContain('sell 1198.8');
    b.match();
    expect(b.position.amount.lt('0.00001')).toBe(true);
  });

  it('stays where it is above the range unless told to follow', () => {
    const b = bench();
    b.bar(1_000);
    b.bar(1_200);
    expect(b.lastDecision.code).toBe('GRID_ABOVE');
    expect(b.lastDecision.inputs).toMatchObject({ lower: 900, orders: 4 });
  });

  it('lays the range anew around the price once it is above and nothing is held', () => {
    const b = bench({ recenter: 'when_flat' });
    b.bar(1_000);
    b.bar(1_200);
    expect(b.lastDecision.code).toBe('GRID_RECENTERING');
    b.match();
    b.bar(1_200);
    expect([...b.open].sort()).toEqual(['buy 1080', 'buy 1140']);
  });

  it('does not lay it anew while something is held', () => {
    const b = bench({ recenter: 'when_flat' });
    b.bar(1_000);
    b.lastPrice = 949;
    b.fill(order(b, 'L02'));
    b.bar(1_200);
    expect(b.lastDecision.code).toBe('GRID_ABOVE');
  });
});

describe('after a stop', () => {
  it('begins anew around the price then, when the range is in percent', () => {
    const b = bench();
    b.bar(1_000);
    b.lastPrice = 940;
    b.match();
    b.stop();
    b.bar(800);
    expect([...b.open].sort()).toEqual(['buy 720', 'buy 760']);
  });

  it('keeps its lines when they are prices', () => {
    const b = bench({ lower: '900 USDT', upper: '1100 USDT' });
    b.bar(1_000);
    b.lastPrice = 940;
    b.match();
    b.stop();
    b.bar(960);
    expect([...b.open].sort()).toEqual(['buy 900', 'buy 950']);
  });
});

describe('the memory of the grid', () => {
  it('keeps lines, orders and amounts of every level over a restart', () => {
    const b = bench();
    b.bar(1_000);
    b.lastPrice = 949;
    b.fill(order(b, 'L02'));
    const asked = b.proposals.length;
    const before = b.strategy.snapshot();
    b.restart();
    expect(b.strategy.snapshot()).toEqual(before);
    b.bar(955);
    expect(b.proposals).toHaveLength(asked);
    b.lastPrice = 1_001;
    b.fill(order(b, 'L02'));
    expect(order(b, 'L02').intent.price?.toString()).toBe('950');
  });

  it('remembers that an order was refused and is still wanted', () => {
    const b = bench();
    b.refusing = true;
    b.bar(1_000);
    b.refusing = false;
    b.restart();
    for (let i = 0; i < 3; i += 1) b.bar(1_000);
    expect(b.open).toEqual(['buy 950', 'buy 900']);
  });

  it('takes in fills and ends that are told after the restart', () => {
    const b = bench();
    b.bar(1_000);
    const buy = order(b, 'L02');
    b.restart();
    b.fill(buy);
    expect(order(b, 'L02').intent.side).toBe('sell');
  });

  it('finds orders and amounts that its snapshot does not know', () => {
    const b = bench();
    b.bar(1_000);
    const old = b.strategy.snapshot();
    b.lastPrice = 949;
    b.fill(order(b, 'L02'));
    b.restart(old);
    b.bar(955);
    expect(b.orders.filter(({ intent }) => intent.tag === 'L02')).toHaveLength(2);
    b.lastPrice = 1_001;
    b.fill(order(b, 'L02'));
    expect(b.position.amount.lt('0.00001')).toBe(true);
  });

  it('spreads a position it has no memory of over the lines above the price', () => {
    const b = bench({ initial_position: 'balanced' });
    b.bar(1_000);
    b.match();
    b.strategy = b.kind.create(b.spec);
    b.bar(1_000);
    expect(b.open.filter((text) => text.startsWith('sell'))).not.toHaveLength(0);
    expect(b.open.filter((text) => text === 'buy market')).toHaveLength(0);
  });

  it('cancels everything and lays the grid anew when the file’s range has changed', () => {
    const b = bench();
    b.bar(1_000);
    const snapshot = b.strategy.snapshot();
    const changed = bench({ lines: 3 });
    b.strategy = changed.strategy;
    b.strategy.restore(snapshot);
    b.bar(1_000);
    expect(b.lastDecision.code).toBe('GRID_RELAYING');
    b.match();
    b.bar(1_000);
    expect(b.open).toEqual(['buy 900']);
  });

  it('refuses a foreign snapshot', () => {
    expect(() => {
      bench().strategy.restore({ version: 1, lines: [1] });
    }).toThrow(/^SNAPSHOT_INVALID: grid: /);
  });
});

describe('grid parameters', () => {
  it.each([
    [{ lower: '-5%', upper: '1100 USDT' }, ['upper']],
    [{ lower: '5%', upper: '-5%' }, ['lower']],
    [{ lower: '-100%', upper: '5%' }, ['lower']],
    [{ lower: '900 USDT', upper: '1100 USDT', recenter: 'when_flat' }, ['recenter']],
  ])('refuses %j', (keys, path) => {
    expect(GRID.check(bench(keys).spec as never).map((problem) => problem.path)).toEqual([path]);
  });
});
