import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, sumOf, toText, type Decimal } from '../../src/core/domain/decimal.ts';
import type { OutcomeEvent } from '../../src/core/domain/events.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import { tradeId } from '../../src/core/domain/ids.ts';
import type {
  OrderRecord,
  OrderReport,
  OrderState,
  ReportedStatus,
} from '../../src/core/domain/order.ts';
import {
  applyFill,
  applyOutcome,
  applyReport,
  newRecord,
  requestCancel,
  type LifecycleResult,
} from '../../src/core/orders/lifecycle.ts';
import { isLegal } from '../../src/core/orders/transitions.ts';
import { aFill, anIntent, aReport, T0 } from '../builders/orders.ts';

type News =
  | { readonly kind: 'report'; readonly report: OrderReport }
  | { readonly kind: 'fill'; readonly fill: Fill }
  | { readonly kind: 'outcome'; readonly outcome: OutcomeEvent['outcome'] }
  | { readonly kind: 'cancel' };

const PARTS = 10;
const partsOf = (parts: number): Decimal => dec(parts).times('0.1');

/** Applies one piece of news as the engine does: each trade id once. */
function apply(record: OrderRecord, news: News, seen: Set<string>): LifecycleResult | undefined {
  switch (news.kind) {
    case 'report':
      return applyReport(record, news.report);
    case 'outcome':
      return applyOutcome(record, { outcome: news.outcome, message: '', at: T0 });
    case 'cancel':
      return requestCancel(record, T0);
    case 'fill': {
      if (seen.has(news.fill.tradeId)) return undefined;
      seen.add(news.fill.tradeId);
      return applyFill(record, news.fill);
    }
  }
}

/** What really happened to an order of ten parts: the fills, and whether the rest was cancelled. */
const history = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }),
    kept: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ sizes, kept }) => {
    const fills: number[] = [];
    for (const size of sizes.slice(0, kept)) {
      const left = PARTS - fills.reduce((sum, one) => sum + one, 0);
      if (left > 0) fills.push(Math.min(size, left));
    }
    return fills;
  });

function newsOf(sizes: readonly number[]): { readonly news: News[]; readonly isFull: boolean } {
  const news: News[] = [
    { kind: 'outcome', outcome: 'sending' },
    { kind: 'report', report: aReport() },
  ];
  let sum = 0;
  for (const [index, size] of sizes.entries()) {
    sum += size;
    const fill = aFill({ tradeId: tradeId(`t${index}`), amount: partsOf(size), at: T0 + index });
    news.push(
      { kind: 'fill', fill },
      { kind: 'report', report: aReport({ filled: partsOf(sum) }) },
    );
  }
  const isFull = sum === PARTS;
  const status = isFull ? 'closed' : 'canceled';
  news.push({ kind: 'report', report: aReport({ status, filled: partsOf(sum) }) });
  return { news, isFull };
}

/** What a result says about the state is what happened to it, and the table allows it. */
function expectStep(
  result: LifecycleResult | undefined,
  from: OrderState,
  state: OrderState,
): void {
  const change = result?.change;
  if (change === undefined) {
    expect(state).toBe(from);
    return;
  }
  expect([change.from, change.to]).toEqual([from, state]);
  expect(isLegal(change.from, change.to)).toBe(true);
}

describe('an order’s record', () => {
  it('ends the same, whatever order its news arrives in and however often', () => {
    const shuffled = history.chain((sizes) => {
      const { news } = newsOf(sizes);
      const order = fc.array(fc.nat({ max: news.length - 1 }), { maxLength: 20 });
      return fc.record({
        sizes: fc.constant(sizes),
        repeats: order,
        order: fc.shuffledSubarray(
          news.map((_one, index) => index),
          { minLength: news.length },
        ),
      });
    });
    fc.assert(
      fc.property(shuffled, ({ sizes, repeats, order }) => {
        const { news, isFull } = newsOf(sizes);
        const record = newRecord(anIntent());
        const seen = new Set<string>();
        // In memory it is SENDING before anything of it leaves: that word alone is never overtaken.
        apply(record, { kind: 'outcome', outcome: 'sending' }, seen);
        const notes = [...repeats, ...order, ...repeats].map((index) => {
          const one = news[index];
          return one && apply(record, one, seen)?.note?.code;
        });
        expect(record.state).toBe(isFull ? 'FILLED' : 'CANCELLED');
        expect(toText(record.filled)).toBe(toText(partsOf(sizes.reduce((a, b) => a + b, 0))));
        expect(notes).not.toContain('TRANSITION_ILLEGAL');
      }),
      { numRuns: 500 },
    );
  });

  it('only ever moves along the table, and always holds the sum of its fills', () => {
    const statuses: ReportedStatus[] = ['open', 'closed', 'canceled', 'expired', 'rejected'];
    const outcomes: OutcomeEvent['outcome'][] = [
      'sending',
      'rejected',
      'unknown',
      'notPlaced',
      'expired',
      'cancelFailed',
    ];
    const anyNews: fc.Arbitrary<News> = fc.oneof(
      fc
        .record({
          status: fc.constantFrom(...statuses),
          parts: fc.integer({ min: 0, max: PARTS + 2 }),
        })
        .map(({ status, parts }): News => ({
          kind: 'report',
          report: aReport({ status, filled: partsOf(parts) }),
        })),
      fc
        .record({ id: fc.nat({ max: 8 }), parts: fc.integer({ min: 1, max: PARTS }) })
        .map(({ id, parts }): News => ({
          kind: 'fill',
          fill: aFill({ tradeId: tradeId(`t${id}`), amount: partsOf(parts) }),
        })),
      fc.constantFrom(...outcomes).map((outcome): News => ({ kind: 'outcome', outcome })),
      fc.constant<News>({ kind: 'cancel' }),
    );
    fc.assert(
      fc.property(fc.array(anyNews, { maxLength: 15 }), (all) => {
        const record = newRecord(anIntent());
        const seen = new Set<string>();
        const counted: Decimal[] = [];
        for (const news of all) {
          const from = record.state;
          const result = apply(record, news, seen);
          if (news.kind === 'fill' && result) counted.push(news.fill.amount);
          expectStep(result, from, record.state);
          expect(record.filled.eq(sumOf(counted))).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
