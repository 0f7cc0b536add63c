/** Orders at the exchange that are in no books hold the coins that strategies want to sell: a real daemon at the simulated exchange. */
import { copyFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, liveExchange } from '../../builders/world.ts';

/** Buys once; nothing more for a market day. */
const dca = (id: string): string => `schema_version: 1
id: ${id}
kind: dca
symbol: SOL/USDT
timeframe: 1m
budget: 600 USDT
every: 1d
amount: 500 USDT
stop_loss: 50%
`;

const IDS = ['dca-a', 'dca-b', 'dca-c'];
let project: Project;

beforeAll(async () => {
  project = new Project({
    speed: 60,
    strategies: Object.fromEntries(IDS.map((id) => [`${id}.yaml`, dca(id)])),
  });
  project.edit('config/plimsoll.yaml', /price_band: 5%/u, 'price_band: 50%');
  await project.startExchange({ speed: 60 });
  await project.start();
  await eventually(async () => (await amounts()).every((amount) => amount.gt(0)), 250);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

async function amounts(): Promise<Decimal[]> {
  const { strategies } = await project.status();
  return strategies.map(({ position }) => new Decimal(position.amount));
}

async function attention(): Promise<string[]> {
  return (await project.status()).attention.map(({ code }) => code);
}

const codes = (): string[] => booksOf(project).notes.map(({ code }) => code);
const refused = () => booksOf(project).orders.filter(({ state }) => state === 'REJECTED');

/** Coins of the account: free, and all of them. */
async function coins(): Promise<{ readonly free: Decimal; readonly total: Decimal }> {
  const { free = '0', locked = '0' } = accountOf(await liveExchange(project)).balances['SOL'] ?? {};
  return { free: new Decimal(free), total: new Decimal(free).plus(locked) };
}

/** What the owner does at the exchange. */
async function act(...acts: readonly object[]): Promise<void> {
  const card = project.card();
  if (!card) throw new Error('no exchange runs');
  const answer = await fetch(new URL('acts', card.controlUrl), {
    method: 'POST',
    headers: { 'X-Sim-Token': card.controlToken },
    body: JSON.stringify(acts),
  });
  const { results } = (await answer.json()) as { readonly results: readonly { ok: boolean }[] };
  expect(results.map(({ ok }) => ok)).toEqual(acts.map(() => true));
}

const backup = (): string => `${project.database}.old`;

/** Far enough above the market not to be reached. */
async function farAbove(): Promise<string> {
  const { strategies } = await project.status();
  const price = Number(strategies[0]?.position.average_price ?? 0);
  expect(price).toBeGreaterThan(0);
  return (price * 1.2).toFixed(2);
}

describe('an order that an old copy of the database has lost', () => {
  it(
    'is cancelled for the stops that need its coins, and no order is refused',
    async () => {
      const limit = await farAbove();
      await project.json('stop');
      copyFileSync(project.database, backup());
      await project.start();
      // It rests with the coins of one position, and another position is sold, after the copy was made.
      await project.json('close', 'dca-b', '--limit', limit, '--yes');
      await project.json('close', 'dca-a', '--yes');
      await project.json('stop');
      for (const end of ['', '-wal', '-shm']) rmSync(`${project.database}${end}`, { force: true });
      copyFileSync(backup(), project.database);
      await project.start();
      await eventually(() => codes().includes('LOST_CANCEL'));
      await eventually(async () => !(await attention()).includes('order.lost'));
      // Each has its share of what is there behind a stop: less than a lot each is left.
      await eventually(async () => {
        const { free, total } = await coins();
        return free.lt(total.div(20));
      }, 250);
      expect(refused()).toEqual([]);
      expect(await attention()).toContain('position.phantom');
    },
    DAEMON_TEST_MS,
  );
});

describe('the owner’s own resting sell', () => {
  it(
    'is left alone; what it leaves is sold, the rest waits and is said',
    async () => {
      await project.json('resume', 'SOL/USDT', 'looked', '--adopt-balances=pro-rata', '--yes');
      const price = await farAbove();
      await project.json('stop');
      const before = codes().filter((code) => code === 'COINS_LOCKED').length;
      await act({ do: 'cancel-all' });
      const { total } = await coins();
      const amount = total.times('0.8').toFixed(3, Decimal.ROUND_DOWN);
      const order = { do: 'order', symbol: 'SOLUSDT', side: 'sell', type: 'limit', amount, price };
      await act({ ...order, clientOrderId: 'by-hand' });
      await project.start();
      await project.run('close', 'SOL/USDT', '--timeout', '5s', '--yes');
      await eventually(async () => (await coins()).free.lt(total.div(20)));
      expect((await coins()).total.gte(amount)).toBe(true);
      expect(await attention()).toContain('coins.locked');
      expect(codes().filter((code) => code === 'COINS_LOCKED')).toHaveLength(before + 1);
      expect(refused()).toEqual([]);
      const open = accountOf(await liveExchange(project)).open_orders;
      expect(JSON.stringify(open)).toContain('by-hand');
    },
    DAEMON_TEST_MS,
  );

  it(
    'ends, and the rest is sold at once',
    async () => {
      await act({ do: 'cancel', symbol: 'SOLUSDT', clientOrderId: 'by-hand' });
      await eventually(async () => (await coins()).total.lt('0.05'));
      await eventually(async () => !(await attention()).includes('coins.locked'));
      expect(refused()).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
