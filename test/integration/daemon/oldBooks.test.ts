/** An old database is put back beside an account that has sold since: a real daemon at the simulated exchange. */
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
  await project.startExchange({ speed: 60 });
  await project.start();
  await eventually(async () => (await amounts()).every((amount) => amount.gt(0)), 250);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

async function amounts(): Promise<Decimal[]> {
  const { strategies } = await project.status();
  return strategies.map(({ position }) => new Decimal(position.amount));
}

async function coins(): Promise<Decimal> {
  const { free = '0', locked = '0' } = accountOf(await liveExchange(project)).balances['SOL'] ?? {};
  return new Decimal(free).plus(locked);
}

const backup = (): string => `${project.database}.old`;

describe('an old database that is put back', () => {
  it(
    'halts the market of which it says more than is there, and says so once',
    async () => {
      await project.json('stop');
      copyFileSync(project.database, backup());
      await project.start();
      expect(await project.json('close', 'dca-a', '--yes')).toMatchObject({ complete: true });
      expect(await project.json('close', 'dca-b', '--yes')).toMatchObject({ complete: true });
      await project.json('stop', '--cancel-orders');
      for (const end of ['', '-wal', '-shm']) rmSync(`${project.database}${end}`, { force: true });
      copyFileSync(backup(), project.database);
      await project.start();
      await eventually(async () => {
        const codes = (await project.status()).attention.map(({ code }) => code);
        return codes.includes('position.phantom') && codes.includes('symbol.halted');
      });
      const found = (await project.status()).attention.find(
        ({ code }) => code === 'journal.old_copy',
      );
      expect(found?.text).toMatch(/1 later runs and \d+ orders are not in them/u);
      expect(project.read('data/plimsoll.log')).toContain('waiting for what they lack');
      expect(booksOf(project).notes.filter(({ code }) => code === 'COINS_MISSING')).toHaveLength(1);
      const { strategies } = await project.status();
      for (const { position } of strategies) {
        expect(Number(position.not_there)).toBeGreaterThan(0);
        expect(Number(position.not_there)).toBeLessThan(Number(position.amount));
      }
    },
    DAEMON_TEST_MS,
  );

  it(
    'sells what is there, shared out among all, and no sell is refused',
    async () => {
      const there = await coins();
      expect(there.gt('0.5')).toBe(true);
      const before = booksOf(project).orders.length;
      await project.json('stop', '--flatten', '--yes');
      const sells = booksOf(project)
        .orders.slice(before)
        .filter(({ type }) => type === 'market');
      expect(new Set(sells.map(({ strategy_id: id }) => id))).toEqual(new Set(IDS));
      expect(booksOf(project).orders.filter(({ state }) => state === 'REJECTED')).toEqual([]);
      const sold = sells.reduce((sum, { filled }) => sum.plus(filled), new Decimal(0));
      const left = await coins();
      expect(left.plus(sold).toString()).toBe(there.toString());
      // Less than a lot each, of what one strategy's position was.
      expect(left.lt(there.div(20))).toBe(true);
    },
    DAEMON_TEST_MS,
  );
});
