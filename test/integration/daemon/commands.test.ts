/** One daemon in the background, and every command that is about it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rmSync, statSync } from 'node:fs';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { booksOf } from '../../builders/world.ts';

interface Rows {
  readonly schema_version: number;
  readonly orders: readonly Record<string, unknown>[];
  readonly fills: readonly Record<string, unknown>[];
  readonly positions: readonly Record<string, unknown>[];
  readonly balances: readonly Record<string, unknown>[];
}

let project: Project;

beforeAll(() => {
  project = new Project({ speed: 240 });
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

describe('without a daemon', () => {
  it('status says so and exits with 3', async () => {
    expect(await project.run('status')).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('no daemon is running'),
    });
    const json = await project.run('status', '--json');
    expect(json.exitCode).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema_version: 1, running: false });
  });

  it('stop and pause exit with 3', async () => {
    expect((await project.run('stop')).exitCode).toBe(3);
    expect((await project.run('pause')).exitCode).toBe(3);
  });

  it('real money is refused with 6 unless --live is given and somebody types at a terminal', async () => {
    const text = project
      .read('config/plimsoll.yaml')
      .replace('mode: sandbox', 'mode: live')
      .replace(/ {2}simulated:[^]*?\n\n/u, '\n');
    project.write('config/live.yaml', text);
    project.write('.env', 'PLIMSOLL_API_KEY=key\nPLIMSOLL_API_SECRET=secret\n');
    const refused = await project.run('start', '--config', 'config/live.yaml');
    rmSync(`${project.folder}/config/live.yaml`);
    rmSync(`${project.folder}/.env`);
    expect(refused).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('--live') });
  });
});

describe('with a daemon', () => {
  let pid: number;

  beforeAll(async () => {
    // Left by a daemon that was killed: such a process id belongs to nobody.
    project.write(
      'data/plimsoll.lock',
      JSON.stringify({ pid: 4_194_304, startTime: '1', instance: 'gone', since: '' }),
    );
    ({ pid } = await project.start());
    await eventually(async () => {
      const { database, strategies } = await project.status();
      return database.fills > 0 && strategies.every(({ last_decision: last }) => last.at !== null);
    }, 250);
  }, DAEMON_TEST_MS);

  it('a lock left by a dead one has been taken over', () => {
    expect(project.daemon()).toMatchObject({ pid });
  });

  it('a second one is refused, and the first is named', async () => {
    for (const args of [['start'], ['start', '--foreground']])
      expect(await project.run(...args)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining(`process ${pid}`),
      });
    expect(project.daemon()).toMatchObject({ pid });
  });

  it('status shows it', async () => {
    expect(await project.status()).toMatchObject({
      schema_version: 1,
      running: true,
      pid,
      mode: 'sandbox',
      state: 'running',
      config: { file: expect.stringMatching(/config\/plimsoll\.yaml$/u) },
    });
    const plain = await project.run('status');
    expect(plain).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('grid-btc') });
  });

  it('orders, fills and positions are those of the books', async () => {
    const { orders } = await project.json<Rows>('orders', '--all', '--limit', '1000');
    const { fills } = await project.json<Rows>('fills', '--limit', '1000');
    const { positions, balances, schema_version: version } = await project.json<Rows>('positions');
    const books = booksOf(project);
    const known = new Set(books.orders.map((order) => order.intent_id));
    expect(version).toBe(1);
    expect(orders.length).toBeGreaterThan(0);
    expect(orders.every((order) => known.has(String(order['intent_id'])))).toBe(true);
    const [first] = books.fills;
    expect(fills.at(-1)).toMatchObject({
      trade_id: first?.trade_id,
      price: first?.price,
      amount: first?.amount,
      fee: first?.fee,
    });
    expect(positions.map((position) => position['strategy'])).toContain(first?.strategy_id);
    expect(balances).toContainEqual(expect.objectContaining({ asset: 'USDT', opening: '10000' }));
    const open = await project.json<Rows>('orders', '--strategy', 'grid-btc');
    expect(open.orders.every((order) => order['strategy'] === 'grid-btc')).toBe(true);
  });

  it('why explains a strategy, a market and an order by each of its ids', async () => {
    const strategy = await project.json('why', 'dca-eth');
    expect(strategy).toMatchObject({
      running: true,
      decisions: [{ strategy: 'dca-eth', code: expect.stringMatching(/^DCA_/u) }],
      notes: expect.arrayContaining([expect.objectContaining({ strategy: 'dca-eth' })]),
    });
    const market = await project.json<{ decisions: { strategy: string }[] }>('why', 'eth/usdt');
    expect(market.decisions.map((it) => it.strategy).sort()).toEqual(['dca-eth', 'trend-eth']);
    const [order] = booksOf(project).orders.filter((row) => row.exchange_order_id !== null);
    if (!order) throw new Error('there is no order');
    for (const id of [order.intent_id, order.client_order_id, order.exchange_order_id ?? '']) {
      expect(await project.json('why', id)).toMatchObject({
        order: { intent_id: order.intent_id },
        reason: expect.stringMatching(/\w/u),
        changes: expect.arrayContaining([expect.objectContaining({ to: 'SENDING' })]),
      });
    }
    expect((await project.run('why', 'nobody')).exitCode).toBe(2);
  });

  it('signals shows a score for each series, and what it rests on', async () => {
    const { signals } = await project.json<{
      signals: { symbol: string; score: number; contributions: unknown[] }[];
    }>('signals');
    expect(signals.map(({ symbol }) => symbol).sort()).toEqual([
      'BTC/USDT',
      'ETH/USDT',
      'SOL/USDT',
    ]);
    for (const { score, contributions } of signals) {
      expect(Math.abs(score)).toBeLessThanOrEqual(1);
      expect(contributions.length).toBeGreaterThanOrEqual(12);
    }
  });

  it('logs shows what the daemon did, a line each, with the ids of the books', async () => {
    await project.run('reload');
    const { exitCode, stdout } = await project.run('logs', '--json', '-n', '1000');
    expect(exitCode).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
    const says = (pattern: RegExp) => lines.filter(({ msg = '' }) => pattern.test(msg));
    expect(says(new RegExp(`^ready: process ${pid},`, 'u'))).toHaveLength(1);
    expect(says(/^reload: the configuration is unchanged: [0-9a-f]+$/u)).toHaveLength(1);
    const books = booksOf(project);
    const fills = says(/^fill: (?:buy|sell) [\d.]+ [A-Z]+\/USDT at [\d.]+, fee /u);
    expect(fills.length).toBeGreaterThan(0);
    for (const { trade, intent, strategy } of fills)
      expect(books.fills).toContainEqual(
        expect.objectContaining({ trade_id: trade, intent_id: intent, strategy_id: strategy }),
      );
    const planned = says(/^order: buy [\d.]+ [A-Z]+\/USDT at .*, because: /u);
    expect(planned.length).toBeGreaterThan(0);
    const ids = new Set(books.orders.map((order) => `${order.intent_id} ${order.client_order_id}`));
    for (const { intent, client } of planned) expect(ids).toContain(`${intent} ${client}`);
    expect(says(/^decision: /u).map(({ strategy }) => strategy)).toContain('grid-btc');
    const people = await project.run('logs', '-n', '1000');
    expect(people.stdout).toMatch(/ INFO {2}fill: buy .* strategy=\S+ .* trade=\d+/u);
  });

  it(
    'a pause outlasts a restart, and resume ends it',
    async () => {
      expect((await project.run('pause', 'for a test')).exitCode).toBe(0);
      expect((await project.status()).risk.paused).toBe(true);
      expect((await project.run('restart')).exitCode).toBe(0);
      const restarted = await project.status();
      expect(restarted.pid).not.toBe(pid);
      expect(restarted.risk.paused).toBe(true);
      const entries = (): number =>
        booksOf(project).orders.filter((order) => order.side === 'buy').length;
      const before = entries();
      await eventually(async () => {
        const { market_time: at } = await project.status();
        return Date.parse(at ?? '') > Date.parse(restarted.market_time ?? '') + 12 * 60_000;
      }, 250);
      expect(entries()).toBe(before);
      expect((await project.run('resume')).exitCode).toBe(0);
      await eventually(() => entries() > before, 250);
    },
    DAEMON_TEST_MS,
  );

  it('the control socket is for this user alone', () => {
    expect(statSync(`${project.folder}/data/plimsoll.sock`).mode & 0o777).toBe(0o600);
  });
});
