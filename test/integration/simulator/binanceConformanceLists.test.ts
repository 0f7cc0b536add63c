/** Unmodified ccxt.pro.binance over real sockets: pairs of orders of which one cancels the other, and cancel-replace. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Simulator } from '../../../src/simulator/server.ts';
import type { Bench } from './binanceHarness.ts';
import { BENCH_MS, SYMBOL, failureOf, moveLastPrice, startBench } from './binanceHarness.ts';
import { errorOf } from './outcomes.ts';
import type { Binance } from './ccxtClient.ts';

interface ListDocument {
  readonly orderListId: number;
  readonly listClientOrderId: string;
  readonly listStatusType: string;
  readonly listOrderStatus: string;
  readonly orders: readonly { readonly orderId: number; readonly clientOrderId: string }[];
  readonly orderReports: readonly { readonly type: string; readonly status: string }[];
}

let bench: Bench;
let simulator: Simulator;
let exchange: Binance;
let bid = 0;

beforeAll(async () => {
  bench = await startBench();
  ({ simulator, exchange } = bench);
  bid = Number(simulator.world.market(SYMBOL).touch().bid?.ticks) / 100;
}, BENCH_MS);
afterEach(async () => {
  moveLastPrice(simulator, bid);
  await exchange.cancelAllOrders(SYMBOL).catch(() => undefined);
  expect(simulator.state().violations).toEqual([]);
});
afterAll(() => bench.close());

const priceText = (factor: number): string => (Math.round(bid * factor * 100) / 100).toFixed(2);

/** The older request: a maker order above, a stop below. */
async function sellPair(over: Record<string, unknown> = {}): Promise<ListDocument> {
  return (await exchange.privatePostOrderOco({
    symbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '0.1',
    price: priceText(1.1),
    stopPrice: priceText(0.9),
    ...over,
  })) as ListDocument;
}

const orderOf = (list: ListDocument, index: 0 | 1): ReturnType<Binance['fetchOrder']> =>
  exchange.fetchOrder(String(list.orders[index]?.orderId), SYMBOL);

describe('a pair', () => {
  it('locks once for both, is found by either id, and goes with either of its orders', async () => {
    const list = await sellPair({ listClientOrderId: 'pair-1' });
    expect(list).toMatchObject({
      listClientOrderId: 'pair-1',
      contingencyType: 'OCO',
      listStatusType: 'EXEC_STARTED',
      listOrderStatus: 'EXECUTING',
      orderReports: [
        { type: 'STOP_LOSS', status: 'NEW', workingTime: -1 },
        { type: 'LIMIT_MAKER', status: 'NEW' },
      ],
    });
    expect((await exchange.fetchBalance())['BTC']).toMatchObject({ used: 0.1 });
    const byId = await exchange.privateGetOrderList({ orderListId: list.orderListId });
    const byClientId = await exchange.privateGetOrderList({ origClientOrderId: 'pair-1' });
    expect(byId).toEqual(byClientId);
    expect(await exchange.privateGetOpenOrderList()).toEqual([byId]);
    const open = await exchange.fetchOpenOrders(SYMBOL);
    expect(open.map(({ info }) => (info as { orderListId: number }).orderListId)).toEqual([
      list.orderListId,
      list.orderListId,
    ]);
    const [first] = open;
    await exchange.cancelOrder(String(first?.id), SYMBOL);
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
    expect((await exchange.fetchBalance())['BTC']).toMatchObject({ used: 0, free: 2 });
    expect(await exchange.privateGetOrderList({ orderListId: list.orderListId })).toMatchObject({
      listStatusType: 'ALL_DONE',
      listOrderStatus: 'ALL_DONE',
    });
  });

  it('sells by its stop, and the other order expires', async () => {
    const list = await sellPair();
    moveLastPrice(simulator, bid * 0.9);
    expect(await orderOf(list, 0)).toMatchObject({ status: 'closed', filled: 0.1 });
    expect(await orderOf(list, 1)).toMatchObject({ status: 'expired', filled: 0 });
    expect(await exchange.privateGetOpenOrderList()).toEqual([]);
  });

  it('with a limit on its stop waits in the book once triggered', async () => {
    const list = await sellPair({
      stopLimitPrice: priceText(1.05),
      stopLimitTimeInForce: 'GTC',
      quantity: '0.05',
    });
    expect(list.orderReports[0]).toMatchObject({
      type: 'STOP_LOSS_LIMIT',
      price: `${priceText(1.05)}000000`,
      stopPrice: `${priceText(0.9)}000000`,
    });
    moveLastPrice(simulator, bid * 0.9);
    expect(await orderOf(list, 0)).toMatchObject({ status: 'open' });
    expect(await orderOf(list, 1)).toMatchObject({ status: 'expired' });
  });

  it('may be of any two kinds on the two sides of the price', async () => {
    const list = (await exchange.privatePostOrderListOco({
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: '0.01',
      aboveType: 'STOP_LOSS_LIMIT',
      abovePrice: priceText(1.06),
      aboveStopPrice: priceText(1.05),
      aboveTimeInForce: 'GTC',
      belowType: 'TAKE_PROFIT',
      belowStopPrice: priceText(0.9),
      belowClientOrderId: 'below-1',
    })) as ListDocument;
    expect(list.orderReports.map(({ type }) => type)).toEqual(['STOP_LOSS_LIMIT', 'TAKE_PROFIT']);
    expect(list.orders[1]?.clientOrderId).toBe('below-1');
    // The more expensive of the two is what is locked.
    expect((await exchange.fetchBalance())['USDT']?.used).toBeCloseTo(
      Number(priceText(1.06)) * 0.01,
      6,
    );
    const done = (await exchange.privateDeleteOrderList({
      symbol: 'BTCUSDT',
      orderListId: list.orderListId,
    })) as ListDocument;
    expect(done).toMatchObject({ listOrderStatus: 'ALL_DONE' });
    expect(done.orderReports.map(({ status }) => status)).toEqual(['CANCELED', 'CANCELED']);
  });

  it('is listed from an id on and from a time on', async () => {
    const all = (await exchange.privateGetAllOrderList()) as ListDocument[];
    expect(all.map(({ orderListId }) => orderListId)).toEqual([1, 2, 3, 4]);
    const from = (await exchange.privateGetAllOrderList({ fromId: 3, limit: 1 })) as ListDocument[];
    expect(from.map(({ orderListId }) => orderListId)).toEqual([3]);
    const later = { startTime: simulator.world.nowMs + 1 };
    expect(await exchange.privateGetAllOrderList(later)).toEqual([]);
  });

  it.each([
    ['prices on the wrong sides', { stopPrice: '1000000' }, 'relationship of the prices'],
    [
      'a stop with a limit and no time in force',
      { stopLimitPrice: '50000' },
      'stopLimitTimeInForce',
    ],
    ['no quantity', { quantity: undefined }, "'quantity'"],
  ])('with %s is refused whole', async (_name, over, text) => {
    expect((await failureOf(sellPair(over))).message).toContain(text);
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
  });

  it.each([
    [{ side: 'BUY', aboveType: 'LIMIT_MAKER', belowType: 'TAKE_PROFIT' }, -1165],
    [{ side: 'SELL', aboveType: 'TAKE_PROFIT', belowType: 'LIMIT_MAKER' }, -1166],
    [{ side: 'SELL', aboveType: 'LIMIT_MAKER', belowType: 'LIMIT_MAKER' }, -1168],
    [{ side: 'SELL', aboveType: 'LIMIT', belowType: 'STOP_LOSS' }, -1158],
    [{ side: 'BUY', aboveType: 'STOP_LOSS', belowType: 'STOP_LOSS' }, -1196],
    [{ side: 'SELL', aboveType: 'STOP_LOSS', belowType: 'STOP_LOSS' }, -1197],
    [{ side: 'BUY', aboveType: 'TAKE_PROFIT', belowType: 'TAKE_PROFIT' }, -1198],
    [{ side: 'SELL', aboveType: 'TAKE_PROFIT', belowType: 'TAKE_PROFIT' }, -1199],
  ])('of kinds that do not go together is refused: %j', async (kinds, code) => {
    const request = { symbol: 'BTCUSDT', quantity: '0.01', ...kinds };
    const { message } = await failureOf(exchange.privatePostOrderListOco(request));
    expect(message).toContain(`"code":${String(code)}`);
  });

  it('that does not exist is neither found nor cancelled', async () => {
    expect(await errorOf(exchange.privateGetOrderList({ orderListId: 999 }))).toBe('OrderNotFound');
    expect(
      await errorOf(exchange.privateDeleteOrderList({ symbol: 'BTCUSDT', orderListId: 999 })),
    ).toBe('OrderNotFound');
  });
});

