/** Filters as the control API sets them, as unmodified ccxt.pro.binance reads them, and as orders run into them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from 'ccxt';
import type { Bench } from './binanceHarness.ts';
import { BENCH_MS, SYMBOL, startBench } from './binanceHarness.ts';
import { control } from './controlClient.ts';
import { thrownBy } from './outcomes.ts';
import { KEY } from './signedClient.ts';

let bench: Bench;
/** Whole quote units near the last price. */
let price: number;

beforeAll(async () => {
  bench = await startBench({ accounts: [{ ...KEY, balances: { USDT: '1000000', BTC: '20' } }] });
  price = Math.round(Number((await bench.exchange.fetchTicker(SYMBOL)).last));
}, BENCH_MS);
afterEach(async () => {
  for (const order of await bench.exchange.fetchOpenOrders(SYMBOL))
    await bench.exchange.cancelOrder(String(order.id), SYMBOL);
  expect(bench.simulator.state().violations).toEqual([]);
});
afterAll(async () => {
  await bench.close();
});

/** Changes what the exchange allows while it runs, and has ccxt read it again. */
async function set(symbol: object, exchange: object = {}): Promise<void> {
  const { body, status } = await control(bench.simulator, 'POST /conditions', {
    symbols: { BTCUSDT: symbol },
    exchange,
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  await bench.exchange.loadMarkets(true);
}

/** What is listed under a filter's name, for the symbol or for the exchange. */
async function listed(filterType: string): Promise<unknown> {
  const answer = (await bench.exchange.publicGetExchangeInfo()) as {
    readonly exchangeFilters: readonly { readonly filterType: string }[];
    readonly symbols: readonly {
      readonly symbol: string;
      readonly filters: readonly { readonly filterType: string }[];
    }[];
  };
  const symbol = answer.symbols.find((row) => row.symbol === 'BTCUSDT');
  const isIt = (row: { readonly filterType: string }): boolean => row.filterType === filterType;
  return symbol?.filters.find(isIt) ?? answer.exchangeFilters.find(isIt);
}

function order(type: string, side: 'buy' | 'sell', amount: number, params = {}): Promise<Order> {
  const limit = type === 'limit' ? price * (side === 'buy' ? 0.9 : 1.1) : undefined;
  return bench.exchange.createOrder(SYMBOL, type, side, amount, limit && Math.round(limit), params);
}

/** ccxt's class and the exchange's words for a refused order. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const { thrown, message } = await thrownBy(call);
  const { code, msg } = /"code":(?<code>-\d+),"msg":"(?<msg>[^"]*)"/u.exec(message)?.groups ?? {};
  return `${thrown} ${code ?? ''} ${msg ?? message}`;
}

const stop = (share = 0.8): object => ({ stopLossPrice: Math.round(price * share) });

describe('a market maximum below the limit maximum', () => {
  it('is listed apart, and refuses at the market what it takes as a limit order', async () => {
    await set({ maxAmount: '10', marketMinAmount: '0.001', marketMaxAmount: '2' });
    expect(bench.exchange.market(SYMBOL).limits).toMatchObject({
      amount: { max: 10 },
      market: { min: 0.001, max: 2 },
    });
    const over = order('market', 'sell', 2.5);
    expect(await refusal(over)).toBe('InvalidOrder -1013 Filter failure: MARKET_LOT_SIZE');
    expect((await order('market', 'sell', 0.5, stop())).id).toBeDefined();
    expect(await refusal(order('market', 'sell', 3, stop()))).toBe(
      'InvalidOrder -1013 Filter failure: MARKET_LOT_SIZE',
    );
    expect((await order('limit', 'sell', 2.5)).status).toBe('open');
    expect((await order('market', 'sell', 2)).status).toBe('closed');
    expect(await refusal(order('limit', 'sell', 11))).toBe(
      'InvalidOrder -1013 Filter failure: LOT_SIZE',
    );
    await set({ maxAmount: '0', marketMinAmount: '0', marketMaxAmount: '0' });
    expect((await order('market', 'sell', 2.5)).status).toBe('closed');
  });
});

describe('bounds of value', () => {
  it('bind market orders as their flags say', async () => {
    await set({
      ...{ minNotional: '50', minNotionalAtMarket: false },
      ...{ maxNotional: '100000', maxNotionalAtMarket: false },
    });
    expect(await listed('NOTIONAL')).toMatchObject({
      ...{ minNotional: '50.00000000', applyMinToMarket: false },
      ...{ maxNotional: '100000.00000000', applyMaxToMarket: false },
    });
    const failure = 'Filter failure: NOTIONAL';
    expect(await refusal(order('limit', 'buy', 0.0005))).toContain(failure);
    expect(await refusal(order('limit', 'buy', 5))).toContain(failure);
    expect((await order('market', 'buy', 0.0005)).status).toBe('closed');
    expect((await order('market', 'sell', 3)).filled).toBeGreaterThan(0);
    await set({ minNotionalAtMarket: true, maxNotionalAtMarket: true });
    expect(await refusal(order('market', 'buy', 0.0005))).toContain(failure);
    expect(await refusal(order('market', 'sell', 3))).toContain(failure);
    await set({ minNotional: '5', maxNotional: '0', maxNotionalAtMarket: false });
  });
});

describe('a band around the average price', () => {
  it('is the same for both sides, or each side has its own', async () => {
    await set({ percentPrice: { up: 1.05, down: 0.95 } });
    expect(await listed('PERCENT_PRICE')).toMatchObject({ multiplierUp: '1.05' });
    const failure = 'Filter failure: PERCENT_PRICE';
    expect(await refusal(order('limit', 'buy', 0.01))).toBe(`BadRequest -1013 ${failure}`);
    await set({ percentPriceBySide: { bidUp: 1.2, bidDown: 0.8, askUp: 1.05, askDown: 0.95 } });
    expect(await listed('PERCENT_PRICE')).toBeUndefined();
    expect((await order('limit', 'buy', 0.01)).status).toBe('open');
    expect(await refusal(order('limit', 'sell', 0.01))).toContain(`${failure}_BY_SIDE`);
    await set({ percentPriceBySide: null });
    expect(await listed('PERCENT_PRICE_BY_SIDE')).toBeUndefined();
    expect((await order('limit', 'sell', 0.01)).status).toBe('open');
  });
});

describe('limits of open orders', () => {
  it('count those with a trigger, on a symbol and at all', async () => {
    await set({ maxAlgoOrders: 2 }, { maxAlgoOrders: 3 });
    expect(await listed('MAX_NUM_ALGO_ORDERS')).toMatchObject({ maxNumAlgoOrders: 2 });
    expect(await listed('EXCHANGE_MAX_NUM_ALGO_ORDERS')).toMatchObject({ maxNumAlgoOrders: 3 });
    await order('market', 'sell', 0.01, stop());
    await order('market', 'sell', 0.01, stop(0.7));
    expect(await refusal(order('market', 'sell', 0.01, stop()))).toBe(
      'InvalidOrder -2010 Filter failure: MAX_NUM_ALGO_ORDERS',
    );
    await set({ maxAlgoOrders: 9 }, { maxAlgoOrders: 2 });
    expect(await refusal(order('market', 'sell', 0.01, stop()))).toContain(
      'Filter failure: EXCHANGE_MAX_NUM_ALGO_ORDERS',
    );
    await set({ maxAlgoOrders: 5 }, { maxAlgoOrders: 0 });
    expect(await listed('EXCHANGE_MAX_NUM_ALGO_ORDERS')).toBeUndefined();
  });

  it('count all of them, and icebergs and their parts', async () => {
    await set({ maxOrders: 2, maxIcebergOrders: 1, maxIcebergParts: 5 });
    const iceberg = (qty: string): object => ({ icebergQty: qty });
    const failure = (name: string): string => `Filter failure: ${name}`;
    expect(await refusal(order('limit', 'buy', 0.1, iceberg('0.01')))).toContain(
      failure('ICEBERG_PARTS'),
    );
    const first = await order('limit', 'buy', 0.1, iceberg('0.05'));
    expect((await bench.exchange.fetchOrder(String(first.id), SYMBOL)).info).toMatchObject({
      icebergQty: '0.05000000',
    });
    expect(await refusal(order('limit', 'buy', 0.1, iceberg('0.05')))).toContain(
      failure('MAX_NUM_ICEBERG_ORDERS'),
    );
    await order('limit', 'buy', 0.1);
    expect(await refusal(order('limit', 'buy', 0.1))).toContain(failure('MAX_NUM_ORDERS'));
    await set({ maxOrders: 200, maxIcebergOrders: 0, maxIcebergParts: 0 });
    expect(await refusal(order('limit', 'buy', 0.1, iceberg('0.05')))).toContain(
      'Iceberg orders are not supported',
    );
  });
});

it('a largest position counts what open buys will bring, and binds no sale', async () => {
  const held = Number((await bench.exchange.fetchBalance())['BTC']?.total);
  await set({ maxPosition: (held + 1).toFixed(8) });
  expect(await listed('MAX_POSITION')).toMatchObject({ maxPosition: (held + 1).toFixed(8) });
  await order('limit', 'buy', 0.6);
  expect(await refusal(order('market', 'buy', 0.5))).toContain('Filter failure: MAX_POSITION');
  expect((await order('market', 'sell', 0.1)).status).toBe('closed');
  await set({ maxPosition: '0' });
});

it('what the venue does not have, or is not on the grid, is refused and named', async () => {
  const symbol = { marketMaxNotional: '5', marketStepSize: '0.0000001', maxOrders: -1 };
  const answer = await control(bench.simulator, 'POST /conditions', {
    symbols: { BTCUSDT: symbol },
  });
  expect(answer.status).toBe(400);
  const { maxOrders: _, ...rest } = symbol;
  const second = await control(bench.simulator, 'POST /conditions', { symbols: { BTCUSDT: rest } });
  expect(JSON.stringify(second.body)).toMatch(
    /marketMaxNotional.*Binance has no such filter.*marketStepSize.*multiple of 0\.00001/u,
  );
});
