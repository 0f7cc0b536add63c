/** Panic, whatever is dead: the daemon, the queue, the books, the exchange for a while, and the panic itself half way. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processLocks } from '../../../src/adapters/sqlite/processLock.ts';
import { DAEMON_TEST_MS, eventually, Project, type Ran } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, exchangeOf, isOpen } from '../../builders/world.ts';
import { control } from '../simulator/controlClient.ts';

/** Quote below which nothing can be sold. */
const DUST = 10;
/** Nobody listens there. */
const DEAD_REDIS = { REDIS_URL: 'redis://127.0.0.1:1' };

let project: Project;

/** A daemon that trades, holds something and has entries open; its exchange lives on without it. */
async function trading(): Promise<void> {
  project = new Project();
  await project.startExchange({ speed: 240 });
  await project.start();
  await eventually(async () => {
    const { strategies } = await project.status();
    const held = strategies.filter(({ position }) => Number(position.amount) > 0);
    return held.length > 0 && openEntries().length > 0;
  }, 250);
}

interface PanicDocument {
  readonly panicked: string;
  readonly way: string;
  readonly pid: number | null;
  readonly complete: boolean;
  readonly why: string;
  readonly file: string | null;
  readonly open_orders: number;
  readonly markets: readonly {
    readonly symbol: string;
    readonly cancelled_orders: number;
    readonly sold: string;
    readonly sold_for: string;
  }[];
}

const openEntries = () =>
  booksOf(project).orders.filter((order) => isOpen(order) && order.side === 'buy');

async function exchange() {
  return accountOf(await exchangeOf(project));
}

async function tell(route: string, document?: unknown): Promise<void> {
  const card = project.card();
  if (!card) throw new Error('no exchange runs');
  expect((await control(card, route, document)).status).toBe(200);
}

function documentOf({ exitCode, stdout, stderr }: Ran): PanicDocument {
  expect([exitCode, stderr]).toEqual([0, stderr]);
  return JSON.parse(stdout) as PanicDocument;
}

/** What coins are worth that an account has. */
async function heldValue(): Promise<number[]> {
  const state = await exchangeOf(project);
  return Object.entries(accountOf(state).balances)
    .filter(([asset]) => asset !== 'USDT')
    .map(([asset, { free, locked }]) => {
      const price = state.last_prices[`${asset}USDT`] ?? '0';
      return (Number(free) + Number(locked)) * Number(price);
    });
}

async function expectOut(): Promise<void> {
  expect((await exchange()).open_orders).toEqual([]);
  for (const value of await heldValue()) expect(value).toBeLessThan(DUST);
}

async function expectOutOnRecord(): Promise<void> {
  await expectOut();
  expect(differences(booksOf(project), await exchange())).toEqual([]);
}

/** As a power cut would end it. */
async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await eventually(() => processLocks.owner(project.lockFile) === undefined);
}

const PAUSED = { running: true, state: 'paused', state_reason: 'panic' };
const SELL = ['panic', '--sell', '--yes', '--json'] as const;

describe('panic with a daemon that runs', () => {
  beforeAll(trading, DAEMON_TEST_MS);
  afterAll(() => project.dispose(), DAEMON_TEST_MS);

  it(
    'asks what is to become of what is held, and does nothing while nobody says it',
    async () => {
      const before = booksOf(project).notes.length;
      for (const args of [['panic'], ['panic', '--yes'], ['panic', '--sell'], ['panic', '--keep']])
        expect(await project.run(...args)).toMatchObject({ exitCode: 2, stdout: '' });
      const { notes } = booksOf(project);
      expect(notes.slice(before).filter(({ code }) => code === 'PAUSE')).toEqual([]);
    },
    DAEMON_TEST_MS,
  );

  it(
    '--keep: no entry is left open and none follows; what is held stays under its stops',
    async () => {
      const { pid } = project.daemon();
      const held = (await heldValue()).filter((value) => value > DUST).length;
      const done = documentOf(await project.run('panic', '--keep', '--yes', '--json'));
      expect(done).toMatchObject({ panicked: 'keep', way: 'daemon', pid, complete: true });
      expect(openEntries()).toEqual([]);
      expect((await exchange()).open_orders.filter(({ side }) => side === 'BUY')).toEqual([]);
      expect(held).toBeGreaterThan(0);
      const { strategies, ...status } = await project.status();
      expect(status).toMatchObject(PAUSED);
      expect(strategies.some(({ position }) => Number(position.amount) > 0)).toBe(true);
    },
    DAEMON_TEST_MS,
  );

  it(
    '--sell: everything is cancelled and sold, said, and the daemon goes on without entries',
    async () => {
      const before = (await exchange()).trades.length;
      const done = documentOf(await project.run(...SELL));
      expect(done).toMatchObject({
        panicked: 'sell',
        way: 'daemon',
        complete: true,
        open_orders: 0,
      });
      await expectOutOnRecord();
      const sold = (await exchange()).trades.slice(before).filter(({ side }) => side === 'SELL');
      expect(sold.length).toBeGreaterThan(0);
      expect(done.markets.some(({ sold_for: soldFor }) => Number(soldFor) > 0)).toBe(true);
      expect(await project.status()).toMatchObject(PAUSED);
    },
    DAEMON_TEST_MS,
  );
});

