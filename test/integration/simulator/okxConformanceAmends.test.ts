/** Amending orders, and the dead man's switch, as unmodified ccxt.pro.okx uses them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from 'ccxt';
import type { Okx } from './okxClient.ts';
import { connectOkx } from './okxClient.ts';
import type { OkxVenueServer } from './okxVenueServer.ts';
import { ACCOUNT_ID, startOkxVenue } from './okxVenueServer.ts';
import { errorOf, until } from './outcomes.ts';

const SYMBOL = 'BTC/USDT';
const SETUP_MS = 90_000;

let server: OkxVenueServer;
let exchange: Okx;

beforeAll(async () => {
  server = await startOkxVenue();
  exchange = await connectOkx(server.urls);
  await exchange.loadMarkets();
}, SETUP_MS);

afterEach(() => {
  server.world.cancelAll(ACCOUNT_ID);
});

afterAll(async () => {
  await exchange.close();
  await server.close();
});

function limitBuy(price = 50_000, params: object = {}): Promise<Order> {
  return exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, params);
}

function amended(id: string, amount?: number, price?: number, params = {}): Promise<unknown> {
  return exchange.editOrder(id, SYMBOL, 'limit', 'buy', amount, price, params);
}

async function used(): Promise<number> {
  return Number((await exchange.fetchBalance())['USDT']?.used);
}

/** Client ids of the orders that rest at a price, first in the queue first. */
function queueAt(price: number): string[] {
  const names: string[] = [];
  for (const order of server.world.market(SYMBOL).book.bids.orders())
    if (order.ticks === price * 100 && order.accountId === ACCOUNT_ID)
      names.push(order.clientOrderId);
  return names;
}

describe('an order', () => {
  it('is given another price and size, and locks what it then needs', async () => {
    const { id } = await limitBuy();
    expect(
      await exchange.editOrder(String(id), SYMBOL, 'limit', 'buy', 0.02, 49_000),
    ).toMatchObject({ id, type: 'limit', side: 'buy' });
    const order = await exchange.fetchOrder(String(id), SYMBOL);
    expect(order).toMatchObject({ price: 49_000, amount: 0.02, status: 'open', filled: 0 });
    expect(await used()).toBe(980);
    expect(await errorOf(amended(String(id), undefined, 600))).toBe('no error');
    expect(await used()).toBe(12);
    await exchange.cancelOrder(String(id), SYMBOL);
    expect(await used()).toBe(0);
  });

  it('keeps its place when it only shrinks, and loses it when it grows', async () => {
    const { id: first } = await limitBuy(50_000, { clientOrderId: 'first' });
    await limitBuy(50_000, { clientOrderId: 'second' });
    await amended(String(first), 0.005);
    expect(queueAt(50_000)).toEqual(['first', 'second']);
    await amended(String(first), 0.006);
    expect(queueAt(50_000)).toEqual(['second', 'first']);
    const level = server.world.market(SYMBOL).book.bids.level(5_000_000);
    expect(level?.lots).toBe(1_600);
  });

  it('trades at once when its new price crosses', async () => {
    const { id } = await limitBuy(50_000, { clientOrderId: 'crosses' });
    await amended('', undefined, 90_000, { clientOrderId: 'crosses' });
    const order = await exchange.fetchOrder(String(id), SYMBOL);
    expect(order).toMatchObject({ status: 'closed', filled: 0.01 });
    expect(Number(order.average)).toBeLessThan(61_000);
    expect(await errorOf(amended(String(id), 0.02))).toBe('ExchangeError');
  });

  it('that is post-only is cancelled when its new price crosses', async () => {
    const { id } = await limitBuy(50_000, { postOnly: true });
    await amended(String(id), undefined, 90_000);
    expect(await exchange.fetchOrder(String(id), SYMBOL)).toMatchObject({
      status: 'canceled',
      filled: 0,
    });
  });

  it.each([
    ['without a change', {}, '51500'],
    ['to more than the balance pays for', { newSz: '5' }, '51502'],
    ['off the step', { newPx: '50000.001' }, '51150'],
    ['to less than the smallest size', { newSz: '0' }, '51020'],
  ])('is not amended %s, and stays as it was', async (_name, change, code) => {
    const { id } = await limitBuy();
    const request = exchange.privatePostTradeAmendOrder({
      instId: 'BTC-USDT',
      ordId: id,
      ...change,
    });
    await expect(request).rejects.toThrow(`"sCode":"${code}"`);
    expect(await exchange.fetchOrder(String(id), SYMBOL)).toMatchObject({
      ...{ price: 50_000, amount: 0.01, status: 'open' },
    });
    expect(await used()).toBe(500);
  });

  it('that cannot be amended is cancelled when that is asked for', async () => {
    const { id } = await limitBuy();
    expect(await errorOf(amended(String(id), 5, undefined, { cxlOnFail: true }))).toBe(
      'InsufficientFunds',
    );
    expect(await exchange.fetchOrder(String(id), SYMBOL)).toMatchObject({ status: 'canceled' });
  });

  it('tells its stream, and can be amended over the websocket', async () => {
    const watching = exchange.watchOrders(SYMBOL);
    await until(
      () =>
        'orders:BTC-USDT' in (exchange.clients[`${server.urls.ws}/private`]?.subscriptions ?? {}),
      'the user stream',
    );
    const { id } = await limitBuy();
    await watching;
    const next = exchange.watchOrders(SYMBOL);
    const answer = await exchange.editOrderWs(String(id), SYMBOL, 'limit', 'buy', 0.03, 48_000);
    expect(answer).toMatchObject({ id });
    const update = (await next).at(-1);
    expect(update).toMatchObject({ id, price: 48_000, amount: 0.03, status: 'open' });
    expect(update?.info).toMatchObject({ amendResult: '0', amendSource: '1' });
  });
});

describe("the dead man's switch", () => {
  it('cancels what is open when nobody renews it in time', async () => {
    const { id } = await limitBuy();
    expect(await exchange.cancelAllOrdersAfter(30_000)).toMatchObject({ code: '0' });
    server.idle(29_000);
    await exchange.cancelAllOrdersAfter(30_000);
    server.idle(29_000);
    expect(await exchange.fetchOrder(String(id), SYMBOL)).toMatchObject({ status: 'open' });
    server.idle(1_000);
    expect(await exchange.fetchOrder(String(id), SYMBOL)).toMatchObject({ status: 'canceled' });
    expect(await used()).toBe(0);
  });

  it('is switched off with 0, tells when it will act, and takes 10 to 120 seconds', async () => {
    const { id } = await limitBuy();
    const { data } = (await exchange.cancelAllOrdersAfter(60_000)) as {
      data: { triggerTime: string; ts: string }[];
    };
    expect(Number(data[0]?.triggerTime) - Number(data[0]?.ts)).toBe(60_000);
    expect(await exchange.cancelAllOrdersAfter(0)).toMatchObject({ data: [{ triggerTime: '0' }] });
    server.idle(200_000);
    expect(await exchange.fetchOrder(String(id), SYMBOL)).toMatchObject({ status: 'open' });
    for (const seconds of [9, 121])
      expect(await errorOf(exchange.cancelAllOrdersAfter(seconds * 1_000))).toBe('BadRequest');
  });
});
