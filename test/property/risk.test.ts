import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dec,
  divide,
  isOnStep,
  minOf,
  sumOf,
  ZERO,
  type Decimal,
} from '../../src/core/domain/decimal.ts';
import { intentId, strategyId, type StrategyId } from '../../src/core/domain/ids.ts';
import type { OrderRecord, Proposal } from '../../src/core/domain/order.ts';
import { workingCost } from '../../src/core/domain/position.ts';
import {
  accountOf,
  applyFill as bookFill,
  createLedger,
  holdingOf,
  type Ledger,
} from '../../src/core/ledger/ledger.ts';
import { applyFill, newRecord } from '../../src/core/orders/lifecycle.ts';
import { orderIdentity } from '../../src/core/orders/clientOrderId.ts';
import { approve } from '../../src/core/risk/approve.ts';
import { ExposureBook, quoteNeeded } from '../../src/core/risk/exposure.ts';
import { aFill, anInstrument, BTC_USDT, BTC, T0, USDT } from '../builders/orders.ts';

const STRATEGIES = [strategyId('a'), strategyId('b'), strategyId('c')];
const BUDGET = dec('700');
const LIMITS = { maxTotalExposure: dec('1500'), priceBand: 0.2, maxOpenOrders: 8 };
const instrument = anInstrument({
  tickSize: dec('0.05'),
  lotSize: dec('0.003'),
  maxAmount: dec('4.0005'),
});

type Move =
  | { readonly kind: 'propose'; readonly who: number; readonly proposal: Proposal }
  | {
      readonly kind: 'fill';
      readonly which: number;
      readonly share: number;
      readonly better: number;
    }
  | { readonly kind: 'end'; readonly which: number }
  | { readonly kind: 'price'; readonly price: number };

const size = fc.oneof(
  fc
    .integer({ min: 1, max: 30_000 })
    .map((x) => ({ amount: divide(dec(x), dec(7_000), 30, 'half-even') })),
  fc
    .integer({ min: 1, max: 4_000 })
    .map((x) => ({ quote: divide(dec(x), dec(9), 30, 'half-even') })),
);
const type = fc.oneof(
  fc.constant({ type: 'market' as const }),
  fc.record({
    type: fc.constant('limit' as const),
    price: fc.double({ min: 78, max: 122, noNaN: true }),
  }),
);
const sidedly = fc.constantFrom(
  { purpose: 'entry' as const, side: 'buy' as const },
  { purpose: 'exit' as const, side: 'sell' as const },
);
const index = fc.nat({ max: 100 });
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('propose' as const),
      who: fc.nat({ max: 2 }),
      proposal: fc
        .tuple(size, type, sidedly)
        .map(([a, b, c]): Proposal => ({ reason: 'TEST', ...a, ...b, ...c })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      which: index,
      share: fc.integer({ min: 1, max: 4 }),
      better: fc.integer({ min: 0, max: 10 }),
    }),
  },
  fc.record({ kind: fc.constant('end' as const), which: index }),
  fc.record({
    kind: fc.constant('price' as const),
    price: fc.double({ min: 92, max: 108, noNaN: true }),
  }),
);

/** A small account driven as the engine drives it. */
class World {
  readonly ledger: Ledger = createLedger([{ asset: USDT, amount: dec('1300') }]);
  readonly book = new ExposureBook();
  readonly open: OrderRecord[] = [];
  readonly broken: string[] = [];
  sequence = 1;
  lastPrice = 100;

  must(name: string, holds: boolean): void {
    if (!holds) this.broken.push(name);
  }

  play(one: Move): void {
    if (one.kind === 'price') this.lastPrice = one.price;
    else if (one.kind === 'propose')
      this.propose(STRATEGIES[one.who] ?? strategyId('a'), one.proposal);
    else if (this.open.length > 0) {
      const order = this.open[one.which % this.open.length];
      if (order && one.kind === 'fill') this.fill(order, one);
      else if (order) this.close(order);
    }
  }

