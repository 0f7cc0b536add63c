import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Market } from '../../../../../src/simulator/market/market.ts';
import { World } from '../../../../../src/simulator/market/world.ts';
import type { BookChange } from '../../../../../src/simulator/venues/okx/bookView.ts';
import { BookView } from '../../../../../src/simulator/venues/okx/bookView.ts';
import type { LevelRow } from '../../../../../src/simulator/venues/okx/marketData.ts';
import { bookRow } from '../../../../../src/simulator/venues/okx/marketData.ts';

/** Fewer than the book has, so that levels come into view and fall out of it. */
const DEPTH = 5;

function makeWorld(seed: number): World {
  return new World({
    seed,
    startAtMs: Date.UTC(2026, 0, 5),
    historyBars: 1,
    accounts: [{ id: 'user', balances: { USDT: '1000000', BTC: '10' } }],
  });
}

/** A client's copy of one side. */
function applied(
  copy: readonly LevelRow[],
  changes: readonly LevelRow[],
  sign: 1 | -1,
): LevelRow[] {
  const byPrice = new Map(copy.map((row) => [row[0], row]));
  for (const row of changes) {
    if (row[1] === '0') byPrice.delete(row[0]);
    else byPrice.set(row[0], row);
  }
  return [...byPrice.values()].sort((a, b) => sign * (Number(a[0]) - Number(b[0])));
}

function shown(market: Market): { asks: LevelRow[]; bids: LevelRow[] } {
  const { asks, bids } = bookRow(market, DEPTH, 0);
  return { asks: asks as unknown[] as LevelRow[], bids: bids as unknown[] as LevelRow[] };
}

const pricesAndLots = (rows: readonly LevelRow[]): string[] =>
  rows.map(([px, sz]) => `${px} ${sz}`);

describe('a book view', () => {
  it('for any course of a market, gives changes that make a copy equal to the best levels', () => {
    const step = fc.oneof(
      fc.record({ ms: fc.integer({ min: 1, max: 5_000 }) }),
      fc.record({ offset: fc.integer({ min: -300, max: 300 }), isBuy: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.nat(1_000), fc.array(step, { maxLength: 30 }), (seed, steps) => {
        const world = makeWorld(seed);
        const market = world.market('BTCUSDT');
        const view = new BookView(market, DEPTH);
        let copy = shown(market);
        for (const one of steps) {
          if ('ms' in one) world.advanceTo(world.nowMs + one.ms);
          else place(world, one.offset, one.isBuy);
          const before = view.seqId;
          const change: BookChange | undefined = view.advance();
          if (change === undefined) expect(view.seqId).toBe(before);
          else expect(view.seqId).toBe(market.book.updateId);
          copy = {
            asks: applied(copy.asks, change?.asks ?? [], 1),
            bids: applied(copy.bids, change?.bids ?? [], -1),
          };
          expect(pricesAndLots(copy.asks)).toEqual(pricesAndLots(shown(market).asks));
          expect(pricesAndLots(copy.bids)).toEqual(pricesAndLots(shown(market).bids));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has nothing to say of a book that stands still', () => {
    const view = new BookView(makeWorld(1).market('BTCUSDT'), DEPTH);
    expect(view.advance()).toBeUndefined();
  });
});

function place(world: World, offset: number, isBuy: boolean): void {
  const { bid } = world.market('BTCUSDT').touch();
  world.place({
    accountId: 'user',
    instrumentId: 'BTCUSDT',
    side: isBuy ? 'BUY' : 'SELL',
    type: 'LIMIT',
    timeInForce: 'GTC',
    ticks: (bid?.ticks ?? 6_000_000) + offset * 10,
    lots: 1_000,
    quoteBudget: 0n,
    clientOrderId: `c${String(world.engine.counters.orderId)}`,
  });
}
