import { describe, expect, it } from '@jest/globals';
import { dec, subtract, toText } from '../../../src/core/domain/decimal.ts';
import {
  clientOrderId,
  exchangeOrderId,
  strategyId,
  tradeId,
} from '../../../src/core/domain/ids.ts';
import type { ApprovedOrder, OrderReport } from '../../../src/core/domain/order.ts';
import { clientOrderIdIsOurs, orderIdentity } from '../../../src/core/orders/clientOrderId.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { PlaceOutcome } from '../../../src/ports/exchangeGateway.ts';
import {
  bareExit,
  type BareExitOrder,
  type BareExitResult,
  type Deed,
} from '../../../src/runtime/bareExit.ts';
import { aFill, anInstrument, aReport, BTC, BTC_USDT, T0 } from '../../builders/orders.ts';
import { FakeExchange } from '../../builders/trader.ts';

/** Every wait is over at once, and the time is later by it. */
class HastyClock implements Clock {
  now = 0;
  wallMs = (): number => T0 + this.now;
  monotonicMs = (): number => this.now;

  after(delayMs: number, task: () => void): () => void {
    const timer = setImmediate(() => {
      this.now += delayMs;
      task();
    });
    return () => {
      clearImmediate(timer);
    };
  }

  every(): () => void {
    throw new Error('nothing is done for ever here');
  }
}

const OURS = orderIdentity({
  ...{ instanceId: 'lost', runId: 'lost', sequence: 1, strategyId: strategyId('grid') },
  ...{ symbol: BTC_USDT, side: 'buy' },
}).clientOrderId;

function open(client: string, side: 'buy' | 'sell', n: number): OrderReport {
  const names = { clientOrderId: clientOrderId(client), exchangeOrderId: exchangeOrderId(`e${n}`) };
  return aReport({ ...names, terms: { side, amount: dec('1'), price: dec('90') } });
}

interface Bench {
  readonly exchange: FakeExchange;
  readonly clock: HastyClock;
  readonly sells: ApprovedOrder[];
  readonly deeds: Deed[];
  run(changes?: Partial<BareExitOrder>): Promise<BareExitResult>;
}

function aBench(coins: string, ...orders: readonly OrderReport[]): Bench {
  const exchange = new FakeExchange();
  exchange.coins.set(BTC, coins);
  for (const order of orders)
    exchange.orders.set(order.clientOrderId ?? order.exchangeOrderId, order);
  const clock = new HastyClock();
  const sells: ApprovedOrder[] = [];
  const deeds: Deed[] = [];
  exchange.onPlace = (order) => sold(exchange, order, sells);
  let sequence = 0;
  const run = (changes: Partial<BareExitOrder> = {}): Promise<BareExitResult> =>
    bareExit(
      {
        ...{ gateway: exchange, clock, symbols: [BTC_USDT] },
        priceOf: () => Promise.resolve(100),
        name: (symbol) =>
          orderIdentity({
            ...{ instanceId: 'p', runId: 'p', strategyId: strategyId('panic'), side: 'sell' },
            ...{ symbol, sequence: (sequence += 1) },
          }),
        record: (deed) => deeds.push(deed),
      },
      { mode: 'sell', everyOrder: false, waitMs: 60_000, ...changes },
    );
  return { exchange, clock, sells, deeds, run };
}

/** The exchange fills it at once. */
function sold(exchange: FakeExchange, order: ApprovedOrder, sells: ApprovedOrder[]): PlaceOutcome {
  sells.push(order);
  const { clientOrderId: client, amount } = order;
  exchange.coins.set(BTC, toText(subtract(dec(exchange.coins.get(BTC) ?? '0'), amount)));
  const id = exchangeOrderId(`s${sells.length}`);
  const names = { clientOrderId: client, exchangeOrderId: id };
  const trade = aFill({ ...names, tradeId: tradeId(`t${sells.length}`), side: 'sell', amount });
  exchange.trades.push(trade);
  const report: OrderReport = aReport({ ...names, status: 'closed', filled: amount });
  exchange.orders.set(client, report);
  return { kind: 'acked', report };
}

const openIds = ({ exchange }: Bench): string[] =>
  [...exchange.orders.values()]
    .filter(({ status }) => status === 'open')
    .map(({ exchangeOrderId: id }) => id);

