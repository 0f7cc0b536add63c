/** For any recording and any users' orders: who is filled by which print, and by how much. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TRADES, writeRows } from '../../../builders/recordings.ts';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import type { Order, Side } from '../../../../src/simulator/engine/types.ts';
import { World } from '../../../../src/simulator/market/world.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-fills-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A print: ticks of 0.01, lots of 0.001. */
interface Print {
  readonly ticks: number;
  readonly lots: number;
  readonly isBuy: boolean;
}

const CENTRE = 100_000;
const print = fc.record({
  ticks: fc.integer({ min: CENTRE - 6, max: CENTRE + 6 }),
  lots: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 200, max: 2_000 })),
  isBuy: fc.boolean(),
});
const prints = fc.array(print, { minLength: 4, maxLength: 40 });

/** Print `index` happens at this market time. */
const timeOf = (index: number): number => 60_000 + (index + 1) * 1_000;

function replay(recorded: readonly Print[]): World {
  const rows = recorded.map(({ ticks, lots, isBuy }, index) => [
    timeOf(index),
    (ticks / 100).toFixed(2),
    (lots / 1_000).toFixed(3),
    isBuy ? 'buy' : 'sell',
    index + 10,
  ]);
  const past = [
    [0, '1000.00', '0.001', 'buy', 1],
    [1_000, '1000.01', '0.001', 'buy', 2],
  ];
  const file = writeRows(folder, 'x_BTCUSDT_trades', TRADES, [...past, ...rows]);
  return new World({
    seed: 1,
    startAtMs: 0,
    historyBars: 1,
    accounts: [{ id: 'ann', balances: { USDT: '1000000000', BTC: '1000000' } }],
    replay: { files: [{ file }] },
  });
}

function rest(
  world: World,
  order: { readonly side: Side; readonly ticks: number; readonly lots: number },
): Order | undefined {
  const result = world.place({
    ...order,
    accountId: 'ann',
    instrumentId: 'BTCUSDT',
    type: 'LIMIT_MAKER',
    timeInForce: 'GTC',
    quoteBudget: 0n,
    clientOrderId: `c${String(world.engine.counters.orderId)}`,
  });
  return result.ok ? result.order : undefined;
}

const order = fc.record({
  side: fc.constantFrom<Side>('BUY', 'SELL'),
  ticks: fc.integer({ min: CENTRE - 8, max: CENTRE + 8 }),
  lots: fc.integer({ min: 1, max: 500 }),
  after: fc.nat({ max: 10 }),
});

/** What a resting order should get, from the rule alone. */
class Queue {
  filled = 0;
  /** A print at the price traded with what was ahead. */
  isEaten = false;
  readonly #order: { readonly side: Side; readonly ticks: number; readonly lots: number };
  #ahead: number;

  constructor(order: { side: Side; ticks: number; lots: number }, ahead: number) {
    this.#order = order;
    this.#ahead = ahead;
  }

  meet({ ticks, lots, isBuy }: Print): void {
    const { side, ticks: limit, lots: wanted } = this.#order;
    const distance = side === 'BUY' ? limit - ticks : ticks - limit;
    if (distance < 0 || (distance === 0 && isBuy !== (side === 'SELL'))) return;
    if (distance > 0) this.#ahead = 0;
    const traded = Math.min(this.#ahead, lots);
    if (traded > 0) this.isEaten = true;
    this.#ahead -= traded;
    this.filled += Math.min(wanted - this.filled, lots - traded);
  }
}

describe('a resting order in any replay', () => {
  it('has exactly what went through its price, and what was left at it after the queue', () => {
    let filled = 0;
    let queued = 0;
    const property = fc.property(prints, order, (recorded, { after, ...wanted }) => {
      const world = replay(recorded);
      const first = Math.min(after, recorded.length - 1);
      world.advanceTo(timeOf(first) - 1);
      const { book } = world.market('BTCUSDT');
      const queue = new Queue(wanted, book.own(wanted.side).level(wanted.ticks)?.lots ?? 0);
      const resting = rest(world, wanted);
      fc.pre(resting !== undefined);
      for (const [index, recordedPrint] of recorded.entries()) {
        if (index < first) continue;
        world.advanceTo(timeOf(index));
        queue.meet(recordedPrint);
        expect(resting.filledLots).toBe(queue.filled);
      }
      if (queue.isEaten) queued += 1;
      filled += queue.filled;
      expect(selfCheck(world.engine)).toEqual([]);
    });
    fc.assert(property, { numRuns: 300, seed: 7 });
    expect([filled > 0, queued > 0]).toEqual([true, true]);
  });

  it('shares no more than the print with all others, and leaves the tape as it was recorded', () => {
    let shared = 0;
    const property = fc.property(
      prints,
      fc.array(order, { minLength: 1, maxLength: 12 }),
      (recorded, orders) => {
        const world = replay(recorded);
        const filledAt = new Map<number, { lots: number; ids: Set<number> }>();
        world.observe({
          onOrder: (filledOrder, _execution, fill) => {
            if (fill === undefined) return;
            const at = filledAt.get(fill.timeMs) ?? { lots: 0, ids: new Set<number>() };
            at.lots += fill.lots;
            at.ids.add(filledOrder.id);
            filledAt.set(fill.timeMs, at);
          },
        });
        for (const [index, { lots }] of recorded.entries()) {
          for (const { after, ...wanted } of orders) if (after === index) rest(world, wanted);
          world.advanceTo(timeOf(index));
          const at = filledAt.get(timeOf(index));
          if (at === undefined) continue;
          expect(at.lots).toBeLessThanOrEqual(lots);
          if (at.ids.size > 1) shared += 1;
        }
        const isAtPrint = [...filledAt.keys()].every((ms) => ms % 1_000 === 0);
        expect(isAtPrint).toBe(true);
        expect(selfCheck(world.engine)).toEqual([]);
        const tape = world.trades('BTCUSDT').map(({ price, amount }) => [price, amount]);
        expect(tape).toEqual(
          recorded.map(({ ticks, lots }) => [(ticks / 100).toFixed(2), (lots / 1_000).toFixed(3)]),
        );
      },
    );
    fc.assert(property, { numRuns: 100, seed: 8 });
    expect(shared).toBeGreaterThan(0);
  });
});
