/** Websocket faults as unmodified ccxt.pro.binance meets them: what the fault table does not show, above all how a book recovers. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderBook } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { overOption } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { errorOf, isPendingAfter, thrownBy, until } from './outcomes.ts';
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
  await exchange.close();
  await until(() => simulator.summary().connections === 0, 'all connections closed');
  expect(simulator.state().violations).toEqual([]);
});
afterAll(async () => {
  await simulator.close();
});

function fault(...rule: [action: object, match?: object, more?: object]): Promise<unknown> {
  return addFault(simulator, ...rule);
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

it('a market connection that is cut or closed says with which code', async () => {
  for (const [action, code] of [
    [{ type: 'terminate' }, '1006'],
    [{ type: 'close', code: 1001 }, '1001'],
  ] as const) {
    await trades();
    await fault(action, { path: '/stream/*' });
    expect((await failureOf(trades)).message).toContain(code);
  }
});

it('a market connection without pongs is given up after more than two pings', async () => {
  await trades();
  await fault({ type: 'stall', pong: false }, { path: '/stream/*' });
  const startMs = Date.now();
  expect((await failureOf(trades)).thrown).toBe('RequestTimeout');
  expect(Date.now() - startMs).toBeGreaterThan(2 * KEEP_ALIVE_MS);
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
    const another = await connectStreams(simulator);
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
