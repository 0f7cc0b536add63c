/** What the owner of an account does besides the bot, on both venues, as an unmodified ccxt client sees it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Exchange, Order } from 'ccxt';
import { startSimulator, type Simulator } from '../../../src/simulator/server.ts';
import { connectCcxt } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { connectOkx } from './okxClient.ts';
import { until } from './outcomes.ts';

const SYMBOL = 'BTC/USDT';
/** Loading ccxt alone takes seconds on a busy machine. */
const SETUP_MS = 90_000;
const ACCOUNT = { apiKey: 'test-key', secret: 'test-secret', passphrase: 'okx-pass' };

interface Result {
  readonly ok: boolean;
  readonly refusal?: string;
  readonly received?: string;
  readonly order?: { readonly order_id: number; readonly status: string };
}

describe.each(['binance', 'okx'] as const)('on %s', (venue) => {
  let simulator: Simulator;
  let exchange: Exchange;
  let price: number;

  beforeAll(async () => {
    simulator = await startSimulator({
      ...{ port: 0, seed: 5, venue, paused: true, historyBars: 5 },
      accounts: [{ ...ACCOUNT, balances: { USDT: '100000', BTC: '2' } }],
    });
    simulator.world.advanceTo(simulator.world.nowMs + 120_000);
    const { apiKey, secret, passphrase: password } = ACCOUNT;
    exchange =
      venue === 'binance'
        ? await connectCcxt(simulator.urls, { apiKey, secret })
        : await connectOkx(simulator.okxUrls, { apiKey, secret, password });
    await exchange.loadMarkets();
    price = Math.round(Number((await exchange.fetchTicker(SYMBOL)).last));
  }, SETUP_MS);
  afterEach(async () => {
    await act({ do: 'cancel-all' });
    expect(simulator.state().violations).toEqual([]);
  });
  afterAll(async () => {
    await exchange.close();
    await simulator.close();
  });

  async function act(...acts: readonly object[]): Promise<Result> {
    const answer = await control(simulator, 'POST /acts', acts);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    const { results } = answer.body as { readonly results: readonly Result[] };
    return results.at(-1) ?? { ok: false };
  }

  async function total(asset: string): Promise<number> {
    const balance = (await exchange.fetchBalance())[asset] as { readonly total?: number };
    return balance.total ?? 0;
  }

  const byHand = { do: 'order', symbol: 'BTCUSDT', side: 'buy', type: 'limit', amount: '0.01' };

  it('an order by hand is open beside ours, with an id of the venue’s own or none', async () => {
    const { order } = await act({ ...byHand, price: '50000' });
    const [open] = await exchange.fetchOpenOrders(SYMBOL);
    expect(open?.id).toBe(String(order?.order_id));
    expect(open?.clientOrderId).toBe(
      venue === 'binance' ? `web_${String(order?.order_id)}` : undefined,
    );
    const { clOrdId } = open?.info as { readonly clOrdId?: string };
    expect(clOrdId).toBe(venue === 'okx' ? '' : undefined);
    expect(await act({ do: 'cancel', orderId: order?.order_id })).toMatchObject({ ok: true });
    expect(await act({ do: 'cancel', orderId: order?.order_id })).toMatchObject({ ok: false });
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
  });

  it('an order with a client id can be cancelled by it, ours as well', async () => {
    await act({ ...byHand, price: '50000', clientOrderId: 'mine1' });
    const ours = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 50_000, {
      clientOrderId: 'bot1',
    });
    await act({ do: 'cancel', symbol: 'BTCUSDT', clientOrderId: 'bot1' });
    const canceled = await exchange.fetchOrder(String(ours.id), SYMBOL);
    expect(canceled.status).toBe('canceled');
    const [left] = await exchange.fetchOpenOrders(SYMBOL);
    expect(left?.clientOrderId).toBe('mine1');
  });

  it('a sale by hand is an execution of the account, and told on its stream', async () => {
    const watched: Order[] = [];
    const watching = (async () => {
      for (;;) watched.push(...(await exchange.watchOrders(SYMBOL)));
    })();
    watching.catch(() => undefined);
    await until(async () => {
      await act({ ...byHand, price: '40000' }, { do: 'cancel-all' });
      return watched.length > 0;
    }, 'an order on the stream');
    const before = await total('BTC');
    const sale = { ...byHand, side: 'sell', type: 'market', amount: '0.5' };
    const { order } = await act(sale);
    expect(order?.status).toBe('FILLED');
    expect(await total('BTC')).toBeCloseTo(before - 0.5, 8);
    const mine = await exchange.fetchMyTrades(SYMBOL);
    expect(mine.at(-1)).toMatchObject({ side: 'sell', order: String(order?.order_id) });
    await until(() => watched.some(({ id }) => id === String(order?.order_id)), 'the sale');
  });

  it('stops by hand wait for their trigger, at the market or with a limit', async () => {
    const stop = { ...byHand, side: 'sell', type: 'stop', trigger: String(price - 2_000) };
    const { order } = await act(stop);
    expect(order).toMatchObject({ type: 'STOP_LOSS', status: 'NEW' });
    expect((await act({ ...stop, price: String(price - 2_100) })).order).toMatchObject({
      type: 'STOP_LOSS_LIMIT',
    });
    expect(await act({ ...stop, trigger: String(price + 2_000) })).toMatchObject({
      ok: false,
      refusal: 'WOULD_TRIGGER',
    });
  });

  it('deposits, withdrawals and conversions change the balances, and are told', async () => {
    const watching = exchange.watchBalance();
    watching.catch(() => undefined);
    let told: unknown;
    watching.then(
      (balance) => {
        told = balance;
      },
      () => undefined,
    );
    const [btc, usdt] = [await total('BTC'), await total('USDT')];
    await until(async () => {
      await act({ do: 'deposit', asset: 'USDT', amount: '1' });
      return told !== undefined;
    }, 'a balance on the stream');
    const deposited = await total('USDT');
    expect(deposited).toBeGreaterThan(usdt);
    await act({ do: 'withdraw', asset: 'USDT', amount: '500' });
    expect(await total('USDT')).toBeCloseTo(deposited - 500, 6);
    expect(await act({ do: 'withdraw', asset: 'BTC', amount: '50' })).toMatchObject({
      ok: false,
      refusal: 'INSUFFICIENT_FUNDS',
    });
    const { received } = await act({ do: 'convert', from: 'BTC', to: 'USDT', amount: '0.1' });
    expect(Number(received)).toBeGreaterThan(price * 0.09);
    expect(await total('BTC')).toBeCloseTo(btc - 0.1, 8);
    expect(await total('USDT')).toBeCloseTo(deposited - 500 + Number(received), 6);
    await act({ do: 'convert', from: 'USDT', to: 'DUST', amount: '1', receive: '2' });
    expect(await total('DUST')).toBe(2);
    expect(await act({ do: 'convert', from: 'DUST', to: 'USDT', amount: '1' })).toMatchObject({
      refusal: 'NO_PRICE',
    });
  });

  it('what cannot be asked for is refused with its place, and nothing is done', async () => {
    const acts = [
      { do: 'deposit', asset: 'USDT', amount: '5' },
      { ...byHand, symbol: 'BTCUSD', price: '50000' },
      { ...byHand, price: '50000.001' },
      { ...byHand, type: 'market', price: '50000' },
      { do: 'cancel', symbol: 'BTCUSDT' },
    ];
    const before = await total('USDT');
    const answer = await control(simulator, 'POST /acts', acts);
    expect(answer.status).toBe(400);
    const { errors } = answer.body as { readonly errors?: unknown };
    const text = JSON.stringify(errors ?? answer.body);
    expect(text).toMatch(/BTCUSDT.*at most 2 decimals.*a market order has none.*expected orderId/u);
    expect(await total('USDT')).toBe(before);
  });

  it('a rule lets something happen at the moment at which an order arrives', async () => {
    const before = { do: 'withdraw', asset: 'BTC', amount: (await total('BTC')).toFixed(8) };
    const path = venue === 'binance' ? '/api/v3/order' : '/api/v5/trade/batch-orders';
    const symbols = { BTCUSDT: { maxAmount: '0.02' } };
    const rules = [
      { match: { method: 'POST', path }, times: 1, action: { type: 'meanwhile', acts: [before] } },
      {
        ...{ match: { method: 'POST', path }, times: 1, phase: 'after-accept' },
        action: { type: 'meanwhile', conditions: { symbols } },
      },
    ];
    expect((await control(simulator, 'POST /rules', rules)).status).toBe(200);
    const sell = exchange.createOrder(SYMBOL, 'market', 'sell', 0.01);
    await expect(sell).rejects.toThrow(/insufficient/iu);
    const buy = (): Promise<Order> => exchange.createOrder(SYMBOL, 'limit', 'buy', 0.03, 50_000);
    expect((await buy()).id).toBeDefined();
    await expect(buy()).rejects.toThrow(venue === 'binance' ? 'LOT_SIZE' : '51005');
    const bad = { action: { type: 'meanwhile', acts: [{ ...byHand, symbol: 'NO' }] } };
    expect((await control(simulator, 'POST /rules', bad)).status).toBe(400);
    await control(simulator, 'POST /conditions', { symbols: { BTCUSDT: { maxAmount: '0' } } });
  });
});
