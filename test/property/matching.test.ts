import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PaperExchange } from '../../src/adapters/paper/paperExchange.ts';
import { dec, sumOf, toText, ZERO, type Decimal } from '../../src/core/domain/decimal.ts';
import type { Balance, Fill } from '../../src/core/domain/fill.ts';
import type { Bar } from '../../src/core/domain/market.ts';
import type { ApprovedOrder, OrderType, Side } from '../../src/core/domain/order.ts';
import type { FeeAsset } from '../../src/core/matching/fees.ts';
import type { FillModel } from '../../src/core/matching/model.ts';
import {
  aMarketOrder,
  anApproved,
  anInstrument,
  BTC,
  BTC_USDT,
  T0,
  USDT,
} from '../builders/orders.ts';
import { playBar } from '../builders/playBar.ts';

const MINUTE = 60_000;
const SLIPPAGE = 0.001;
const TICK = 0.01;
const OPENING = { USDT: dec('5000'), BTC: dec('10') };
const instrument = anInstrument({ minNotional: ZERO });

interface Wish {
  readonly side: Side;
  readonly type: OrderType;
  readonly price: number;
  readonly lots: number;
}

interface Step {
  readonly bar: Omit<Bar, 'openTime'>;
  readonly wishes: readonly Wish[];
  readonly cancel: boolean;
}

interface Setting {
  readonly fillModel: FillModel;
  readonly feeIn: FeeAsset;
  readonly steps: readonly Step[];
}

/** What happened during one bar. */
interface Trace {
  readonly bar: Bar;
  readonly fills: readonly { readonly fill: Fill; readonly order: ApprovedOrder }[];
  readonly balances: readonly Balance[];
}

const price = fc.integer({ min: 9_000, max: 11_000 }).map((cents) => cents / 100);