describe('the way out without books', () => {
  it('cancels our orders, sells what is free, and says what it came to', async () => {
    const bench = aBench('0.5', open(OURS, 'buy', 1));
    const result = await bench.run();
    expect(result).toEqual({
      ...{ isComplete: true, openOrders: 0, problems: [] },
      markets: [
        {
          ...{ symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', cancelled: 1, left: '0' },
          ...{ bought: '0', boughtFor: '0', sold: '0.5', soldFor: '50', fees: {} },
        },
      ],
    });
    expect(bench.sells.map(({ amount }) => toText(amount))).toEqual(['0.5']);
    expect(bench.sells.every(({ clientOrderId: id }) => clientOrderIdIsOurs(id))).toBe(true);
    expect(bench.deeds.map(({ what }) => what)).toEqual([
      ...['cancel', 'sell', 'sell answered', 'sell ended'],
    ]);
  });

  it('leaves orders of others alone and says so, unless it is told otherwise', async () => {
    const bench = aBench('0', open('web_1', 'buy', 1));
    expect(await bench.run()).toMatchObject({
      ...{ isComplete: true, openOrders: 1 },
      problems: ['order e1 of BTC/USDT is not ours and stays open'],
    });
    expect(openIds(bench)).toEqual(['e1']);
    expect(await bench.run({ everyOrder: true })).toMatchObject({ openOrders: 0, problems: [] });
    expect(openIds(bench)).toEqual([]);
  });

  it('when told to keep: sells nothing, and leaves what sells', async () => {
    const guard = `${OURS.slice(0, -1)}a`;
    const bench = aBench('0.5', open(OURS, 'buy', 1), open(guard, 'sell', 2));
    expect(await bench.run({ mode: 'keep' })).toMatchObject({ isComplete: true, openOrders: 1 });
    expect(openIds(bench)).toEqual(['e2']);
    expect(bench.sells).toEqual([]);
  });

  it('sells in parts where one order may not be so large', async () => {
    const bench = aBench('0.5');
    bench.exchange.listed = [anInstrument({ marketMaxAmount: dec('0.2') })];
    expect(await bench.run()).toMatchObject({ isComplete: true });
    expect(bench.sells.map(({ amount }) => toText(amount))).toEqual(['0.2', '0.2', '0.1']);
  });

  it('asks until it is answered', async () => {
    const bench = aBench('0.5', open(OURS, 'buy', 1));
    bench.exchange.broken.add('openOrders').add('balances').add('instruments');
    const result = bench.run();
    while (bench.clock.now < 10_000) await new Promise((resolve) => setImmediate(resolve));
    bench.exchange.broken.clear();
    expect(await result).toMatchObject({ isComplete: true, openOrders: 0 });
    expect(bench.sells).toHaveLength(1);
  });

  it('ends when its time is over, and says what it has not done', async () => {
    const bench = aBench('0.5');
    bench.exchange.broken.add('balances');
    const { isComplete, problems } = await bench.run();
    expect(isComplete).toBe(false);
    expect(problems).toContain('balances: GATEWAY_FAILED: balances');
    expect(bench.clock.now).toBeLessThan(200_000);
  });

  it('sends nothing again whose answer was lost: it is looked up, and counted', async () => {
    const bench = aBench('0.5');
    bench.exchange.onPlace = (order) => {
      sold(bench.exchange, order, bench.sells);
      return { kind: 'unknown', message: 'reset' };
    };
    const { isComplete, markets } = await bench.run();
    expect([isComplete, markets[0]?.sold]).toEqual([true, '0.5']);
    expect(bench.sells).toHaveLength(1);
  });

  it('waits until a sell that was lost can never arrive any more, and then sells anew', async () => {
    const bench = aBench('0.5');
    const { onPlace } = bench.exchange;
    bench.exchange.onPlace = () => {
      bench.exchange.onPlace = onPlace;
      return { kind: 'unknown', message: 'reset' };
    };
    expect(await bench.run()).toMatchObject({ isComplete: true });
    const { lifetimeMs, readLagMs } = bench.exchange.timing;
    expect(bench.clock.now).toBeGreaterThanOrEqual(lifetimeMs + readLagMs);
    expect(bench.deeds.map(({ what }) => what)).toContain('sell never arrived');
    expect(bench.sells).toHaveLength(1);
  });

  it('gives a market up whose sells are refused, and says why', async () => {
    const bench = aBench('0.5');
    bench.exchange.onPlace = () => ({ kind: 'rejected', code: '-2010', message: 'no funds' });
    expect(await bench.run()).toMatchObject({
      isComplete: false,
      problems: ['BTC/USDT: selling 0.5 was refused: no funds'],
    });
    expect(bench.exchange.count('place')).toBe(5);
  });

  it('ends at once when the key is refused', async () => {
    const bench = aBench('0.5');
    bench.exchange.broken.add('openOrders');
    bench.exchange.refusal = 'KEY_REFUSED: revoked';
    await expect(bench.run()).rejects.toThrow('KEY_REFUSED');
  });
});
