/** The operator takes one strategy out of the market, keeps one from entering, and takes one order back: a real daemon at the simulated exchange. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, liveExchange } from '../../builders/world.ts';

/** Buys once, and then again after a market hour: the market stays as the operator leaves it. */
const dca = (id: string, symbol: string): string => `schema_version: 1
id: ${id}
kind: dca
symbol: ${symbol}
timeframe: 1m
budget: 400 USDT
every: 60m
amount: 100 USDT
stop_loss: 50%
`;

interface Closed {
  readonly complete: boolean;
  readonly market: { readonly sold: string; readonly left: string };
  readonly resting: readonly { readonly order: string; readonly limit: string }[];
}

let project: Project;

beforeAll(async () => {
  project = new Project({
    speed: 60,
    strategies: { 'eth.yaml': dca('dca-eth', 'ETH/USDT'), 'btc.yaml': dca('dca-btc', 'BTC/USDT') },
  });
  await project.startExchange({ speed: 60 });
  await project.start();
  for (const id of ['dca-eth', 'dca-btc'])
    await eventually(async () => Number((await heldBy(id)).amount) > 0, 250);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

async function strategy(id: string) {
  const { strategies } = await project.status();
  const found = strategies.find((each) => each.id === id);
  if (!found) throw new Error(`${id} is not configured`);
  return found;
}

const heldBy = async (id: string) => (await strategy(id)).position;

async function attention(strategyId: string): Promise<string[]> {
  const { attention: items } = await project.status();
  return items.filter((item) => item.strategy === strategyId).map(({ code }) => code);
}

describe('a strategy that is paused', () => {
  it(
    'is protected as before and says so, also after a restart, until it is resumed',
    async () => {
      await eventually(async () => (await strategy('dca-eth')).protection?.where === 'exchange');
      const paused = await project.json('pause', 'dca-eth', 'earnings are near');
      expect(paused).toMatchObject({ target: 'dca-eth', entries: 'off', changed: true });
      await project.json('stop');
      await project.start();
      expect(await attention('dca-eth')).toContain('strategy.paused');
      expect(await attention('dca-btc')).not.toContain('strategy.paused');
      const { attention: items } = await project.status();
      expect(items.map(({ text }) => text).join()).toContain('earnings are near');
      await eventually(async () => {
        const { state, protection } = await strategy('dca-eth');
        return state === 'paused' && protection?.where === 'exchange';
      });
      expect(await project.json('resume', 'dca-eth')).toMatchObject({ entries: 'on' });
      expect(await attention('dca-eth')).not.toContain('strategy.paused');
      expect((await project.run('resume', 'dca-eth')).exitCode).toBe(1);
    },
    DAEMON_TEST_MS,
  );

  it('that nobody knows is said with the nearest name, and nothing is paused', async () => {
    const ran = await project.run('pause', 'dca-eht');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('did you mean dca-eth?');
    expect((await project.status()).risk.paused).toBe(false);
  });
});

describe('a strategy that is closed', () => {
  it('is not without a yes, nor by a name that nobody knows', async () => {
    expect((await project.run('close', 'dca-btc')).exitCode).toBe(2);
    const ran = await project.run('close', 'dca-btx', '--yes');
    expect([ran.exitCode, ran.stderr]).toEqual([
      2,
      expect.stringContaining('did you mean dca-btc?'),
    ]);
    expect((await project.run('close', 'dca-btc', '--amount', '99', '--yes')).exitCode).toBe(2);
    expect(Number((await heldBy('dca-btc')).amount)).toBeGreaterThan(0);
  });

  it(
    'in part keeps the rest under its stop',
    async () => {
      const before = Number((await heldBy('dca-btc')).amount);
      const amount = (before / 2).toFixed(5);
      const closed = await project.json<Closed>('close', 'dca-btc', '--amount', amount, '--yes');
      expect(closed).toMatchObject({ complete: true, resting: [] });
      expect(Number(closed.market.sold)).toBe(Number(amount));
      expect(Number(closed.market.left)).toBeCloseTo(before - Number(amount), 8);
      await eventually(async () => (await strategy('dca-btc')).protection?.where === 'exchange');
    },
    DAEMON_TEST_MS,
  );

  it(
    'at a limit rests at the exchange with its stop watched here, until its order is cancelled',
    async () => {
      const { average_price: average } = await heldBy('dca-btc');
      const limit = (Number(average) * 1.03).toFixed(0);
      const closed = await project.json<Closed>('close', 'dca-btc', '--limit', limit, '--yes');
      expect(closed).toMatchObject({ complete: false, resting: [{ limit }] });
      const order = closed.resting[0]?.order ?? '';
      await eventually(async () => (await strategy('dca-btc')).protection?.where === 'here');
      expect((await project.run('cancel', order)).exitCode).toBe(2);
      expect(await project.json('cancel', order, '--yes')).toMatchObject({
        ...{ order, state: 'CANCELLED', ended: true, filled: '0' },
      });
      await eventually(async () => (await strategy('dca-btc')).protection?.where === 'exchange');
      expect((await project.run('cancel', order, '--yes')).stderr).toContain('has ended');
      expect((await project.run('cancel', 'nothing', '--yes')).exitCode).toBe(2);
    },
    DAEMON_TEST_MS,
  );

  it('has a guard that cannot be cancelled alone', async () => {
    const { orders } = await project.json<{ orders: { intent_id: string; type: string }[] }>(
      'orders',
    );
    const guard = orders.find(({ type }) => type === 'stop');
    if (!guard) throw new Error('there is no stop');
    const ran = await project.run('cancel', guard.intent_id, '--yes');
    expect([ran.exitCode, ran.stderr]).toEqual([6, expect.stringContaining('plimsoll close')]);
  });

  it(
    'is sold even when a reload has removed it and left its position behind',
    async () => {
      rmSync(join(project.folder, 'strategies', 'btc.yaml'));
      expect(await project.json('reload')).toMatchObject({
        ...{ changed: true, strategies: { removed: ['dca-btc'] }, held: [{ strategy: 'dca-btc' }] },
      });
      expect(await attention('dca-btc')).toContain('position.unmanaged');
      const closed = await project.json<Closed>('close', 'dca-btc', '--yes');
      expect(closed).toMatchObject({ complete: true });
      expect(Number(closed.market.sold)).toBeGreaterThan(0);
      expect(await attention('dca-btc')).toEqual([]);
      expect((await project.run('close', 'dca-btc', '--yes')).exitCode).toBe(2);
    },
    DAEMON_TEST_MS,
  );

  it(
    'by its market leaves nothing of it, and the books equal the exchange’s',
    async () => {
      expect(await project.json('close', 'eth/usdt', '--yes')).toMatchObject({ complete: true });
      await project.json('pause');
      await project.json('stop');
      const books = booksOf(project);
      expect(differences(books, accountOf(await liveExchange(project)))).toEqual([]);
      // Fees of the buys were taken in the coin: less than a lot of each is left.
      expect(books.positions.filter(({ amount }) => Number(amount) > 0.0001)).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
