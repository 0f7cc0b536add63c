/** Every websocket fault, as unmodified ccxt.pro.binance meets it: what it raises, what it recovers from, what it never notices. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderBook } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt, overOption } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { errorOf, isPendingAfter, thrownBy, until } from './outcomes.ts';
import { KEY } from './signedClient.ts';

const SYMBOL = 'BTC/USDT';
const KEEP_ALIVE_MS = 400;

let simulator: Simulator;
let exchange: Binance;

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    seed: 5,
    speed: 30,
    historyBars: 5,
    accounts: [{ ...KEY, balances: { USDT: '100000', BTC: '1' } }],
  });
});
beforeEach(async () => {
  exchange = await connect();
});
afterEach(async () => {
  await control(simulator, 'DELETE /rules');
  await exchange.close();
  await until(() => simulator.summary().connections === 0, 'all connections closed');
  expect(simulator.state().violations).toEqual([]);
});
afterAll(async () => {
  await simulator.close();
});

/** A client whose timers are short, so that what takes minutes takes a second. */
async function connect(): Promise<Binance> {
  const client = await connectCcxt(simulator.urls, KEY, {
    timeout: 1_500,
    streaming: { keepAlive: KEEP_ALIVE_MS, connectionTimeout: 800 },
  });
  overOption(client, 'ws', { backoff: { base: 10, max: 50 } });
  await client.loadMarkets();
  return client;
}

function fault(action: object, match: object = {}, more: object = { times: 1 }): Promise<unknown> {
  return control(simulator, 'POST /rules', { match, ...more, action });
}

/** Watches until a call rejects, and tells with what. */
async function failureOf(
  watch: () => Promise<unknown>,
): Promise<{ readonly thrown: string; readonly message: string }> {
  const end = Date.now() + 10_000;
  for (;;) {
    const call = watch();
    if ((await errorOf(call)) !== 'no error') return thrownBy(call);
    if (Date.now() > end) throw new Error('no failure in 10 s');
  }
}

/** Watches the book until it is the exchange's own, update for update. */
async function expectTrueBook(): Promise<void> {
  const market = simulator.world.market(SYMBOL);
  const end = Date.now() + 10_000;
  for (;;) {
    const book: OrderBook = await exchange.watchOrderBook(SYMBOL);
    if (book.nonce !== market.book.updateId) {
      if (Date.now() > end) throw new Error('the book never caught up');
      continue;
    }
    const [bid, ask] = [market.touch().bid?.ticks, market.touch().ask?.ticks];
    expect(Math.round(Number(book.bids[0]?.[0]) * 100)).toBe(bid);
    expect(Math.round(Number(book.asks[0]?.[0]) * 100)).toBe(ask);
    expect(book.bids.length).toBe(market.book.bids.levelCount);
    return;
  }
}

const trades = (): Promise<unknown> => exchange.watchTrades(SYMBOL);
const book = (): Promise<unknown> => exchange.watchOrderBook(SYMBOL);

describe('a market connection', () => {
  it.each([
    ['cut', { type: 'terminate' }, '1006'],
    ['closed', { type: 'close', code: 1001 }, '1001'],
  ])('that is %s is a NetworkError; the next call dials again', async (_name, action, code) => {
    await trades();
    await fault(action, { path: '/stream/*' });
    const { thrown, message } = await failureOf(trades);
    expect(thrown).toBe('NetworkError');
    expect(message).toContain(code);
    expect(await errorOf(trades())).toBe('no error');
  });

  it('that says nothing and answers no ping is a RequestTimeout after three pings', async () => {
    await trades();
    await fault({ type: 'stall', pong: false }, { path: '/stream/*' });
    const startMs = Date.now();
    expect((await failureOf(trades)).thrown).toBe('RequestTimeout');
    expect(Date.now() - startMs).toBeGreaterThan(2 * KEEP_ALIVE_MS);
    expect(await errorOf(trades())).toBe('no error');
  });

  it('that says nothing and answers pings is never noticed', async () => {
    await trades();
    await fault({ type: 'stall' }, { path: '/stream/*' });
    // What was under way when it fell silent may still arrive.
    let pending = trades();
    while (!(await isPendingAfter(pending, 5 * KEEP_ALIVE_MS))) pending = trades();
    pending.catch(() => undefined);
    expect(simulator.summary().connections).toBe(1);
  });

  it('whose subscription is ignored is never noticed', async () => {
    await fault({ type: 'ignore-subscribe' }, { stream: 'btcusdt@trade' });
    const pending = trades();
    pending.catch(() => undefined);
    expect(await isPendingAfter(pending, 5 * KEEP_ALIVE_MS)).toBe(true);
  });

  it('with a frame that is no JSON throws at all who watch it; the next call goes on', async () => {
    await trades();
    await fault({ type: 'bad-frame' }, { event: 'trade' });
    expect((await failureOf(trades)).thrown).toBe('TypeError');
    expect(await errorOf(trades())).toBe('no error');
  });

  it('whose handshake is refused is a NetworkError; the next call dials again', async () => {
    await fault({ type: 'refuse-upgrade' }, { path: '/stream/*' });
    expect(await errorOf(trades())).toBe('NetworkError');
    expect(await errorOf(trades())).toBe('no error');
  });

  it('whose handshake hangs is a RequestTimeout; the next call dials again', async () => {
    await fault({ type: 'hang-upgrade' }, { path: '/stream/*' });
    expect(await errorOf(trades())).toBe('RequestTimeout');
    expect(await errorOf(trades())).toBe('no error');
  });
});

describe('the book', () => {
  it.each([
    ['a gap', 'drop-event'],
    ['two updates in the wrong order', 'swap-event'],
  ])('with %s is a ChecksumError; the next call takes a new snapshot', async (_name, type) => {
    await expectTrueBook();
    await fault({ type }, { event: 'depth', symbol: 'BTCUSDT' });
    expect((await failureOf(book)).thrown).toBe('ChecksumError');
    await expectTrueBook();
  });

  it('with an update twice is none the wiser', async () => {
    await expectTrueBook();
    await fault({ type: 'duplicate-event' }, { event: 'depth' });
    await until(async () => (await hits()) === 1, 'the duplicate');
    await expectTrueBook();
  });

  it('with a gap and without the check stands still for ever', async () => {
    overOption(exchange, 'watchOrderBook', { checksum: false });
    await expectTrueBook();
    await fault({ type: 'drop-event' }, { event: 'depth' });
    await until(async () => (await hits()) === 1, 'the gap');
    let pending = exchange.watchOrderBook(SYMBOL);
    while (!(await isPendingAfter(pending, 3 * KEEP_ALIVE_MS))) pending = book() as typeof pending;
    pending.catch(() => undefined);
  });

  it('whose snapshot fails once is tried again, always is ExchangeNotAvailable', async () => {
    const action = { type: 'html', status: 500 };
    await fault(action, { path: '/api/v3/depth' });
    expect(await errorOf(book())).toBe('no error');
    const another = await connect();
    await fault(action, { path: '/api/v3/depth' }, {});
    expect(await errorOf(another.watchOrderBook(SYMBOL))).toBe('ExchangeNotAvailable');
    await another.close();
  });
});

/** How often the only rule has struck. */
async function hits(): Promise<number> {
  const { body } = await control(simulator, 'GET /rules');
  return (body as { rules: { hits: number }[] }).rules[0]?.hits ?? 0;
}
