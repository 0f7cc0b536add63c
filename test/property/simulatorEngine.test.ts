import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOpen } from '../../src/simulator/engine/account.ts';
import { Engine } from '../../src/simulator/engine/engine.ts';
import { selfCheck } from '../../src/simulator/engine/selfCheck.ts';
import type {
  AccountTrade,
  Amendment,
  Execution,
  Order,
  OrderRequest,
  Trade,
} from '../../src/simulator/engine/types.ts';
import { isRisingTrigger, makeInstrument } from '../../src/simulator/engine/types.ts';

const INSTRUMENT = makeInstrument({
  base: 'BTC',
  quote: 'USDT',
  priceDecimals: 2,
  lotDecimals: 5,
  minNotional: 0n,
});
const UNIT = 100_000_000n;
const ACCOUNTS = ['ann', 'bob', 'cat'];

const ticks = fc.integer({ min: 994, max: 1006 });
const TRIGGERED = ['STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'] as const;

const request = fc.record({
  accountId: fc.constantFrom(...ACCOUNTS),
  instrumentId: fc.constant(INSTRUMENT.id),
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  type: fc.constantFrom(
    ...(['LIMIT', 'LIMIT', 'LIMIT', 'MARKET', 'LIMIT_MAKER'] as const),
    ...TRIGGERED,
  ),
  timeInForce: fc.constantFrom('GTC' as const, 'GTC' as const, 'IOC' as const, 'FOK' as const),
  ticks,
  triggerTicks: ticks,
  lots: fc.integer({ min: 1, max: 50_000 }),
  quoteBudget: fc.constantFrom(0n, 0n, 3n * UNIT),
  clientOrderId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
});

type Operation =
  | { readonly kind: 'place'; readonly request: OrderRequest }
  | { readonly kind: 'pair'; readonly legs: readonly [OrderRequest, OrderRequest] }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'print'; readonly ticks: number }
  | { readonly kind: 'amend'; readonly pick: number; readonly to: Amendment };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: request.map((made): Operation => ({ kind: 'place', request: normal(made) })),
  },
  {
    weight: 1,
    arbitrary: request.map((made): Operation => ({ kind: 'pair', legs: pairOf(made) })),
  },
  { weight: 2, arbitrary: fc.nat().map((pick): Operation => ({ kind: 'cancel', pick })) },
  { weight: 1, arbitrary: ticks.map((at): Operation => ({ kind: 'print', ticks: at })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ pick: fc.nat(), ticks, lots: fc.integer({ min: 1, max: 50_000 }) })
      .map(({ pick, ...to }): Operation => ({ kind: 'amend', pick, to })),
  },
);

/** A market order by quote has no quantity, any other no budget; only the kinds with a trigger have one. */
function normal({ triggerTicks, ...made }: OrderRequest): OrderRequest {
  const isByQuote = made.type === 'MARKET' && made.quoteBudget > 0n;
  return {
    ...made,
    ...(isTriggered(made) && triggerTicks !== undefined && { triggerTicks }),
    timeInForce: made.type === 'MARKET' || made.type === 'LIMIT_MAKER' ? 'GTC' : made.timeInForce,
    lots: isByQuote ? 0 : made.lots,
    quoteBudget: isByQuote ? made.quoteBudget : 0n,
  };
}

function isTriggered({ type }: Pick<OrderRequest, 'type'>): boolean {
  return TRIGGERED.some((kind) => kind === type);
}

/** A limit order and a stop, as far from the middle as the request says. */
function pairOf(made: OrderRequest): readonly [OrderRequest, OrderRequest] {
  const { triggerTicks: _none, ...plain } = made;
  const away = made.side === 'SELL' ? 1 : -1;
  const distance = 1 + Math.abs(made.ticks - 1000);
  const common = { ...plain, timeInForce: 'GTC', quoteBudget: 0n } as const;
  const stopTicks = 1000 - away * distance;
  return [
    { ...common, type: 'LIMIT_MAKER', ticks: 1000 + away * distance },
    {
      ...common,
      type: 'STOP_LOSS_LIMIT',
      ticks: stopTicks,
      triggerTicks: stopTicks,
      clientOrderId: `${made.clientOrderId} stop`,
    },
  ];
}

