/** Coins that strategies hold are sold by hand at the exchange, and others brought: a real daemon at the simulated exchange. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, liveExchange } from '../../builders/world.ts';

/** Buys once; nothing more for a market day. */
const dca = (id: string): string => `schema_version: 1
id: ${id}
kind: dca
symbol: BTC/USDT
timeframe: 1m
budget: 1500 USDT
every: 1d
amount: 1000 USDT
stop_loss: 50%
`;

let project: Project;

beforeAll(async () => {
  project = new Project({
    speed: 60,
    strategies: { 'a.yaml': dca('dca-a'), 'b.yaml': dca('dca-b') },
  });
  await project.startExchange({ speed: 60 });
  await project.start();
  await eventually(async () => (await amounts()).every((amount) => amount.gt(0)), 250);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

async function strategies() {
  return (await project.status()).strategies;
}

async function amounts(): Promise<Decimal[]> {
  return (await strategies()).map(({ position }) => new Decimal(position.amount));
}

async function attention(): Promise<string[]> {
  return (await project.status()).attention.map(({ code }) => code);
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

/** BTC of the account: free, and all of it. */
async function coins(): Promise<{ readonly free: Decimal; readonly total: Decimal }> {
  const { free = '0', locked = '0' } = accountOf(await liveExchange(project)).balances['BTC'] ?? {};
  return { free: new Decimal(free), total: new Decimal(free).plus(locked) };
}

describe('0.005 sold by hand of what two strategies hold', () => {
  let before: Decimal[];

  it(
    'is found at the start, said once, and keeps entries off',
    async () => {
      before = await amounts();
      await project.json('stop');
      await act(
        { do: 'cancel-all' },
        { do: 'order', symbol: 'BTCUSDT', side: 'sell', type: 'market', amount: '0.005' },
      );
      await project.start();
      await eventually(async () => {
        const codes = await attention();
        return codes.includes('position.phantom') && codes.includes('symbol.halted');
      });
      expect(booksOf(project).notes.filter(({ code }) => code === 'COINS_MISSING')).toHaveLength(1);
      expect(await amounts()).toEqual(before);
    },
    DAEMON_TEST_MS,
  );

  it(
    'is guarded by both for no more than is there, and no sell is refused',
    async () => {
      await eventually(async () => {
        const { free, total } = await coins();
        return total.minus(free).gt(0) && free.lt('0.00002');
      }, 250);
      expect(booksOf(project).orders.filter(({ state }) => state === 'REJECTED')).toEqual([]);
    },
    DAEMON_TEST_MS,
  );

  it(
    'is not resumed without saying whose it was, nor without a yes',
    async () => {
      const plain = await project.run('resume', 'BTC/USDT');
      expect([plain.exitCode, plain.stderr]).toEqual([2, expect.stringContaining('positions say')]);
      const none = await project.run('resume', 'BTC/USDT', '--adopt-balances', '--yes');
      expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('dca-a')]);
      const asked = await project.run('resume', 'BTC/USDT', '--adopt-balances=dca-b');
      expect([asked.exitCode, asked.stderr]).toEqual([
        2,
        expect.stringMatching(/dca-b on BTC\/USDT: [\d.]+ BTC shrinks by [\d.]+[^]*needs --yes/u),
      ]);
      expect(await amounts()).toEqual(before);
    },
    DAEMON_TEST_MS,
  );

  it(
    'shrinks the position that was named, for good: after a restart too the books have what is there',
    async () => {
      const argv = ['BTC/USDT', 'sold by hand', '--adopt-balances=dca-b', '--yes'];
      await project.json('resume', ...argv);
      const [a, b] = await amounts();
      expect(a).toEqual(before[0]);
      const { total } = await coins();
      expect(new Decimal(b ?? 0).plus(a ?? 0).toString()).toBe(total.toString());
      const exposure = Number((await strategies())[1]?.position.cost);
      expect(exposure).toBeLessThan(900);
      await eventually(async () => {
        const { free } = await coins();
        return free.lt('0.00002') && (await attention()).length === 0;
      }, 250);
      await project.json('stop');
      await project.start();
      expect(await amounts()).toEqual([a, b]);
      expect(await attention()).toEqual([]);
      const { positions } = await project.json<{ positions: { booked: unknown }[] }>('positions');
      expect(positions.map(({ booked }) => booked !== null)).toEqual([false, true]);
      const log = await project.run('why', 'dca-b');
      expect(log.stdout).toContain('sold by hand');
    },
    DAEMON_TEST_MS,
  );
});

describe('coins that were brought', () => {
  it(
    'are booked, given to a strategy at their cost, and guarded with what it has',
    async () => {
      await act({ do: 'deposit', asset: 'BTC', amount: '0.003' });
      const give = ['BTC/USDT', '--amount', '0.003', '--cost', '150', '--strategy', 'dca-a'];
      const early = await project.run('adopt', ...give, '--yes');
      expect(early.exitCode).toBe(6);
      await project.json('resume', 'BTC/USDT', 'brought', '--adopt-balances');
      expect((await project.run('adopt', ...give)).exitCode).toBe(2);
      const [first] = await amounts();
      expect(await project.json('adopt', ...give, '--yes')).toMatchObject({
        ...{ strategy: 'dca-a', amount: '0.003', cost: '150', average_price: '50000' },
        after: first?.plus('0.003').toString(),
      });
      await eventually(async () => {
        const { free } = await coins();
        return free.lt('0.00002');
      }, 250);
      const more = await project.run('adopt', ...give, '--yes');
      expect([more.exitCode, more.stderr]).toEqual([6, expect.stringContaining('more than that')]);
    },
    DAEMON_TEST_MS,
  );
});
