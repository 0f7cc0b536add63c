/** A grid of which the operator sells a part, and whose file says another market then: a real daemon at the simulated exchange. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, liveExchange } from '../../builders/world.ts';

/** Lines so far apart that the market reaches none of them; it buys at once what the cells above the price are to sell. */
const GRID = `schema_version: 1
id: grid
kind: grid
symbol: BTC/USDT
timeframe: 1m
budget: 1000 USDT
lower: -30%
upper: +30%
lines: 9
initial_position: balanced
stop_loss: 60%
`;
const CELLS = 8;
const LOT = 0.00001;
const FORMER = 'grid@BTC-USDT';

interface Closed {
  readonly complete: boolean;
  readonly market: { readonly sold: string; readonly left: string };
}

let project: Project;

beforeAll(async () => {
  project = new Project({ speed: 60, strategies: { 'grid.yaml': GRID } });
  project.edit('config/plimsoll.yaml', /price_band: 5%/u, 'price_band: 50%');
  await project.startExchange({ speed: 60 });
  await project.start();
  await eventually(async () => (await selling()) > 0, 250);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

async function row(id: string) {
  const status = await project.status();
  const found = status.strategies.find((each) => each.id === id);
  if (!found) throw new Error(`${id} has no row`);
  return { ...found, uptime: status.uptime_s };
}

const held = async (): Promise<number> => Number((await row('grid')).position.amount);

/** What the grid's own orders sell, base. */
async function selling(): Promise<number> {
  interface Row {
    readonly side: string;
    readonly type: string;
    readonly amount: string;
  }
  const { orders } = await project.json<{ orders: readonly Row[] }>('orders');
  return orders
    .filter(({ side, type }) => side === 'sell' && type !== 'stop')
    .reduce((sum, { amount }) => sum + Number(amount), 0);
}

/** Its sells are all it has, but for less than a lot of each cell. */
async function isInStep(): Promise<boolean> {
  const loose = (await held()) - (await selling());
  return loose > -LOT / 2 && loose < (CELLS + 0.5) * LOT;
}

describe('a grid', () => {
  it(
    'whose own sells hold its coins says so where status tells of its stop',
    async () => {
      await eventually(isInStep, 250);
      expect((await row('grid')).protection?.why).toContain('its own sells hold the coins');
    },
    DAEMON_TEST_MS,
  );

  it(
    'of which a part is closed sells the rest as before, cell by cell',
    async () => {
      const before = await held();
      const part = (before / 2).toFixed(5);
      const closed = await project.json<Closed>('close', 'grid', '--amount', part, '--yes');
      expect(closed).toMatchObject({ complete: true, market: { sold: part } });
      expect(await held()).toBeCloseTo(before - Number(part), 8);
      await eventually(isInStep, 250);
      expect(await row('grid')).toMatchObject({ state: 'active' });
      expect(await selling()).toBeGreaterThan(0);
    },
    DAEMON_TEST_MS,
  );

  it(
    'whose file says another market is a new one; what it held can be closed by its former name',
    async () => {
      const before = await row('grid');
      project.edit('strategies/grid.yaml', /BTC\/USDT/u, 'ETH/USDT');
      expect(await project.json('reload')).toMatchObject({
        strategies: { added: ['grid'], changed: [], removed: [FORMER] },
        held: [{ strategy: FORMER, symbol: 'BTC/USDT' }],
      });
      const former = await eventually(async () => {
        const found = await row(FORMER);
        return found.open_orders === 0 && found.position.amount !== '0' && found;
      }, 250);
      expect(former).toMatchObject({ state: 'removed', position: before.position });
      // The process is the same one.
      expect(former.uptime).toBeGreaterThanOrEqual(before.uptime);
      const isMoved = async (): Promise<boolean> =>
        (await project.run('close', FORMER, '--yes')).exitCode === 0;
      await eventually(isMoved, 500);
      expect((await row('grid')).symbol).toBe('ETH/USDT');
      await project.json('pause');
      await project.json('stop');
      const books = booksOf(project);
      expect(differences(books, accountOf(await liveExchange(project)))).toEqual([]);
      const left = books.positions.filter(({ symbol }) => symbol === 'BTC/USDT');
      expect(left.filter(({ amount }) => Number(amount) > LOT)).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
