/** Recorded markets, played by the simulated exchange, drive the daemon from end to end. Needs the data folder; skips without. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, exchangeOf, readBooks } from '../../builders/world.ts';

const DATA =
  process.env['PLIMSOLL_TEST_DATA'] ??
  join(fileURLToPath(new URL('../../../', import.meta.url)), '..', 'shared', 'data');
const isThere = existsSync(DATA);
if (!isThere) {
  process.stderr.write(`skipped: no recorded market data in ${DATA}; set PLIMSOLL_TEST_DATA\n`);
}
const whereThere = isThere ? describe : describe.skip;

const grid = `schema_version: 1
id: grid
kind: grid
symbol: BTC/USDT
timeframe: 5m
budget: 2000 USDT
lower: -4%
upper: +4%
lines: 21
spacing: geometric
`;

const dca = (timeframe: string, every: string): string => `schema_version: 1
id: dca
kind: dca
symbol: BTC/USDT
timeframe: ${timeframe}
budget: 1000 USDT
every: ${every}
amount: 50 USDT
`;

const RECORDINGS = [
  {
    name: 'candles',
    file: 'candles/binance_BTCUSDT_5m_2024-01_2024-09.csv.gz',
    // A bar in half a second.
    speed: 600,
    strategies: { 'grid.yaml': grid, 'dca.yaml': dca('5m', '15m') },
    fillsLeast: 5,
    from: '2024-01-',
    price: [35_000, 50_000],
  },
  {
    name: 'trades',
    file: 'trades/binance-spot_BTCUSDT_trades_20240808.csv.gz',
    // Not six minutes were recorded, and half of them are the past.
    speed: 5,
    strategies: { 'dca.yaml': dca('1m', '1m') },
    fillsLeast: 1,
    from: '2024-08-0',
    price: [61_000, 63_000],
  },
] as const;

let project: Project | undefined;

afterEach(() => project?.dispose(), DAEMON_TEST_MS);

whereThere('a replay of recorded', () => {
  it.each(RECORDINGS)(
    '$name is traded on, and the books equal the exchange’s',
    async ({ file, speed, strategies, fillsLeast, from, price: [lowest, highest] }) => {
      const run = (project = new Project({
        speed,
        strategies,
        simulated: [`replay: { file: '${join(DATA, file)}' }`],
      }));
      await run.start();
      await eventually(() => (readBooks(run)?.fills.length ?? 0) >= fillsLeast, 100);
      const status = await run.status();
      expect(status.exchange.markets).toMatchObject([{ symbol: 'BTC/USDT' }]);
      expect(status.market_time).toMatch(new RegExp(`^${from}`, 'u'));
      expect((await run.run('stop', '--cancel-orders')).exitCode).toBe(0);
      const books = booksOf(run);
      for (const fill of books.fills) {
        expect(Number(fill.price)).toBeGreaterThan(lowest);
        expect(Number(fill.price)).toBeLessThan(highest);
      }
      const exchange = await exchangeOf(run);
      expect(differences(books, accountOf(exchange))).toEqual([]);
      expect(exchange.violations).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
