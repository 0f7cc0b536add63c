/** The ways to stop, seen from the exchange, which is there before the daemon and after it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import {
  accountOf,
  booksOf,
  differences,
  isOpen,
  liveExchange,
  type FillRow,
} from '../../builders/world.ts';

/** The exchange's smallest order, in quote. */
const MIN_NOTIONAL = 5;

interface FarewellRow {
  readonly symbol: string;
  readonly cancelled_orders: number;
  readonly sold: string;
  readonly sold_for: string;
  readonly left: string;
}

let project: Project;

beforeAll(async () => {
  project = new Project();
  await project.startExchange({ speed: 240 });
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

/** A daemon that has orders open and holds something. */
async function tradingDaemon() {
  const daemon = await project.foreground();
  await eventually(async () => {
    const { risk, strategies } = await project.status();
    return risk.open_orders >= 5 && strategies.some(({ position }) => Number(position.amount) > 0);
  }, 250);
  return daemon;
}

describe('stopping', () => {
  it(
    'by SIGTERM leaves the orders in place, finishes what is under way, and exits with 0',
    async () => {
      const daemon = await tradingDaemon();
      daemon.kill('SIGTERM');
      const ended = await daemon.ended;
      expect(ended).toMatchObject({ exitCode: 0, signal: null });
      expect(JSON.parse(ended.stdout)).toMatchObject({ risk: { unknown_orders: 0 } });
      const { open_orders: open } = accountOf(await liveExchange(project));
      expect(open.length).toBeGreaterThan(0);
      const { orders } = booksOf(project);
      const states = new Set(orders.filter(isOpen).map(({ state }) => state));
      const quiet = ['ACKED', 'PARTIAL'];
      expect([...states].filter((state) => !quiet.includes(state))).toEqual([]);
      const ours = orders.filter(isOpen).map((order) => order.client_order_id);
      expect(ours).toEqual(expect.arrayContaining(open.map((order) => order.client_order_id)));
      expect(differences(booksOf(project), accountOf(await liveExchange(project)))).toEqual([]);
    },
    DAEMON_TEST_MS,
  );

  it('does not end the exchange, which was there before', () => {
    expect(project.exchangeRuns()).toBe(true);
  });

  it(
    'with --cancel-orders leaves no open order, and the books equal the exchange’s',
    async () => {
      const daemon = await tradingDaemon();
      const stopped = await project.json('stop', '--cancel-orders');
      expect(stopped).toMatchObject({
        stopped: true,
        complete: true,
        killed: false,
        open_orders: 0,
      });
      expect((await daemon.ended).exitCode).toBe(0);
      const account = accountOf(await liveExchange(project));
      expect(account.open_orders).toEqual([]);
      expect(booksOf(project).orders.filter(isOpen)).toEqual([]);
      expect(differences(booksOf(project), account)).toEqual([]);
    },
    DAEMON_TEST_MS,
  );

  it(
    'with --flatten leaves only what is too small to sell',
    async () => {
      const daemon = await tradingDaemon();
      const { fills: before } = booksOf(project);
      expect(await project.run('stop', '--flatten')).toMatchObject({ exitCode: 2, stdout: '' });
      const stopped = await project.json<{ markets: readonly FarewellRow[] }>(
        ...['stop', '--flatten', '--yes'],
      );
      expect(stopped).toMatchObject({ complete: true, killed: false, open_orders: 0 });
      expect((await daemon.ended).exitCode).toBe(0);
      const exchange = await liveExchange(project);
      const account = accountOf(exchange);
      expect(account.open_orders).toEqual([]);
      const books = booksOf(project);
      const sells = books.fills.slice(before.length).filter(({ side }) => side === 'sell');
      expect(stopped.markets.some(({ cancelled_orders: count }) => count > 0)).toBe(true);
      for (const { symbol, sold, sold_for: soldFor, left } of stopped.markets) {
        // What was sold between the two commands is in the books besides.
        const own = sells.filter((fill) => fill.symbol === symbol);
        const sum = (of: (fill: FillRow) => Decimal.Value): Decimal =>
          Decimal.sum(0, ...own.map(of));
        expect(sum(({ amount }) => amount).gte(sold)).toBe(true);
        expect(sum(({ amount, price }) => new Decimal(amount).times(price)).gte(soldFor)).toBe(
          true,
        );
        const held = books.positions.filter((position) => position.symbol === symbol);
        expect(Decimal.sum(0, ...held.map(({ amount }) => amount)).toFixed()).toBe(left);
      }
      expect(stopped.markets.some(({ sold }) => Number(sold) > 0)).toBe(true);
      expect(books.positions.length).toBeGreaterThan(0);
      for (const { symbol, amount } of books.positions) {
        const price = exchange.last_prices[symbol.replace('/', '')] ?? 'NaN';
        expect(new Decimal(amount).times(price).toNumber()).toBeLessThan(MIN_NOTIONAL);
      }
      expect(differences(books, account)).toEqual([]);
      expect(exchange.violations).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
