/** Markets that say nothing, for whatever reason: the daemon lives, says so, trades elsewhere, and goes on when they do. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, exchangeOf } from '../../builders/world.ts';
import { control } from '../simulator/controlClient.ts';

const BTC = 'BTC/USDT';
const ETH = 'ETH/USDT';
const SPEED = 60;
/** `risk.stale_after` of these tests, and a little more than that. */
const SILENT_MS = 2_500;

function dca(id: string, symbol: string): string {
  return [
    ...['schema_version: 1', `id: ${id}`, 'kind: dca', `symbol: ${symbol}`, 'timeframe: 1m'],
    ...['budget: 2000 USDT', 'every: 1m', 'amount: 10 USDT'],
  ].join('\n');
}

let project: Project;

beforeAll(async () => {
  project = new Project({
    speed: SPEED,
    strategies: { 'btc.yaml': dca('btc', BTC), 'eth.yaml': dca('eth', ETH) },
  });
  project.edit('config/plimsoll.yaml', /risk:\n/u, 'risk:\n  stale_after: 1s\n');
  await project.startExchange({ speed: SPEED });
  await project.start();
  await tradesOn(BTC);
  await tradesOn(ETH);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

function buys(symbol: string): number {
  return booksOf(project).fills.filter((fill) => fill.symbol === symbol).length;
}

/** Waits for two further buys: the first may have been on its way. */
async function tradesOn(symbol: string): Promise<void> {
  const before = buys(symbol);
  await eventually(() => buys(symbol) >= before + 2, 100);
}

/** Markets whose data is stale, as status has them. */
async function staleMarkets(): Promise<readonly string[]> {
  const { exchange } = await project.status();
  return exchange.markets.filter(({ stale }) => stale).map(({ symbol }) => symbol);
}

async function tell(route: string, document?: unknown): Promise<void> {
  const card = project.card();
  if (!card) throw new Error('no exchange runs');
  expect((await control(card, route, document)).status).toBe(200);
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function expectSilence(symbols: readonly string[]): Promise<void> {
  await eventually(async () => (await staleMarkets()).length === symbols.length, 200);
  const status = await project.status();
  expect(status).toMatchObject({ running: true, state: 'running' });
  expect(status.state_reason).toBe(`no market data of ${symbols.join(', ')}: no entries there`);
}

describe('a market that goes silent', () => {
  it(
    'while the others go on: only its entries wait, until its data is back',
    async () => {
      const events = ['depth', 'trade', 'quote', 'ticker', 'candle'];
      const action = { type: 'drop-event' };
      await tell(
        'POST /rules',
        events.map((event) => ({ match: { symbol: 'ETHUSDT', event }, action })),
      );
      await expectSilence([ETH]);
      const before = buys(ETH);
      await tradesOn(BTC);
      await tradesOn(BTC);
      expect(buys(ETH)).toBe(before);
      await tell('DELETE /rules');
      await tradesOn(ETH);
      expect(await staleMarkets()).toEqual([]);
    },
    DAEMON_TEST_MS,
  );

  it(
    'because every market stands still: all wait, and go on with it',
    async () => {
      await tell('POST /time', { do: 'pause' });
      await expectSilence([BTC, ETH]);
      const before = buys(BTC) + buys(ETH);
      await pass(SILENT_MS);
      expect(buys(BTC) + buys(ETH)).toBe(before);
      await tell('POST /time', { do: 'resume' });
      await tradesOn(BTC);
      await tradesOn(ETH);
    },
    DAEMON_TEST_MS,
  );

  it(
    'because the daemon itself stood still: it compares everything, and goes on',
    async () => {
      const { pid } = project.daemon();
      process.kill(pid, 'SIGSTOP');
      await pass(2 * SILENT_MS);
      process.kill(pid, 'SIGCONT');
      await tradesOn(BTC);
      await tradesOn(ETH);
      expect(project.daemon().pid).toBe(pid);
    },
    DAEMON_TEST_MS,
  );

  it(
    'because the exchange died: everything goes on when it is back at its address',
    async () => {
      const card = project.card();
      if (!card) throw new Error('no exchange runs');
      process.kill(card.pid, 'SIGKILL');
      await expectSilence([BTC, ETH]);
      await pass(SILENT_MS);
      await project.startExchange({ speed: SPEED, port: card.port });
      await tradesOn(BTC);
      await tradesOn(ETH);
    },
    DAEMON_TEST_MS,
  );

  it(
    'and afterwards the books equal the exchange’s',
    async () => {
      const { pid } = project.daemon();
      expect(await project.run('stop', '--cancel-orders')).toMatchObject({ exitCode: 0 });
      expect(differences(booksOf(project), accountOf(await exchangeOf(project)))).toEqual([]);
      expect(project.read('data/plimsoll.log')).toContain(`"pid":${pid}`);
    },
    DAEMON_TEST_MS,
  );
});