describe('cancel-replace', () => {
  const replace = (over: Record<string, unknown>): Promise<{ name: string; message: string }> =>
    failureOf(
      exchange.privatePostOrderCancelReplace({
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'LIMIT_MAKER',
        quantity: '0.01',
        price: priceText(0.8),
        cancelReplaceMode: 'STOP_ON_FAILURE',
        cancelOrderId: 999_999,
        ...over,
      }),
    );
  const open = async (): Promise<number> => (await exchange.fetchOpenOrders(SYMBOL)).length;

  it('does not place when it could not cancel', async () => {
    const { message } = await replace({});
    expect(message).toContain('"code":-2022');
    expect(message).toContain('"newOrderResult":"NOT_ATTEMPTED"');
    expect(message).toContain('"cancelResponse":{"code":-2011,"msg":"Unknown order sent."}');
    expect(await open()).toBe(0);
  });

  it('places all the same when told to', async () => {
    const { message } = await replace({ cancelReplaceMode: 'ALLOW_FAILURE' });
    expect(message).toContain('"code":-2021');
    expect(message).toContain('"cancelResult":"FAILURE","newOrderResult":"SUCCESS"');
    expect(await open()).toBe(1);
  });

  it('says so when it cancelled and could not place', async () => {
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, bid * 0.8);
    const { message } = await replace({ cancelOrderId: order.id, price: priceText(1.2) });
    expect(message).toContain('"code":-2021');
    expect(message).toContain('"cancelResult":"SUCCESS","newOrderResult":"FAILURE"');
    expect(message).toContain('Order would immediately match and take.');
    expect(await open()).toBe(0);
  });

  it('cancels nothing when the new order breaks a filter', async () => {
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, bid * 0.8);
    const { message } = await replace({ cancelOrderId: order.id, quantity: '0.00001' });
    expect(message).toContain('Filter failure: NOTIONAL');
    expect(await open()).toBe(1);
  });

  it('honours what the cancelled order must be', async () => {
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, bid * 0.8);
    const { message } = await replace({
      cancelOrderId: order.id,
      cancelRestrictions: 'ONLY_PARTIALLY_FILLED',
    });
    expect(message).toContain('Order was not canceled due to cancel restrictions.');
    expect(await open()).toBe(1);
  });
});
