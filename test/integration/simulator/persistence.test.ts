/** The exchange outlives its clients and itself: closed, killed, started again on the same folder. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SimulatorOptions } from '../../../src/simulator/options.ts';
import { WorldStore } from '../../../src/simulator/store.ts';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import { startTypescript } from '../../builders/child.ts';
import type { Answer } from './signedClient.ts';
import { KEY, signed } from './signedClient.ts';

let folder = '';
let count = 0;
const running: Simulator[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-sim-'));
});
afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function freshPath(): string {
  count += 1;
  return join(folder, String(count));
}

async function start(
  statePath: string,
  options: Partial<SimulatorOptions> = {},
): Promise<Simulator> {
  const simulator = await startSimulator({
    port: 0,
    speed: 60,
    historyBars: 2,
    accounts: [{ ...KEY, balances: { USDT: '10000', BTC: '1' } }],
    statePath,
    ...options,
  });
  running.push(simulator);
  return simulator;
}

function order(port: number, params: Record<string, string | number>): Promise<Answer> {
  const base = `http://127.0.0.1:${String(port)}`;
  return signed({
    base,
    method: 'POST',
    path: '/api/v3/order',
    params: { symbol: 'BTCUSDT', side: 'BUY', ...params },
  });
}

const RESTING = {
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.001',
  price: '50000',
  newClientOrderId: 'rests',
};
const MARKET = { type: 'MARKET', quantity: '0.001' };

describe('a world on disk', () => {
  it('continues where it was closed: balances, orders, trades, time, id', async () => {
    const path = freshPath();
    const first = await start(path, { seed: 11 });
    expect((await order(first.port, RESTING)).status).toBe(200);
    expect((await order(first.port, { ...MARKET, newClientOrderId: 'taken' })).status).toBe(200);
    await first.close();
    const before = first.state();
    const hash = first.world.stateHash();

    const second = await start(path, { speed: 0.001 });
    expect(second.worldId).toBe(first.worldId);
    expect(second.world.stateHash()).toBe(hash);
    expect(second.state()).toEqual({ ...before, speed: 0.001 });
    const base = `http://127.0.0.1:${String(second.port)}`;
    const open = await signed({ base, method: 'GET', path: '/api/v3/openOrders' });
    expect(open.body).toEqual([expect.objectContaining({ clientOrderId: 'rests', status: 'NEW' })]);
    const params = { symbol: 'BTCUSDT' };
    const all = await signed({ base, method: 'GET', path: '/api/v3/allOrders', params });
    expect(all.body).toEqual([
      expect.objectContaining({ clientOrderId: 'rests' }),
      expect.objectContaining({ clientOrderId: 'taken', status: 'FILLED' }),
    ]);
    const cancelled = await signed({
      base,
      method: 'DELETE',
      path: '/api/v3/order',
      params: { ...params, origClientOrderId: 'rests' },
    });
    expect(cancelled.status).toBe(200);
    expect(second.state().violations).toEqual([]);
  });

  it('keeps pairs that are done beside those that are not, under their client ids', async () => {
    const path = freshPath();
    const first = await start(path, { speed: 0.001 });
    const pair = (base: string, listClientOrderId: string): Promise<Answer> =>
      signed({
        base,
        method: 'POST',
        path: '/api/v3/order/oco',
        params: {
          ...{ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.001', listClientOrderId },
          ...{ price: '70000', stopPrice: '50000' },
        },
      });
    const list = (base: string, id: string): Promise<Answer> =>
      signed({ base, method: 'GET', path: '/api/v3/orderList', params: { origClientOrderId: id } });
    const all = (base: string): Promise<Answer> =>
      signed({ base, method: 'GET', path: '/api/v3/allOrderList' });
    for (const id of ['stays', 'ends', 'stays-too'])
      expect((await pair(first.httpUrl, id)).status).toBe(200);
    const params = { symbol: 'BTCUSDT', listClientOrderId: 'ends' };
    await signed({ base: first.httpUrl, method: 'DELETE', path: '/api/v3/orderList', params });
    const before = [await all(first.httpUrl), await list(first.httpUrl, 'ends')];
    await first.close();
    const second = await start(path, { speed: 0.001 });
    const after = [await all(second.httpUrl), await list(second.httpUrl, 'ends')];
    expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
    expect(after[0]?.body).toMatchObject([
      { listClientOrderId: 'stays', listOrderStatus: 'EXECUTING' },
      { listClientOrderId: 'ends', listOrderStatus: 'ALL_DONE' },
      { listClientOrderId: 'stays-too', listOrderStatus: 'EXECUTING' },
    ]);
    expect(second.state().violations).toEqual([]);
  });

  it('goes on exactly like one that was never stopped', async () => {
    const path = freshPath();
    const first = await start(path, { seed: 12, startAtMs: 1_760_000_000_000, speed: 0.001 });
    first.world.advanceTo(1_760_000_000_000 + 600_000);
    await first.close();
    const second = await start(path, { speed: 0.001 });
    for (const world of [first.world, second.world]) world.advanceTo(1_760_000_000_000 + 1_200_000);
    expect(second.world.stateHash()).toBe(first.world.stateHash());
    for (const timeframe of ['1m', '15m', '1h', '1d'] as const) {
      expect(second.world.candles('ETH/USDT', timeframe)).toEqual(
        first.world.candles('ETH/USDT', timeframe),
      );
    }
  });

  it('survives a kill at any moment with everything it had answered', async () => {
    const path = freshPath();
    const child = startTypescript(new URL('simulatorChild.ts', import.meta.url), [path]);
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const { port, worldId } = JSON.parse(line) as { port: number; worldId: string };
      const answered: string[] = [];
      for (let number = 0; number < 20; number += 1) {
        const id = `o${String(number)}`;
        const params =
          number % 2 === 0
            ? { ...RESTING, newClientOrderId: id }
            : { ...MARKET, newClientOrderId: id };
        const { status } = await order(port, params);
        expect(status).toBe(200);
        answered.push(id);
      }
      child.kill('SIGKILL');
      await once(child, 'exit');

      const revived = await start(path);
      expect(revived.worldId).toBe(worldId);
      const [account] = revived.state().accounts;
      expect(account?.open_orders.map((kept) => kept.client_order_id)).toEqual(
        answered.filter((_, index) => index % 2 === 0),
      );
      expect(account?.executions).toEqual(
        Object.fromEntries(answered.filter((_, index) => index % 2 === 1).map((id) => [id, 1])),
      );
      expect(revived.state().violations).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('drops what its journals hold beyond the last saved state', async () => {
    const path = freshPath();
    const first = await start(path, { seed: 13 });
    await order(first.port, { ...MARKET, newClientOrderId: 'taken' });
    await first.close();
    for (const name of ['trades.jsonl', 'orders.jsonl']) {
      const file = join(path, name);
      appendFileSync(file, `${readFileSync(file, 'utf8')}{"half":`);
    }
    appendFileSync(join(path, 'BTCUSDT.1m.csv'), '1760000');
    writeFileSync(join(path, 'world.json.tmp'), '{"half":');
    const second = await start(path, { speed: 0.001 });
    expect(second.state().accounts[0]?.trades).toEqual(first.state().accounts[0]?.trades);
    expect(second.state().accounts[0]?.orders).toBe(1);
    expect(second.world.stateHash()).toBe(first.world.stateHash());
  });

  it('refuses to become another world, and says which', async () => {
    const path = freshPath();
    await (await start(path, { seed: 14 })).close();
    await expect(start(path, { seed: 15 })).rejects.toThrow(
      'holds a world with seed 14, asked for 15',
    );
    await expect(start(path, { correlation: 0.5 })).rejects.toThrow(
      'holds a world with correlation none, asked for 0.5',
    );
    writeFileSync(join(path, 'world.json'), '{"version":99}');
    await expect(start(path)).rejects.toThrow('not a world of version 2');
  });

  it.each([
    [{ seed: -1 }, 'seed -1: expected a whole number'],
    [{ speed: 0 }, 'speed 0: expected a number above 0'],
    [{ historyBars: 1.5 }, 'historyBars 1.5: expected a whole number'],
    [{ historyBars: 5_000 }, 'historyBars 5000: a synthetic market keeps at most 1300'],
  ])('refuses %j', async (options, message) => {
    await expect(start(freshPath(), options)).rejects.toThrow(message);
  });

  it('belongs to the process that opened it last: an older one changes nothing more, and says so', async () => {
    const path = freshPath();
    const said: string[] = [];
    const older = await start(path, { seed: 12, log: (message) => said.push(message) });
    expect((await order(older.port, { ...MARKET, newClientOrderId: 'before' })).status).toBe(200);
    await expect(start(path, { seed: 13 })).rejects.toThrow('seed 12, asked for 13');
    expect((await order(older.port, { ...MARKET, newClientOrderId: 'still' })).status).toBe(200);

    const newer = await start(path, { seed: 12 });
    const refused = await order(older.port, { ...MARKET, newClientOrderId: 'after' });
    expect(refused.status).toBe(500);
    expect(refused.body).toMatchObject({ msg: expect.stringContaining('another process') });
    expect((await order(newer.port, { ...MARKET, newClientOrderId: 'mine' })).status).toBe(200);
    await older.close();
    await newer.close();
    expect(said.at(-1)).toContain('another process has opened this world since');

    const third = await start(path);
    const ids = Object.keys(third.state().accounts[0]?.executions ?? {});
    expect(ids).toEqual(['before', 'still', 'mine']);
    expect(third.state().violations).toEqual([]);
  });

  it('lets its ports go when the world cannot be taken over', async () => {
    const path = freshPath();
    const first = await start(path, { seed: 15 });
    const { port } = first;
    await first.close();
    const starting = start(path, { port });
    const file = join(path, 'world.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"worldId":"', '"worldId":"moved '));
    await expect(starting).rejects.toThrow('another process runs this world');
    const second = await start(freshPath(), { port });
    expect(second.port).toBe(port);
    await second.close();
  });

  it('is not taken over by one that read it before it moved on, and loses nothing by the attempt', async () => {
    const path = freshPath();
    const first = await start(path, { seed: 14 });
    const late = new WorldStore(path);
    expect((await order(first.port, { ...MARKET, newClientOrderId: 'moved' })).status).toBe(200);
    const journals = ['orders.jsonl', 'trades.jsonl'].map((name) => join(path, name));
    const before = journals.map((file) => readFileSync(file, 'utf8'));
    expect(() => {
      late.claim();
    }).toThrow(`${path}: another process runs this world`);
    expect(journals.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
    expect((await order(first.port, { ...MARKET, newClientOrderId: 'on' })).status).toBe(200);
    await first.close();
  });

  it('gives a new account its starting balances and writes down no key', async () => {
    const path = freshPath();
    await (await start(path, { seed: 16 })).close();
    const another = { apiKey: 'another-key', secret: 'another-secret', balances: { USDT: '5' } };
    const second = await start(path, {
      accounts: [{ ...KEY, balances: { USDT: '777' } }, another],
    });
    const usdt = second.state().accounts.map((account) => account.balances['USDT']?.free);
    expect(usdt).toEqual(['10000.00000000', '5.00000000']);
    expect(second.state().violations).toEqual([]);
    await second.close();
    const written = readdirSync(path)
      .map((name) => readFileSync(join(path, name), 'utf8'))
      .join('');
    for (const secret of [KEY.apiKey, KEY.secret, another.apiKey, another.secret])
      expect(written).not.toContain(secret);
  });
});