/** What happened, and what was asked; the listener of the engine under test. */
class Run {
  readonly orders: Order[] = [];
  readonly fills: AccountTrade[] = [];
  readonly engine: Engine;
  /** When orders came into the market: the rank they have at their price. */
  readonly arrivals = new Map<number, number>();
  /** Prices of the call that is under way. */
  prices: number[] = [];
  /** Whether the amendment under way costs the order its place. */
  #isMoving = false;
  #clock = 0;
  readonly #onReport: (run: Run, order: Order, execution: Execution) => void;

  constructor(onReport: (run: Run, order: Order, execution: Execution) => void = () => undefined) {
    this.#onReport = onReport;
    this.engine = new Engine([INSTRUMENT], this);
    for (const id of ACCOUNTS) {
      const balances = new Map([
        ['USDT', 40n * UNIT],
        ['BTC', 3n * UNIT],
      ]);
      this.engine.openAccount({ id, balances, makerPpm: 750, takerPpm: 1000, isHouse: false });
    }
  }

  onOrder(order: Order, execution: Execution, fill: AccountTrade | undefined): void {
    this.#clock += 1;
    if (execution === 'NEW') this.orders.push(order);
    if (fill !== undefined) this.fills.push(fill);
    const isArriving =
      execution === 'TRIGGERED' ||
      (execution === 'NEW' && order.isTriggered) ||
      (execution === 'AMENDED' && this.#isMoving);
    if (isArriving) this.arrivals.set(order.id, this.#clock);
    this.#onReport(this, order, execution);
  }

  onTrade(trade: Trade): void {
    this.prices.push(trade.ticks);
  }

  onLevel(): void {
    // Levels are looked at in the book.
  }

  step(asked: Operation, nowMs: number): void {
    this.prices = [];
    const { engine } = this;
    switch (asked.kind) {
      case 'place':
        engine.place(asked.request, nowMs);
        break;
      case 'pair':
        engine.placeList({ clientListId: String(nowMs), legs: asked.legs }, nowMs);
        break;
      case 'print':
        this.prices.push(asked.ticks);
        engine.onLastPrice(INSTRUMENT.id, asked.ticks, nowMs);
        break;
      case 'cancel': {
        const order = this.#picked(asked.pick, this.orders);
        if (order !== undefined) engine.cancel(order, nowMs);
        break;
      }
      case 'amend': {
        const order = this.#picked(asked.pick, this.orders.filter(isOpen));
        if (order === undefined) break;
        this.#isMoving = asked.to.ticks !== order.ticks || asked.to.lots > order.lots;
        engine.amend(order, asked.to, nowMs);
      }
    }
  }

  #picked(pick: number, orders: readonly Order[]): Order | undefined {
    return orders[pick % Math.max(1, orders.length)];
  }

  /** Free and locked of every account and asset. */
  balances(): Map<string, readonly [free: bigint, locked: bigint]> {
    const all = [...this.engine.accounts.values()].flatMap(({ id, balances }) =>
      [...balances].map(([asset, { free, locked }]) => [`${id} ${asset}`, [free, locked]] as const),
    );
    return new Map(all);
  }

  /** Free and locked together. */
  totals(): bigint[] {
    return [...this.balances().values()].map(([free, locked]) => free + locked);
  }
}

function runAll(asked: readonly Operation[], run = new Run()): Run {
  for (const [index, step] of asked.entries()) run.step(step, index);
  return run;
}

/** As long as asked for: by default most would be too short for two orders to meet. */
const operations = fc.array(operation, { minLength: 1, maxLength: 120, size: 'max' });

describe('the matching engine, whatever is asked of it', () => {
  it('conserves every asset, locks what open orders need and never crosses its book', () => {
    fc.assert(
      fc.property(operations, (asked) => {
        const run = new Run();
        for (const [index, step] of asked.entries()) {
          run.step(step, index);
          expect(selfCheck(run.engine)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never fills beyond a limit price, as it was or was amended to be', () => {
    const check = (run: Run, { ticks: limit, side }: Order, execution: Execution): void => {
      const fill = run.fills.at(-1);
      if (execution !== 'TRADE' || fill === undefined || limit === 0) return;
      expect(side === 'BUY' ? fill.ticks <= limit : fill.ticks >= limit).toBe(true);
    };
    fc.assert(
      fc.property(operations, (asked) => {
        runAll(asked, new Run(check));
      }),
      { numRuns: 100 },
    );
  });

  it('trades the best price first, and at one price who came first', () => {
    const check = (run: Run, maker: Order, execution: Execution): void => {
      const fill = run.fills.at(-1);
      if (execution !== 'TRADE' || fill?.isMaker !== true) return;
      const side = run.engine.book(INSTRUMENT.id).own(maker.side);
      const others = [...side.orders()].filter((order) => order !== maker);
      const sign = maker.side === 'BUY' ? -1 : 1;
      const arrival = run.arrivals.get(maker.id) ?? 0;
      const isBehind = (other: Order): boolean =>
        other.ticks === fill.ticks
          ? (run.arrivals.get(other.id) ?? 0) > arrival
          : sign * other.ticks > sign * fill.ticks;
      expect(others.filter((other) => !isBehind(other))).toEqual([]);
    };
    fc.assert(
      fc.property(operations, (asked) => {
        runAll(asked, new Run(check));
      }),
      { numRuns: 100 },
    );
  });

  it('reports fills that sum to what each order says it has filled, and never more than was ordered', () => {
    fc.assert(
      fc.property(operations, (asked) => {
        const { orders, fills } = runAll(asked);
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

  it('frees on cancel exactly what was locked, and moves nothing else', () => {
    fc.assert(
      fc.property(operations, fc.nat(), (asked, pick) => {
        const run = runAll(asked);
        const open = run.orders.filter(isOpen);
        const order = open[pick % Math.max(1, open.length)];
        if (order === undefined) return;
        const pair: readonly Order[] = run.engine.lists.get(order.listId)?.orders ?? [order];
        const locked = pair.reduce((sum, leg) => sum + leg.locked, 0n);
        const key = `${order.accountId} ${order.side === 'BUY' ? 'USDT' : 'BTC'}`;
        const expected = run.balances();
        const [free = 0n, before = 0n] = expected.get(key) ?? [];
        expected.set(key, [free + locked, before - locked]);
        expect(run.engine.cancel(order, 1_000)).toBe(true);
        expect(run.balances()).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('changes nothing where it refuses an amendment, and moves no total where the order just rests', () => {
    fc.assert(
      fc.property(operations, fc.nat(), request, (asked, pick, to) => {
        const run = runAll(asked);
        const open = run.orders.filter(isOpen);
        const order = open[pick % Math.max(1, open.length)];
        if (order === undefined) return;
        const [before, totals, was] = [run.balances(), run.totals(), { ...order }];
        const result = run.engine.amend(order, to, 1_000);
        if (!result.ok) expect([run.balances(), { ...order }]).toEqual([before, was]);
        else if (result.fills.length === 0) expect(run.totals()).toEqual(totals);
        expect(selfCheck(run.engine)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('executes at most one order of a pair, and takes the other out of the market with the first fill', () => {
    fc.assert(
      fc.property(operations, (asked) => {
        const { engine } = runAll(asked);
        for (const { orders } of engine.lists.values()) {
          const traded = orders.filter(({ filledLots }) => filledLots > 0);
          expect(traded.length).toBeLessThanOrEqual(1);
          if (traded.length === 1) expect(orders.filter(isOpen)).toEqual(traded.filter(isOpen));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('fires a trigger only at a price that reaches it, and lets nothing trade before', () => {
    const check = (run: Run, order: Order, execution: Execution): void => {
      if (execution === 'TRADE') expect(run.arrivals.has(order.id)).toBe(true);
      if (execution !== 'TRIGGERED') return;
      const isReached = (price: number): boolean =>
        isRisingTrigger(order) ? price >= order.triggerTicks : price <= order.triggerTicks;
      expect(run.prices.some(isReached)).toBe(true);
    };
    fc.assert(
      fc.property(operations, (asked) => {
        runAll(asked, new Run(check));
      }),
      { numRuns: 100 },
    );
  });

  it('gives everything back that was not traded once all orders are cancelled', () => {
    fc.assert(
      fc.property(operations, (asked) => {
        const { engine } = runAll(asked);
        for (const id of ACCOUNTS) engine.cancelAll(id, undefined, 1_000);
        for (const account of engine.accounts.values()) {
          for (const balance of account.balances.values()) expect(balance.locked).toBe(0n);
          expect(account.open.size).toBe(0);
        }
        expect(selfCheck(engine)).toEqual([]);
        expect([...engine.book(INSTRUMENT.id).orders()]).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
