import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine } from '../../src/simulator/engine/engine.ts';
import { selfCheck } from '../../src/simulator/engine/selfCheck.ts';
import type { AccountTrade, Order, OrderRequest } from '../../src/simulator/engine/types.ts';
import { makeInstrument } from '../../src/simulator/engine/types.ts';

const INSTRUMENT = makeInstrument({
  base: 'BTC',
  quote: 'USDT',
  priceDecimals: 2,
  lotDecimals: 5,
  minNotional: 0n,
});
const UNIT = 100_000_000n;

const request = fc.record({
  accountId: fc.constantFrom('ann', 'bob', 'cat'),
  instrumentId: fc.constant(INSTRUMENT.id),
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  type: fc.constantFrom(
    'LIMIT' as const,
    'LIMIT' as const,
    'MARKET' as const,
    'LIMIT_MAKER' as const,
  ),
  timeInForce: fc.constantFrom('GTC' as const, 'GTC' as const, 'IOC' as const, 'FOK' as const),
  ticks: fc.integer({ min: 990, max: 1010 }),
  lots: fc.integer({ min: 1, max: 50_000 }),
  quoteBudget: fc.constantFrom(0n, 0n, 3n * UNIT),
  clientOrderId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
});

type Operation = { kind: 'place'; request: OrderRequest } | { kind: 'cancel'; pick: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: request.map((made): Operation => ({ kind: 'place', request: normal(made) })),
  },
  { weight: 1, arbitrary: fc.nat().map((pick): Operation => ({ kind: 'cancel', pick })) },
);

/** A market order by quote has no quantity, any other no budget. */
function normal(made: OrderRequest): OrderRequest {
  const isByQuote = made.type === 'MARKET' && made.quoteBudget > 0n;
  const timeInForce = made.type === 'LIMIT' ? made.timeInForce : 'GTC';
  return {
    ...made,
    timeInForce,
    lots: isByQuote ? 0 : made.lots,
    quoteBudget: isByQuote ? made.quoteBudget : 0n,
  };
}

interface Run {
  readonly engine: Engine;
  readonly orders: Order[];
  readonly fills: AccountTrade[];
}

function run(operations: readonly Operation[], afterEach: (run: Run) => void): Run {
  const fills: AccountTrade[] = [];
  const engine = new Engine([INSTRUMENT], {
    onOrder: (_order, _execution, fill) => {
      if (fill !== undefined) fills.push(fill);
    },
    onTrade: () => undefined,
    onLevel: () => undefined,
  });
  for (const id of ['ann', 'bob', 'cat']) {
    const balances = new Map([
      ['USDT', 40n * UNIT],
      ['BTC', 3n * UNIT],
    ]);
    engine.openAccount({ id, balances, makerPpm: 750, takerPpm: 1000, isHouse: false });
  }
  const state: Run = { engine, orders: [], fills };
  for (const [index, step] of operations.entries()) {
    if (step.kind === 'place') {
      const result = engine.place(step.request, index);
      if (result.ok) state.orders.push(result.order);
    } else if (state.orders.length > 0) {
      const order = state.orders[step.pick % state.orders.length];
      if (order !== undefined) engine.cancel(order, index);
    }
    afterEach(state);
  }
  return state;
}

const operations = fc.array(operation, { minLength: 1, maxLength: 120 });

describe('the matching engine, whatever is asked of it', () => {
  it('conserves every asset, locks what open orders need and never crosses its book', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        run(steps, ({ engine }) => {
          expect(selfCheck(engine)).toEqual([]);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('never fills beyond a limit price', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const { orders, fills } = run(steps, () => undefined);
        const byId = new Map(orders.map((order) => [order.id, order]));
        for (const fill of fills) {
          const limit = byId.get(fill.orderId)?.ticks ?? 0;
          if (limit > 0)
            expect(fill.side === 'BUY' ? fill.ticks <= limit : fill.ticks >= limit).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('reports fills that sum to what each order says it has filled, and never more than was ordered', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const { orders, fills } = run(steps, () => undefined);
        for (const order of orders) {
          const own = fills.filter((fill) => fill.orderId === order.id);
          expect(own.reduce((sum, fill) => sum + fill.lots, 0)).toBe(order.filledLots);
          expect(own.reduce((sum, fill) => sum + fill.quote, 0n)).toBe(order.filledQuote);
          expect(order.filledLots).toBeLessThanOrEqual(order.lots);
          expect(order.status === 'FILLED').toBe(order.filledLots === order.lots && order.lots > 0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives everything back that was not traded once all orders are cancelled', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const { engine, orders } = run(steps, () => undefined);
        for (const order of orders) engine.cancel(order, 1_000);
        for (const account of engine.accounts.values()) {
          for (const balance of account.balances.values()) expect(balance.locked).toBe(0n);
          expect(account.open.size).toBe(0);
        }
        expect(selfCheck(engine)).toEqual([]);
        expect(
          engine.book(INSTRUMENT.id).bids.levelCount + engine.book(INSTRUMENT.id).asks.levelCount,
        ).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
