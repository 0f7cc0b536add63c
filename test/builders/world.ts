/** The two sets of books side by side: the daemon's database, and what the simulated exchange has on record. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Decimal } from 'decimal.js';
import type { SimulatorAccount, SimulatorState } from '../../src/simulator/control.ts';
import type { WorldCandle } from '../../src/simulator/market/worldViews.ts';
import { startSimulator, type Simulator } from '../../src/simulator/server.ts';
import type { Project } from './daemon.ts';

export interface FillRow {
  readonly symbol: string;
  readonly trade_id: string;
  readonly intent_id: string;
  readonly strategy_id: string;
  readonly side: 'buy' | 'sell';
  readonly price: string;
  readonly amount: string;
  readonly fee: string;
  readonly fee_asset: string;
  readonly at: number;
}

export interface OrderRow {
  readonly intent_id: string;
  readonly client_order_id: string;
  readonly exchange_order_id: string | null;
  readonly strategy_id: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly price: string | null;
  readonly amount: string;
  readonly filled: string;
  readonly state: string;
  readonly message: string;
  readonly reason: string;
  readonly tag: string;
  readonly inputs: string;
  readonly created_at: number;
}

export interface PositionRow {
  readonly strategy_id: string;
  readonly symbol: string;
  readonly amount: string;
  readonly cost: string;
  readonly fills: number;
  /** What came into it without a fill, less what went; null: nothing ever did. */
  readonly booked_amount: string | null;
}

export interface NoteRow {
  readonly at: number;
  readonly code: string;
  readonly strategy_id: string | null;
  readonly symbol: string | null;
  readonly inputs: string;
}

/** Everything the daemon has on record. */
export interface Books {
  readonly fills: readonly FillRow[];
  readonly orders: readonly OrderRow[];
  readonly positions: readonly PositionRow[];
  /** What came into positions and went out of them without a fill. */
  readonly bookings: readonly {
    readonly strategy_id: string;
    readonly symbol: string;
    readonly amount: string;
    readonly cause: string;
  }[];
  readonly balances: readonly { readonly asset: string; readonly total: string }[];
  readonly strategies: readonly { readonly strategy_id: string; readonly state: string }[];
  readonly notes: readonly NoteRow[];
}

const CLOSED = new Set(['FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED', 'DENIED', 'NOT_PLACED']);

export function isOpen(order: OrderRow): boolean {
  return !CLOSED.has(order.state);
}

/** Reads the database, also while the daemon writes to it. Undefined before it exists. */
export function readBooks(project: Project): Books | undefined {
  if (!existsSync(project.database)) return undefined;
  const database = new Database(project.database, { readonly: true });
  const rows = <Row>(sql: string): Row[] => database.prepare<[], Row>(sql).all();
  try {
    return database.transaction(() => ({
      fills: rows<FillRow>('SELECT * FROM fills ORDER BY fill_id'),
      orders: rows<OrderRow>(
        'SELECT * FROM intents JOIN orders USING (intent_id) ORDER BY sequence',
      ),
      positions: rows<PositionRow>('SELECT * FROM positions'),
      bookings: rows<Books['bookings'][number]>('SELECT * FROM booked_transfers'),
      balances: rows<Books['balances'][number]>('SELECT asset, total FROM balances'),
      strategies: rows<Books['strategies'][number]>(
        'SELECT strategy_id, state FROM strategies ORDER BY strategy_id',
      ),
      notes: rows<NoteRow>('SELECT * FROM notes ORDER BY note_id'),
    }))();
  } catch (error) {
    // The file is there a moment before its tables are.
    if (error instanceof Database.SqliteError && error.message.includes('no such table'))
      return undefined;
    throw error;
  } finally {
    database.close();
  }
}

/** @throws Error when nothing was ever recorded. */
export function booksOf(project: Project): Books {
  const books = readBooks(project);
  if (!books) throw new Error('there are no books');
  return books;
}

/** What a running exchange says. */
export async function liveExchange(project: Project): Promise<SimulatorState> {
  const card = project.card();
  if (!card) throw new Error('no exchange has run here');
  const answer = await fetch(new URL('state', card.controlUrl), {
    headers: { 'X-Sim-Token': card.controlToken },
  });
  return (await answer.json()) as SimulatorState;
}

/** A running exchange's own word, or what one that has ended left on disk. */
export async function exchangeOf(project: Project): Promise<SimulatorState> {
  return project.exchangeRuns()
    ? liveExchange(project)
    : openWorld(project, async (simulator) => simulator.state());
}

/** The one account that the daemon trades with. */
export function accountOf(state: SimulatorState): SimulatorAccount {
  const [account] = state.accounts;
  if (!account) throw new Error('the exchange has no account');
  return account;
}

/** Minute bars that are closed, as the ended exchange of the folder keeps them. */
export function closedMinutes(
  project: Project,
  symbols: readonly string[],
): Promise<ReadonlyMap<string, readonly WorldCandle[]>> {
  return openWorld(
    project,
    async ({ world }) =>
      new Map(symbols.map((symbol) => [symbol, world.candles(symbol, '1m').slice(0, -1)])),
  );
}