const setting: fc.Arbitrary<Setting> = fc.record({
  fillModel: fc.record({
    slippage: fc.constantFrom(0, SLIPPAGE),
    quoteMaxAgeMs: fc.constant(0),
    touch: fc.constantFrom('through' as const, 'fills' as const),
    maxShare: fc.constantFrom(0.1, 1),
  }),
  feeIn: fc.constantFrom<FeeAsset>('received', 'quote'),
  steps: fc.array(
    fc.record({
      bar: fc
        .tuple(price, price, price, price, fc.integer({ min: 0, max: 40 }))
        .map(([open, a, b, close, volume]) => ({
          open,
          high: Math.max(open, a, b, close),
          low: Math.min(open, a, b, close),
          close,
          volume,
        })),
      wishes: fc.array(
        fc.record({
          side: fc.constantFrom<Side>('buy', 'sell'),
          type: fc.constantFrom<OrderType>('market', 'limit', 'limit_maker', 'stop'),
          price,
          lots: fc.integer({ min: 1, max: 3_000 }),
        }),
        { maxLength: 3 },
      ),
      cancel: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

function orderOf(n: number, now: number, wish: Wish): ApprovedOrder {
  const { side, type } = wish;
  const common = { side, amount: dec(wish.lots).times('0.001'), createdAt: now };
  if (type === 'market') return aMarketOrder(n, common);
  const at = dec(wish.price);
  return type === 'stop'
    ? aMarketOrder(n, { ...common, type, side: 'sell', trigger: at, referencePrice: at })
    : anApproved(n, { ...common, type, price: at });
}

/** Places, cancels and shows the bars, one step after the other. */
function run({ steps, fillModel, feeIn }: Setting): Trace[] {
  const exchange = new PaperExchange({
    balances: [
      { asset: USDT, total: OPENING.USDT },
      { asset: BTC, total: OPENING.BTC },
    ],
    instruments: [instrument],
    fillModel,
    feeIn,
  });
  const orders = new Map<string, ApprovedOrder>();
  const fills: Fill[] = [];
  exchange.connect({
    report: (report) => fills.push(...report.fills),
    fill: () => undefined,
    balances: () => undefined,
    stream: () => undefined,
  });
  return steps.map((step, index) => {
    const openTime = T0 + index * MINUTE;
    for (const wish of step.wishes) {
      const order = orderOf(orders.size + 1, openTime, wish);
      orders.set(order.clientOrderId, order);
      exchange.place(order);
    }
    const [first] = exchange.openOrders([BTC_USDT]);
    const named = first?.clientOrderId === undefined ? undefined : orders.get(first.clientOrderId);
    if (step.cancel && named) exchange.cancel(named);
    const bar = { ...step.bar, openTime };
    playBar(exchange, {
      ...bar,
      kind: 'candle',
      symbol: BTC_USDT,
      timeframe: '1m',
      at: openTime + MINUTE,
      closed: true,
    });
    return {
      bar,
      fills: fills.splice(0).map((fill) => ({ fill, order: orderNamed(orders, fill) })),
      balances: exchange.balances(),
    };
  });
}

function orderNamed(orders: ReadonlyMap<string, ApprovedOrder>, fill: Fill): ApprovedOrder {
  const order = orders.get(fill.clientOrderId ?? '');
  if (order === undefined) throw new Error(`fill ${fill.tradeId} of no order`);
  return order;
}

/** Runs a check over many settings; the number of fills seen shows that it saw anything. */
function forAll(check: (traces: readonly Trace[], given: Setting) => void): void {
  let fills = 0;
  fc.assert(
    fc.property(setting, (given) => {
      const traces = run(given);
      for (const trace of traces) fills += trace.fills.length;
      check(traces, given);
    }),
  );
  expect(fills).toBeGreaterThan(50);
}

const fillsOf = (traces: readonly Trace[]): Fill[] =>
  traces.flatMap((trace) => trace.fills.map(({ fill }) => fill));

describe('the paper exchange, over any bars and orders', () => {
  it('conserves every asset: opening + trades − fees, to the last digit', () => {
    forAll((traces) => {
      const fills = fillsOf(traces);
      const feesIn = (name: string): Decimal =>
        sumOf(fills.filter(({ feeAsset }) => feeAsset === name).map(({ fee }) => fee));
      const signed = ({ side, amount }: Fill): Decimal => (side === 'buy' ? amount : amount.neg());
      const paid = sumOf(fills.map((fill) => signed(fill).times(fill.price)));
      const totals = traces
        .at(-1)
        ?.balances.map(({ asset, free, locked }) => [asset, toText(free.plus(locked))]);
      expect(Object.fromEntries(totals ?? [])).toEqual({
        USDT: toText(OPENING.USDT.minus(paid).minus(feesIn('USDT'))),
        BTC: toText(OPENING.BTC.plus(sumOf(fills.map(signed))).minus(feesIn('BTC'))),
      });
    });
  });

  it('never overdraws an account nor locks less than nothing', () => {
    forAll((traces) => {
      for (const { free, locked } of traces.flatMap(({ balances }) => balances)) {
        expect(free.gte(0) && locked.gte(0)).toBe(true);
      }
    });
  });

  it('gives takers a price of the bar with slippage, and makers their limit when it was traded through or touched', () => {
    forAll((traces, { fillModel }) => {
      const isTouched = fillModel.touch === 'fills';
      for (const { bar, fills } of traces) {
        for (const { fill, order } of fills) {
          const at = fill.price.toNumber();
          if (fill.liquidity === 'taker') {
            expect(at).toBeLessThanOrEqual(bar.high * (1 + SLIPPAGE) + TICK);
            expect(at).toBeGreaterThanOrEqual(bar.low * (1 - SLIPPAGE) - TICK);
            expect(order.type).not.toBe('limit_maker');
          } else {
            expect(fill.price).toEqual(order.price);
            const isThrough = fill.side === 'buy' ? bar.low < at : bar.high > at;
            expect(isThrough || (isTouched && [bar.low, bar.high].includes(at))).toBe(true);
          }
        }
      }
    });
  });

  it('never fills worse than the limit, nor before the order was placed', () => {
    forAll((traces) => {
      for (const { fill, order } of traces.flatMap(({ fills }) => fills)) {
        expect(fill.at).toBeGreaterThanOrEqual(order.createdAt);
        const limit = order.price ?? fill.price;
        expect(fill.side === 'buy' ? fill.price.lte(limit) : fill.price.gte(limit)).toBe(true);
      }
    });
  });

  it('fills a stop only once the market has traded at its trigger, and from then on at any price', () => {
    let stops = 0;
    forAll((traces) => {
      for (const [index, { fills }] of traces.entries()) {
        for (const { fill, order } of fills) {
          const { trigger } = order;
          if (trigger === undefined) continue;
          stops += 1;
          const placedAt = Math.round((order.createdAt - T0) / MINUTE);
          const lows = traces.slice(placedAt, index + 1).map(({ bar }) => bar.low);
          expect(Math.min(...lows)).toBeLessThanOrEqual(trigger.toNumber());
          const earlier = traces.slice(placedAt, index).map(({ bar }) => bar.low);
          const isFirst = earlier.every((low) => low > trigger.toNumber());
          if (isFirst) expect(fill.price.lte(trigger)).toBe(true);
        }
      }
    });
    expect(stops).toBeGreaterThan(10);
  });

  it('never takes more than its share of a bar’s volume, nor more than was ordered', () => {
    forAll((traces, { fillModel }) => {
      for (const { bar, fills } of traces) {
        const taken = sumOf(fills.map(({ fill }) => fill.amount)).toNumber();
        expect(taken).toBeLessThanOrEqual(bar.volume * (fillModel.maxShare ?? 1));
      }
      const filled = new Map<ApprovedOrder, Decimal>();
      for (const { fill, order } of traces.flatMap(({ fills }) => fills)) {
        filled.set(order, (filled.get(order) ?? ZERO).plus(fill.amount));
      }
      for (const [order, amount] of filled) expect(amount.lte(order.amount)).toBe(true);
    });
  });

  it('gives every execution an id of its own, the same in every run', () => {
    forAll((traces, given) => {
      const fills = fillsOf(traces);
      expect(new Set(fills.map(({ tradeId }) => tradeId)).size).toBe(fills.length);
      expect(fillsOf(run(given))).toEqual(fills);
    });
  });
});
