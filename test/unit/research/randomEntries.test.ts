import { describe, expect, it } from '@jest/globals';
import { columnsOf } from '../../../src/core/domain/barColumns.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { IntentId } from '../../../src/core/domain/ids.ts';
import { randomBenchmark, type RandomInput } from '../../../src/research/randomEntries.ts';
import type { OwnedTrade } from '../../../src/research/tradeExcursions.ts';
import { BTC_USDT, GRID } from '../../builders/orders.ts';

const HOUR = 3_600_000;

/** A market that closes each bar where the next one opens. */
function market(prices: readonly number[]): RandomInput['spans'][number] {
  const columns = columnsOf(
    prices.slice(0, -1).map((open, row) => {
      const close = prices[row + 1] ?? open;
      const [high, low] = [Math.max(open, close), Math.min(open, close)];
      return { openTime: row * HOUR, open, high, low, close, volume: 1 };
    }),
  );
  const rows = columns.openTime.length;
  return { symbol: BTC_USDT, columns, rows, firstClose: 1, lastClose: 1, holes: new Map() };
}

function trade(bars: number, fees = '0'): OwnedTrade {
  return {
    ...{ strategyId: GRID, symbol: BTC_USDT, entryIntent: undefined },
    exitIntent: 'x' as IntentId,
    ...{ entryTime: 0, exitTime: bars * HOUR, amount: dec('1'), pnl: dec('0') },
    ...{ entryPaid: dec('100'), exitReceived: dec('100'), fees: dec(fees) },
  };
}

const input = (more: Partial<RandomInput>): RandomInput => ({
  ...{ draws: 500, seed: 1, endings: [], firstTime: 0, slippage: 0, budget: 100, result: 0 },
  ...{ trades: [trade(1)], spans: [] },
  ...more,
});

describe('random entries', () => {
  const doubling = market([1, 2, 4, 8, 16, 32]);

  it('hold as long as the trade did: two bars of a market that doubles give 300 % whenever they begin', () => {
    const benchmark = randomBenchmark(input({ trades: [trade(2)], spans: [doubling] }));
    expect(benchmark).toMatchObject({ draws: 500, seed: 1, mean: 3, low: 3, median: 3, high: 3 });
  });

  it('pay fees and slippage on both sides', () => {
    // 100 at 1 % of both sides of a flat market, and 10 % worse each way: 100 × 0.9 ÷ 1.1 = 81.82; fees 2 ÷ 200 of both.
    const flat = market([5, 5, 5, 5, 5]);
    const paid = randomBenchmark(input({ trades: [trade(1, '2')], spans: [flat], slippage: 0.1 }));
    const received = (100 * 0.9) / 1.1;
    expect(paid?.median).toBeCloseTo((received - 100 - 0.01 * (100 + received)) / 100, 12);
  });

  it('begin anywhere, evenly: the median of one bar in ups and downs is between them', () => {
    const prices = Array.from({ length: 202 }, (_each, n) => 100 + (n % 2));
    const benchmark = randomBenchmark(input({ spans: [market(prices)], draws: 4_000 }));
    expect(benchmark?.low).toBeCloseTo(-1 / 101, 3);
    expect(benchmark?.high).toBeCloseTo(1 / 100, 3);
    expect(Math.abs(benchmark?.mean ?? 1)).toBeLessThan(0.001);
  });

  it('say how many of them did worse', () => {
    const prices = Array.from({ length: 202 }, (_each, n) => 100 + (n % 2));
    const share = (result: number): number | undefined =>
      randomBenchmark(input({ spans: [market(prices)], draws: 2_000, result }))?.better_than;
    expect(share(-0.02)).toBe(0);
    expect(share(0.02)).toBe(1);
    expect(share(0)).toBeGreaterThan(0.45);
    expect(share(0)).toBeLessThan(0.55);
  });

  it('are the same for the same seed, and others for another', () => {
    const prices = Array.from({ length: 300 }, (_each, n) => 100 + Math.sin(n) * 10);
    const of = (seed: number) => randomBenchmark(input({ spans: [market(prices)], seed }));
    expect(of(7)).toEqual(of(7));
    expect(of(7)?.mean).not.toBe(of(8)?.mean);
  });

  it('begin no earlier than the run, and are none where nothing was traded', () => {
    const late = market([1, 1, 1, 1, 2, 4]);
    const benchmark = randomBenchmark(input({ spans: [late], firstTime: 3 * HOUR }));
    expect([benchmark?.low, benchmark?.high]).toEqual([1, 1]);
    expect(randomBenchmark(input({ trades: [], spans: [late] }))).toBeNull();
  });
});
