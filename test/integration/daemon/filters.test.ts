/** Filters of the venue that are in the way of a way out: a real daemon at a simulated exchange that has them and changes them. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, exchangeOf, liveExchange } from '../../builders/world.ts';
import { control } from '../simulator/controlClient.ts';

const SPEED = 60;

let project: Project | undefined;
afterEach(async () => {
  await project?.dispose();
  project = undefined;
}, DAEMON_TEST_MS);

function dca(id: string, amount: number): string {
  return [
    ...['schema_version: 1', `id: ${id}`, 'kind: dca', 'symbol: BTC/USDT', 'timeframe: 1m'],
    ...['budget: 2500 USDT', 'every: 1m', `amount: ${amount} USDT`, 'stop_loss: 30%'],
  ].join('\n');
}

async function begin(strategies: Readonly<Record<string, string>>): Promise<Project> {
  project = new Project({ speed: SPEED, strategies });
  await project.startExchange({ speed: SPEED });
  return project;
}

async function tell(running: Project, symbol: object): Promise<void> {
  const card = running.card();
  if (!card) throw new Error('no exchange runs');
  const answer = await control(card, 'POST /conditions', { symbols: { BTCUSDT: symbol } });
  expect(answer.status).toBe(200);
}

/** Requests of the bot that the exchange has refused. */
async function refusals(running: Project): Promise<number> {
  const card = running.card();
  if (!card) throw new Error('no exchange runs');
  const { body } = await control(card, 'GET /log');
  const { requests } = body as { readonly requests: readonly { method: string; status: number }[] };
  return requests.filter(({ method, status }) => method === 'POST' && status >= 400).length;
}

describe('a market maximum below the position', () => {
  it(
    'that comes up while it runs: the exit goes out in parts until nothing is left',
    async () => {
      const running = await begin({ 'big.yaml': dca('big', 400) });
      await running.start();
      await eventually(() => booksOf(running).fills.length >= 3, 200);
      await tell(running, { maxAmount: '100', marketMaxAmount: '0.004' });
      const [before] = booksOf(running).positions;
      expect(Number(before?.amount)).toBeGreaterThan(0.012);
      const stopped = await running.json<{ complete: boolean }>('stop', '--flatten', '--yes');
      expect(stopped.complete).toBe(true);
      const books = booksOf(running);
      const exchange = await exchangeOf(running);
      const account = accountOf(exchange);
      expect(differences(books, account)).toEqual([]);
      const sells = books.orders.filter(({ side, state }) => side === 'sell' && state === 'FILLED');
      expect(sells.length).toBeGreaterThanOrEqual(4);
      for (const { amount } of sells) expect(Number(amount)).toBeLessThanOrEqual(0.004);
      expect(Number(account.balances['BTC']?.free)).toBeLessThan(0.0001);
      expect(books.notes.filter(({ code }) => code === 'EXIT_IN_PARTS')).toHaveLength(1);
      // One order met the new rule before it was known; what follows keeps it.
      const refused = books.orders.filter(({ state }) => state === 'REJECTED');
      expect(refused.length).toBeLessThanOrEqual(2);
    },
    DAEMON_TEST_MS,
  );
});

describe('seven positions with a stop where the exchange holds five', () => {
  it(
    'five rest there, two are kept here, none is refused, and status says which',
    async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      const running = await begin(
        Object.fromEntries(names.map((name) => [`${name}.yaml`, dca(name, 20)])),
      );
      await running.start();
      const whereOf = async (): Promise<string[]> => {
        const { strategies } = await running.status();
        return strategies.map(({ protection }) => protection?.where ?? 'nothing').sort();
      };
      // Each buy has its stop made anew, so that one reading may fall between the two.
      const nearness = 'the exchange holds others that are nearer to the price';
      let status = await running.status();
      await eventually(async () => {
        status = await running.status();
        const places = status.strategies.map(({ protection }) => protection);
        const keptHere = places.filter((it) => it?.where === 'here' && it.why === nearness);
        return (
          keptHere.length === 2 && places.filter((it) => it?.where === 'exchange').length === 5
        );
      }, 300);
      const { strategies, attention } = status;
      const kept = strategies.filter(({ protection }) => protection?.where === 'here');
      const stopsHeld = strategies
        .filter(({ protection }) => protection?.where === 'exchange')
        .map(({ protection }) => protection?.stop_price ?? 0);
      const highestKept = Math.max(...kept.map(({ protection }) => protection?.stop_price ?? 0));
      expect(Math.min(...stopsHeld)).toBeGreaterThanOrEqual(highestKept);
      expect(attention.map(({ code }) => code)).not.toContain('position.unprotected');
      const open = accountOf(await liveExchange(running)).open_orders;
      expect(open.filter(({ type }) => type === 'STOP_LOSS').length).toBeLessThanOrEqual(5);
      expect(await refusals(running)).toBe(0);
      await tell(running, { maxAlgoOrders: 3 });
      // The exchange lets what is open stay; the next change of a stop runs into it, and the list is read again.
      await eventually(
        async () => (await whereOf()).filter((it) => it === 'here').length === 4,
        600,
      );
      await running.run('stop', '--yes');
    },
    DAEMON_TEST_MS,
  );
});
