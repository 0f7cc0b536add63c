/** Faults of the user stream, as unmodified ccxt.pro.binance meets them: most of them it never notices. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Order } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { startTypescript } from '../../builders/child.ts';
import { cached, overOption } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { errorOf, isPendingAfter, until } from './outcomes.ts';
import { KEEP_ALIVE_MS, SYMBOL, addFault, connectStreams, startStreams } from './streamBench.ts';

let simulator: Simulator;
let exchange: Binance;

beforeAll(async () => {
  simulator = await startStreams();
});
beforeEach(async () => {
  exchange = await connectStreams(simulator);
});
afterEach(async () => {
  await control(simulator, 'DELETE /rules');
  if ((simulator.state().accounts[0]?.open_orders.length ?? 0) > 0)
    await exchange.cancelAllOrders(SYMBOL);
  await exchange.close();
  expect(simulator.state().violations).toEqual([]);
});
afterAll(async () => {
  await simulator.close();
});

function fault(...rule: [action: object, match?: object, more?: object]): Promise<unknown> {
  return addFault(simulator, ...rule);
}

const USER = { path: '/ws-api/*' };

/** Watches the user's orders and resolves when the exchange will report them. */
async function subscribe(): Promise<{ readonly watching: Promise<Order[]> }> {
  const watching = exchange.watchOrders(SYMBOL);
  watching.catch(() => undefined);
  await until(isSubscribed, 'the user stream');
  return { watching };
}

function isSubscribed(): boolean {
  const client = exchange.clients[simulator.urls.ws['ws-api'].spot];
  if (client === undefined || !('spot' in client.subscriptions)) return false;
  return !('authenticate:signature:spot' in client.futures);
}

/** A limit buy far below the market rests, one far above it fills. */
function limitBuy(clientOrderId: string, price: number): Promise<Order> {
  return exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, price, { clientOrderId });
}
const RESTS = 50_000;
const FILLS = 90_000;

describe('a user stream that does not come up', () => {
  it('for its key is an AuthenticationError, and ends a process that catches it', async () => {
    const child = startTypescript(
      new URL('userStreamChild.ts', import.meta.url),
      [JSON.stringify(simulator.urls)],
      'ignore',
    );
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    const [code] = (await once(child, 'exit')) as [number];
    expect([out.trim(), code]).toEqual(['AuthenticationError', 1]);
  });

  it('for its handshake is a NetworkError', async () => {
    await fault({ type: 'refuse-upgrade' }, USER);
    expect(await errorOf(exchange.watchOrders(SYMBOL))).toBe('NetworkError');
    expect(await errorOf(subscribe())).toBe('no error');
  });

  it('is dialled again without a pause, unlike a market stream', async () => {
    overOption(exchange, 'ws', { backoff: { base: 1_000, max: 60_000 } });
    await fault({ type: 'refuse-upgrade' }, {}, {});
    const dials = async (watch: () => Promise<unknown>): Promise<number> => {
      const before = simulator.summary().requests;
      const end = Date.now() + 1_000;
      while (Date.now() < end) {
        const call = watch();
        call.catch(() => undefined);
        if (await isPendingAfter(call, Math.max(1, end - Date.now()))) break;
      }
      return simulator.summary().requests - before;
    };
    const ofUser = await dials(() => exchange.watchOrders(SYMBOL));
    const ofMarket = await dials(() => exchange.watchTrades(SYMBOL));
    expect(ofMarket).toBeLessThan(4);
    expect(ofUser).toBeGreaterThan(20);
  });
});

describe('a user stream that is up', () => {
  it('and is ended by the exchange leaves its watchers waiting; a new call brings it back', async () => {
    const { watching } = await subscribe();
    await fault({ type: 'end-user-stream' }, USER);
    await limitBuy('unseen', RESTS);
    expect(await isPendingAfter(watching, 2 * KEEP_ALIVE_MS)).toBe(true);
    const again = await subscribe();
    await limitBuy('seen', RESTS);
    const orders = await again.watching;
    expect(orders.map(({ clientOrderId }) => clientOrderId)).toEqual(['seen']);
    expect(await watching).toEqual(orders);
  });

  it('and is cut is a NetworkError; what happened meanwhile is never told', async () => {
    const { watching } = await subscribe();
    const order = await limitBuy('meanwhile', RESTS);
    expect((await watching)[0]).toMatchObject({ id: order.id, status: 'open' });
    const next = exchange.watchOrders(SYMBOL);
    await fault({ type: 'terminate' }, USER);
    expect(await errorOf(next)).toBe('NetworkError');
    await exchange.cancelOrder(String(order.id), SYMBOL);
    await subscribe();
    await sentinel();
    expect(cachedStatus('meanwhile')).toBe('open');
    expect(await exchange.fetchOrder(String(order.id), SYMBOL)).toMatchObject({
      status: 'canceled',
    });
  });

  it('and loses an event keeps the order open in the cache, whatever has become of it', async () => {
    await subscribe();
    const order = await limitBuy('loses', RESTS);
    await until(() => cachedStatus('loses') === 'open', 'the order');
    await fault({ type: 'drop-event' }, { event: 'order', clientOrderId: 'loses' });
    await exchange.cancelOrder(String(order.id), SYMBOL);
    await sentinel();
    expect(cachedStatus('loses')).toBe('open');
  });

  it('and brings a fill twice tells it once', async () => {
    await subscribe();
    await fault({ type: 'duplicate-event' }, { event: 'order', clientOrderId: 'twice' }, {});
    const watching = exchange.watchMyTrades(SYMBOL);
    const order = await limitBuy('twice', FILLS);
    await watching;
    await sentinel();
    const told = cached(exchange, 'myTrades').filter((trade) => trade.order === order.id);
    expect(told.map(({ id }) => id)).toEqual(order.trades.map(({ id }) => id));
  });

  it('and brings a fill before its order leaves the order open in the cache', async () => {
    await subscribe();
    await fault({ type: 'swap-event' }, { event: 'order', clientOrderId: 'swapped' });
    expect(await limitBuy('swapped', FILLS)).toMatchObject({ status: 'closed' });
    await sentinel();
    expect(cachedStatus('swapped')).toBe('open');
  });

  it('and is late is late', async () => {
    const { watching } = await subscribe();
    await fault({ type: 'delay-event', ms: 400 }, { event: 'order' });
    const startMs = performance.now();
    await limitBuy('late', RESTS);
    const repliedMs = performance.now();
    await watching;
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(400);
    expect(repliedMs - startMs).toBeLessThan(400);
  });
});

/** Waits for an order that is placed and reported last: what it comes after will never come. */
async function sentinel(): Promise<void> {
  sentinels += 1;
  const id = `sentinel-${String(sentinels)}`;
  await limitBuy(id, RESTS);
  await until(() => cachedStatus(id) === 'open', id);
}
let sentinels = 0;

function cachedStatus(clientOrderId: string): string | undefined {
  return cached(exchange, 'orders').find((order) => order.clientOrderId === clientOrderId)?.status;
}