  propose(id: StrategyId, proposal: Proposal): void {
    const verdict = approve(proposal, {
      now: T0,
      armed: true,
      paused: false,
      stale: false,
      instrument,
      lastPrice: this.lastPrice,
      strategy: { id, budget: BUDGET },
      position: holdingOf(this.ledger, id, BTC_USDT).position,
      book: this.book,
      quoteBalance: accountOf(this.ledger, USDT).total,
      baseBalance: accountOf(this.ledger, BTC).total,
      limits: LIMITS,
      identify: (side) =>
        orderIdentity({
          instanceId: 'test',
          runId: 'run',
          sequence: this.sequence++,
          strategyId: id,
          symbol: BTC_USDT,
          side,
        }),
    });
    if (!verdict.ok) return;
    const { order } = verdict;
    this.must('amount on a lot', isOnStep(order.amount, instrument.lotSize) && order.amount.gt(0));
    this.must(
      'price on a tick',
      order.price === undefined || isOnStep(order.price, instrument.tickSize),
    );
    this.must('minimum amount', order.amount.gte(instrument.minAmount));
    this.must('maximum amount', order.amount.lte(instrument.maxAmount ?? order.amount));
    this.must(
      'minimum notional',
      order.referencePrice.times(order.amount).gte(instrument.minNotional),
    );
    const record = newRecord(order);
    this.open.push(record);
    this.book.reserve(record, instrument);
  }

  /** At the reference price or better, fee in the received asset. */
  fill(
    order: OrderRecord,
    { share, better }: { readonly share: number; readonly better: number },
  ): void {
    const { intent } = order;
    const left = intent.amount.minus(order.filled);
    const amount = share === 1 ? left : minOf(left, instrument.lotSize.times(share * 20));
    const isBuy = intent.side === 'buy';
    const price = intent.referencePrice.times(isBuy ? 1 - better / 100 : 1 + better / 100);
    const fee = (isBuy ? amount : price.times(amount)).times(instrument.takerFee);
    const fill = aFill({ side: intent.side, price, amount, fee, feeAsset: isBuy ? BTC : USDT });
    applyFill(order, fill);
    const attributed = { fill, strategyId: intent.strategyId, intentId: intentId('test-1') };
    this.book.setPosition(bookFill(this.ledger, attributed, instrument).position);
    if (order.state === 'FILLED') this.close(order);
    else this.book.reserve(order, instrument);
  }

  close(order: OrderRecord): void {
    this.book.release(order.intent.intentId);
    this.open.splice(this.open.indexOf(order), 1);
  }

  openOf(id: StrategyId, side: 'buy' | 'sell'): OrderRecord[] {
    return this.open.filter(({ intent }) => intent.strategyId === id && intent.side === side);
  }

  /** Exposure from first principles. */
  exposureOf(id: StrategyId): Decimal {
    const cost = workingCost(holdingOf(this.ledger, id, BTC_USDT).position);
    return cost.plus(
      sumOf(
        this.openOf(id, 'buy').map(({ intent, filled }) =>
          quoteNeeded(intent.referencePrice, intent.amount.minus(filled), instrument),
        ),
      ),
    );
  }

  check(): void {
    let total = ZERO;
    for (const id of STRATEGIES) {
      const exposure = this.exposureOf(id);
      total = total.plus(exposure);
      this.must('strategy exposure', exposure.lte(BUDGET));
      const promised = sumOf(
        this.openOf(id, 'sell').map(({ intent, filled }) => intent.amount.minus(filled)),
      );
      this.must(
        'sells are covered',
        promised.lte(holdingOf(this.ledger, id, BTC_USDT).position.amount),
      );
    }
    this.must('total exposure', total.lte(LIMITS.maxTotalExposure));
    this.must(
      'the book agrees',
      this.book.total.eq(total) && this.book.openOrders === this.open.length,
    );
    this.must('open orders', this.openBuys() <= LIMITS.maxOpenOrders);
    this.must(
      'buys are funded',
      this.book.reservedQuote(USDT).lte(accountOf(this.ledger, USDT).total),
    );
  }

  openBuys(): number {
    return this.open.filter(({ intent }) => intent.side === 'buy').length;
  }
}

describe('risk, over any sequence of proposals, fills and ends', () => {
  it('keeps every limit, never promises more than is held, and stays on ticks and lots', () => {
    let approved = 0;
    fc.assert(
      fc.property(fc.array(move, { minLength: 5, maxLength: 40 }), (moves) => {
        const world = new World();
        for (const one of moves) {
          world.play(one);
          world.check();
        }
        expect(world.broken).toEqual([]);
        approved += world.sequence - 1;
      }),
      { numRuns: 300 },
    );
    // The sequences must reach the limits, or they prove nothing.
    expect(approved).toBeGreaterThan(500);
  });
});
