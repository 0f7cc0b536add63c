/** Fees of all markets are taken in a coin that a strategy holds, as with BNB on Binance: a real daemon at the simulated exchange. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, exchangeOf, liveExchange } from '../../builders/world.ts';

const dca = (id: string, symbol: string, amount: number, budget: number): string =>
  [
    ...['schema_version: 1', `id: ${id}`, 'kind: dca', `symbol: ${symbol}`, 'timeframe: 1m'],
    ...[`budget: ${String(budget)} USDT`, 'every: 1m', `amount: ${String(amount)} USDT`],
    'stop_loss: 50%',
  ].join('\n');

let project: Project;

beforeAll(async () => {
  project = new Project({
    speed: 60,
    strategies: {
      // A budget of three amounts is for three buys, though the fee is taken in what is bought.
      'eth.yaml': dca('eth', 'ETH/USDT', 40, 120),
      'sol.yaml': dca('sol', 'SOL/USDT', 400, 8000),
    },
  });
  // A price far below the market's: fees take the more of it.
  const feeAsset = { asset: 'ETH', prices: { USDT: '1000' } };
  await project.startExchange({ speed: 60, feeAsset });
  await project.start();
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

const buysOf = (id: string) =>
  booksOf(project).orders.filter(
    ({ strategy_id: strategy, side, state }) =>
      strategy === id && side === 'buy' && state === 'FILLED',
  );

/** ETH of the account, free or not. */
async function coins(): Promise<Decimal> {
  const { free = '0', locked = '0' } = accountOf(await liveExchange(project)).balances['ETH'] ?? {};
  return new Decimal(free).plus(locked);
}

describe('a coin in which other markets’ fees are taken', () => {
  it(
    'is held for no more than is there, and nothing is halted for it',
    async () => {
      await eventually(() => buysOf('sol').length >= 8 && buysOf('eth').length === 3, 250);
      const taken = booksOf(project).bookings.filter(({ cause }) => cause === 'fees');
      expect(taken.map(({ strategy_id: id }) => id)).toContain('eth');
      await eventually(async () => {
        const { strategies } = await project.status();
        const held = strategies.find(({ id }) => id === 'eth')?.position.amount ?? '0';
        return new Decimal(held).gt(0) && new Decimal(held).lte(await coins());
      });
      const { attention } = await project.status();
      const codes = attention.map(({ code }) => code);
      for (const code of ['position.phantom', 'symbol.halted', 'books.differ', 'exit.refused'])
        expect(codes).not.toContain(code);
      expect(buysOf('eth')).toHaveLength(3);
    },
    DAEMON_TEST_MS,
  );

  it(
    'is sold as far as it is there, no sell is refused, and the books agree to the last digit',
    async () => {
      await project.json('stop', '--flatten', '--yes');
      const books = booksOf(project);
      expect(books.orders.filter(({ state }) => state === 'REJECTED')).toEqual([]);
      expect(differences(books, accountOf(await exchangeOf(project)))).toEqual([]);
      for (const { strategy_id: id, amount } of books.positions)
        expect([id, Number(amount) < 0.01, Number(amount) >= 0]).toEqual([id, true, true]);
    },
    DAEMON_TEST_MS,
  );
});