describe('panic with a daemon that stands still', () => {
  beforeEach(trading, DAEMON_TEST_MS);
  afterEach(() => project.dispose(), DAEMON_TEST_MS);

  it(
    'says so and how to go on; --offline ends that process first, and everything is on record',
    async () => {
      const { pid } = project.daemon();
      process.kill(pid, 'SIGSTOP');
      const asked = await project.run('panic', '--sell', '--yes');
      expect(asked).toMatchObject({ exitCode: 5, stdout: '' });
      expect(asked.stderr).toContain(`process ${pid} has this account and does not answer`);
      expect(asked.stderr).toContain('plimsoll panic --sell --offline');
      expect(project.daemon().pid).toBe(pid);
      const done = documentOf(await project.run(...SELL, '--offline'));
      expect(done).toMatchObject({ way: 'books', pid: null, complete: true, open_orders: 0 });
      expect(processLocks.owner(project.lockFile)).toBeUndefined();
      await expectOutOnRecord();
    },
    DAEMON_TEST_MS,
  );
});

describe('panic without a daemon', () => {
  beforeEach(trading, DAEMON_TEST_MS);
  afterEach(() => project.dispose(), DAEMON_TEST_MS);

  it(
    'with Redis dead and a strategy file that cannot be read: sells all the same, and entries stay off after a start',
    async () => {
      await project.run('stop');
      expect((await exchange()).open_orders).not.toEqual([]);
      const file = join('strategies', readdirSync(join(project.folder, 'strategies'))[0] ?? '');
      const text = project.read(file);
      project.write(file, 'nonsense: [');
      const ran = await project.begin(SELL, project.program(DEAD_REDIS)).ended;
      project.write(file, text);
      expect(documentOf(ran)).toMatchObject({ way: 'books', complete: true });
      await expectOutOnRecord();
      await project.start();
      expect(await project.status()).toMatchObject(PAUSED);
    },
    DAEMON_TEST_MS,
  );

  it(
    'while the exchange answers 502: asks until it is answered, then sells',
    async () => {
      await project.run('stop');
      await tell('POST /rules', {
        match: { path: '/api/v3/openOrders' },
        action: { type: 'reply', status: 502, body: '<html>Bad Gateway</html>' },
      });
      const panicking = project.begin(SELL);
      await eventually(() => panicking.stderr().includes('waits for the exchange'));
      await tell('DELETE /rules');
      expect(documentOf(await panicking.ended)).toMatchObject({ way: 'books', complete: true });
      await expectOutOnRecord();
    },
    DAEMON_TEST_MS,
  );

  it(
    'killed in the middle, and done again: nothing is doubled, nothing is left',
    async () => {
      await kill(project.daemon().pid);
      const before = (await exchange()).open_orders.length;
      const panicking = project.begin(SELL);
      await eventually(async () => (await exchange()).open_orders.length < before, 5);
      await kill(panicking.pid);
      await panicking.ended;
      expect(documentOf(await project.run(...SELL))).toMatchObject({
        way: 'books',
        complete: true,
      });
      await expectOutOnRecord();
    },
    DAEMON_TEST_MS,
  );

  it(
    'with books overwritten by rubbish: goes by what the exchange says, writes it down, and the next start keeps out',
    async () => {
      await project.run('stop');
      const good = join(project.folder, 'good.db');
      cpSync(project.database, good);
      writeFileSync(project.database, 'rubbish '.repeat(20_000));
      const done = documentOf(await project.run(...SELL));
      expect(done).toMatchObject({ way: 'exchange', complete: true, open_orders: 0 });
      expect(done.why).toContain('JOURNAL_CORRUPT');
      await expectOut();
      const deeds = readFileSync(done.file ?? '', 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { what: string; client_order_id?: string });
      expect(deeds.map(({ what }) => what)).toEqual(
        expect.arrayContaining(['begin', 'cancel', 'sell', 'sell ended', 'end']),
      );
      // Orders that rested may have traded before they were cancelled: those were not sold by the panic.
      const names = new Set(deeds.map(({ client_order_id: name }) => name));
      const { trades } = await exchange();
      const sum = trades
        .filter(({ client_order_id: name }) => names.has(name))
        .reduce((total, { amount, price }) => total + Number(amount) * Number(price), 0);
      const said = done.markets.reduce(
        (total, { sold_for: soldFor }) => total + Number(soldFor),
        0,
      );
      expect(sum).toBeGreaterThan(0);
      expect(said).toBeCloseTo(sum, 6);
      expect(
        done.markets.reduce((total, { cancelled_orders: count }) => total + count, 0),
      ).toBeGreaterThan(0);
      // The last backup in its place: what was done past it is found, and halts what it touches.
      for (const end of ['', '-wal', '-shm']) rmSync(`${project.database}${end}`, { force: true });
      cpSync(good, project.database);
      await project.start();
      const { state, state_reason: why, exchange: seen } = await project.status();
      expect([state, why]).toEqual(['paused', expect.stringContaining('past the books')]);
      expect(seen.markets.filter(({ halted }) => halted !== null)).not.toEqual([]);
      expect(openEntries()).toEqual([]);
      expect((await exchange()).open_orders.filter(({ side }) => side === 'BUY')).toEqual([]);
      await project.run('stop');
    },
    DAEMON_TEST_MS,
  );
});
