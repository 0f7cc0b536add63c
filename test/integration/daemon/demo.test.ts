/** The demonstration from a fresh folder, and what a second run makes of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatusDocument } from '../../../src/runtime/statusDocument.ts';
import type { SimulatorState } from '../../../src/simulator/control.ts';
import { DAEMON_TEST_MS, Project, type Ran } from '../../builders/daemon.ts';
import {
  accountOf,
  booksOf,
  differences,
  exchangeOf,
  isOpen,
  type Books,
} from '../../builders/world.ts';

const SPEED = 240;

const example = { code: expect.stringMatching(/^[A-Z_]+$/u), text: expect.stringMatching(/\w/u) };

function gridLines({ strategies }: Books): readonly number[] {
  const row = strategies.find(({ strategy_id: id }) => id === 'grid-btc');
  return (JSON.parse(row?.state ?? '{}') as { strategy: { lines: number[] } }).strategy.lines;
}

let project: Project;
let ran: Ran;
let document: StatusDocument;
let books: Books;
let exchange: SimulatorState;

beforeAll(async () => {
  project = new Project({ speed: SPEED });
  ran = await project.run('start', '--foreground', '--for', '15s', '--json');
  document = JSON.parse(ran.stdout) as StatusDocument;
  books = booksOf(project);
  exchange = await exchangeOf(project);
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

describe('the demonstration', () => {
  it('ends in order and prints one document', () => {
    expect(ran).toMatchObject({ exitCode: 0, signal: null });
    expect(document).toMatchObject({
      schema_version: 1,
      running: false,
      state: 'stopped',
      mode: 'sandbox',
      queue: { backend: 'embedded', failed: 0 },
      risk: { unknown_orders: 0, balance_drift: null },
    });
  });

  it('shows what each of the four strategies has decided last, and why', () => {
    expect(document.strategies.map(({ id }) => id).sort()).toEqual([
      'dca-eth',
      'grid-btc',
      'reversion-sol',
      'trend-eth',
    ]);
    for (const strategy of document.strategies)
      expect(strategy).toMatchObject({
        last_decision: { ...example, at: expect.stringMatching(/Z$/u) },
      });
  });

  it('has traded, and its document counts the fills of the database', () => {
    expect(document.database.fills).toBeGreaterThanOrEqual(5);
    expect(books.fills).toHaveLength(document.database.fills);
    expect(books.orders).toHaveLength(document.database.orders);
  });

  it('agrees with the exchange’s own record to the last digit', () => {
    expect(differences(books, accountOf(exchange))).toEqual([]);
    expect(exchange.violations).toEqual([]);
  });

  it('leaves no process behind', () => {
    expect(() => project.daemon()).toThrow('no daemon runs');
    expect(project.exchangeRuns()).toBe(false);
  });
});

describe('a second run in the same folder', () => {
  let second: StatusDocument;
  let atStart: Books;
  let after: Books;

  beforeAll(async () => {
    await project.start();
    second = await project.status();
    atStart = booksOf(project);
    expect((await project.run('stop', '--cancel-orders')).exitCode).toBe(0);
    after = booksOf(project);
  }, DAEMON_TEST_MS);

  it('goes on with the orders, lines and positions of the first', () => {
    expect(second.database.fills).toBeGreaterThanOrEqual(books.fills.length);
    expect(second.balances.find(({ asset }) => asset === 'USDT')?.opening).toBe('10000');
    expect(gridLines(atStart)).toEqual(gridLines(books));
    expect(gridLines(books)).toHaveLength(21);
    // Each order that was open is the same order still: none was given up, none placed in its stead.
    const open = books.orders.filter(isOpen);
    expect(open.length).toBeGreaterThan(0);
    for (const { intent_id: id, exchange_order_id: exchangeId } of open) {
      const now = after.orders.find((order) => order.intent_id === id);
      expect(now).toMatchObject({ exchange_order_id: exchangeId });
      expect(['FILLED', 'CANCELLED']).toContain(now?.state);
    }
    expect(after.fills.slice(0, books.fills.length)).toEqual(books.fills);
  });

  it('leaves the ledger and the exchange equal to the last digit', async () => {
    const account = accountOf(await exchangeOf(project));
    expect(account.open_orders).toEqual([]);
    expect(differences(after, account)).toEqual([]);
  });
});
