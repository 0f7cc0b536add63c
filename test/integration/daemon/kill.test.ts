/** The daemon is killed while it trades, again and again; the exchange goes on without it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatusDocument } from '../../../src/runtime/statusDocument.ts';
import type { SimulatorAccount } from '../../../src/simulator/control.ts';
import { DAEMON_TEST_MS, eventually, Project, type Running } from '../../builders/daemon.ts';
import {
  accountOf,
  booksOf,
  differences,
  exchangeOf,
  isOpen,
  liveExchange,
  readBooks,
  type Books,
} from '../../builders/world.ts';

const OPEN_ORDERS_LEAST = 5;
/** The market may take some before the daemon is dead. */
const SPARE_ORDERS = 2;
/** Looks at the database between two lines of the daemon's own. */
const LOOK_MS = 2;

/** When to kill. The exchange has at least so many orders open by then. */
const MOMENTS: readonly { readonly name: string; readonly isNow: (books: Books) => boolean }[] = [
  {
    name: 'in the middle of sending',
    isNow: ({ orders }) => orders.some(({ state }) => state === 'PLANNED' || state === 'SENDING'),
  },
  { name: 'at rest with orders open', isNow: ({ orders }) => orders.every(isQuiet) },
  {
    name: 'with an entry at the market on its way',
    isNow: ({ orders }) =>
      orders.some(
        ({ strategy_id: id, side, state }) =>
          id === BUSY && side === 'buy' && (state === 'SENDING' || state === 'ACKED'),
      ),
  },
];

/** In and out of the market every few bars. */
const BUSY = 'busy';
const BUSY_FILE = `schema_version: 1
id: ${BUSY}
kind: trend
symbol: SOL/USDT
timeframe: 1m
budget: 100 USDT
ema_fast: 2
ema_slow: 3
`;

function isQuiet({ state }: Books['orders'][number]): boolean {
  return state !== 'PLANNED' && state !== 'SENDING';
}

/** What was seen right after a kill and after the start that followed. */
interface Episode {
  readonly name: string;
  readonly killed: { readonly books: Books; readonly account: SimulatorAccount };
  readonly again: { readonly books: Books; readonly account: SimulatorAccount };
  readonly exchangePid: number;
}

let project: Project;
const episodes: Episode[] = [];
let last: StatusDocument;
let books: Books;
let account: SimulatorAccount;

async function killAt(
  daemon: Running,
  { name, isNow }: (typeof MOMENTS)[number],
): Promise<Running> {
  await eventually(() => {
    const now = readBooks(project);
    const open = now?.orders.filter((order) => isOpen(order) && order.exchange_order_id !== null);
    return now && (open?.length ?? 0) >= OPEN_ORDERS_LEAST + SPARE_ORDERS && isNow(now);
  }, LOOK_MS);
  daemon.kill('SIGKILL');
  expect(await daemon.ended).toMatchObject({ signal: 'SIGKILL' });
  const killed = { books: booksOf(project), account: accountOf(await liveExchange(project)) };
  const next = await project.foreground();
  const again = { account: accountOf(await liveExchange(project)), books: booksOf(project) };
  episodes.push({ name, killed, again, exchangePid: project.card()?.pid ?? 0 });
  return next;
}

beforeAll(async () => {
  project = new Project({ speed: 120 });
  project.write('strategies/busy.yaml', BUSY_FILE);
  let daemon = await project.foreground();
  for (const moment of MOMENTS) daemon = await killAt(daemon, moment);
  // An order that was being sent when the daemon died is looked up until its fate is proved, which takes its time.
  await eventually(async () => (await project.status()).risk.unknown_orders === 0, 500);
  last = await project.status();
  await project.run('stop', '--cancel-orders');
  await daemon.ended;
  books = booksOf(project);
  account = accountOf(await exchangeOf(project));
}, 2 * DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

describe('a daemon that is killed and started again', () => {
  it('finds the exchange it had started, still running', () => {
    expect(new Set(episodes.map(({ exchangePid }) => exchangePid)).size).toBe(1);
    expect(last.exchange.venue).toBe('simulated');
  });

  it.each(MOMENTS.map(({ name }, index) => ({ name, index })))(
    'has the same orders open after a kill $name',
    ({ index }) => {
      const { killed, again } = episodes[index] ?? fail();
      const before = killed.account.open_orders.map((order) => order.client_order_id);
      expect(before.length).toBeGreaterThanOrEqual(OPEN_ORDERS_LEAST);
      const open = new Set(again.account.open_orders.map((order) => order.client_order_id));
      for (const order of killed.account.open_orders) {
        if (open.has(order.client_order_id)) continue;
        // Not open any more: then the market has taken it, whole.
        const executed = again.account.trades.filter(({ order_id: id }) => id === order.order_id);
        const amount = executed.reduce((sum, trade) => sum + Number(trade.amount), 0);
        expect(amount).toBeCloseTo(Number(order.amount), 8);
      }
      // And nothing is open that was not, but what was decided or on its way when it was killed.
      const settled = new Set(
        killed.books.orders.filter(isQuiet).map((order) => order.client_order_id),
      );
      const revived = again.account.open_orders
        .map((order) => order.client_order_id)
        .filter((id) => settled.has(id) && !before.includes(id));
      expect(revived).toEqual([]);
    },
  );

  it('has sent no order twice, and none has executed twice', () => {
    const ids = books.orders.map((order) => order.client_order_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.values(account.executions).every((count) => count === 1)).toBe(true);
    expect(account.orders).toBe(
      books.orders.filter((row) => row.exchange_order_id !== null).length,
    );
  });

  it('loses no fill, and changes none', () => {
    for (const { killed } of episodes)
      expect(books.fills.slice(0, killed.books.fills.length)).toEqual(killed.books.fills);
  });

  it('ends with the ledger and the exchange equal to the last digit', () => {
    expect(account.open_orders).toEqual([]);
    expect(differences(books, account)).toEqual([]);
  });
});

function fail(): never {
  throw new Error('the episode did not come about');
}