/** A market second takes a quarter of an hour: the world stands still while it is looked at. */
const STANDSTILL = 0.001;

/** Opens a copy of an ended exchange's world, asks, and closes it. */
async function openWorld<Value>(
  project: Project,
  read: (simulator: Simulator) => Promise<Value>,
): Promise<Value> {
  const copy = mkdtempSync(join(tmpdir(), 'plimsoll-world-'));
  cpSync(project.simulatorFolder, copy, { recursive: true });
  const account = JSON.parse(readFileSync(join(copy, 'account.json'), 'utf8')) as {
    apiKey: string;
    secret: string;
  };
  const replay = /replay: \{ file: '(.+?)' \}/u.exec(project.read('config/plimsoll.yaml'))?.[1];
  const simulator = await startSimulator({
    port: 0,
    speed: STANDSTILL,
    statePath: join(copy, 'world'),
    accounts: [{ ...account, balances: {} }],
    ...(replay !== undefined && { replay: { files: [{ file: replay }] } }),
  });
  try {
    return await read(simulator);
  } finally {
    await simulator.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

const ZERO = new Decimal(0);

/** How the exchange writes a market. */
const idOf = (symbol: string): string => symbol.replace('/', '');

/**
 * Every difference between the books and the exchange's record, to the last digit: balances asset by asset, executions one by
 * one, executions per client order id, and positions against the sum of their fills and of what was booked.
 */
export function differences(books: Books, account: SimulatorAccount): string[] {
  return [
    ...balanceDifferences(books, account),
    ...executionDifferences(books, account),
    ...orderDifferences(books, account),
    ...positionDifferences(books),
  ];
}

function balanceDifferences({ balances }: Books, account: SimulatorAccount): string[] {
  const ours = new Map(balances.map(({ asset, total }) => [asset, new Decimal(total)]));
  const theirs = new Map(
    Object.entries(account.balances).map(([asset, { free, locked }]) => [
      asset,
      new Decimal(free).plus(locked),
    ]),
  );
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((asset) => {
    const [here, there] = [ours.get(asset) ?? ZERO, theirs.get(asset) ?? ZERO];
    return here.eq(there)
      ? []
      : [`${asset}: the ledger has ${here.toFixed()}, the exchange ${there.toFixed()}`];
  });
}

function executionDifferences({ fills, orders }: Books, { trades }: SimulatorAccount): string[] {
  const number = (text: string): string => new Decimal(text).toFixed();
  const clientIds = new Map(orders.map((order) => [order.intent_id, order.client_order_id]));
  const ours = fills.map((fill) =>
    [
      `${idOf(fill.symbol)} trade ${fill.trade_id} of ${clientIds.get(fill.intent_id) ?? 'no order'}: ${fill.side}`,
      ...[fill.amount, fill.price, fill.fee].map(number),
      fill.fee_asset,
    ].join(' '),
  );
  const theirs = trades.map((trade) =>
    [
      `${trade.symbol} trade ${trade.trade_id} of ${trade.client_order_id}: ${trade.side.toLowerCase()}`,
      ...[trade.amount, trade.price, trade.fee].map(number),
      trade.fee_asset,
    ].join(' '),
  );
  return [
    ...ours.filter((line) => !theirs.includes(line)).map((line) => `only in the ledger: ${line}`),
    ...theirs.filter((line) => !ours.includes(line)).map((line) => `only at the exchange: ${line}`),
    ...(new Set(ours).size === ours.length ? [] : ['the ledger counts an execution twice']),
  ];
}

function orderDifferences({ orders }: Books, account: SimulatorAccount): string[] {
  const ours = new Set(orders.map((order) => order.client_order_id));
  const placed = orders.filter((order) => order.exchange_order_id !== null);
  const openHere = orders.filter(isOpen).map((order) => order.client_order_id);
  const openThere = new Set(account.open_orders.map((order) => order.client_order_id));
  return [
    ...Object.entries(account.executions)
      .filter(([id, count]) => count !== 1 || !ours.has(id))
      .map(([id, count]) => `${count} orders of client id ${id} executed`),
    ...(placed.length === account.orders
      ? []
      : [`${placed.length} orders were placed, the exchange has ${account.orders}`]),
    ...[...openThere]
      .filter((id) => !openHere.includes(id))
      .map((id) => `${id} is open at the exchange only`),
  ];
}

function positionDifferences({ positions, fills }: Books): string[] {
  return positions.flatMap(
    ({ strategy_id: id, symbol, amount, fills: count, booked_amount: booked }) => {
      const own = fills.filter((fill) => fill.strategy_id === id && fill.symbol === symbol);
      const [base] = symbol.split('/');
      const sum = own.reduce(
        (total, fill) =>
          total
            .plus(new Decimal(fill.amount).times(fill.side === 'buy' ? 1 : -1))
            .minus(fill.fee_asset === base ? fill.fee : 0),
        new Decimal(booked ?? 0),
      );
      return sum.eq(amount) && own.length === count
        ? []
        : [
            `${id} ${symbol}: ${amount} in ${count} fills on record, the fills are ${sum.toFixed()} in ${own.length}`,
          ];
    },
  );
}
