/** The control API: who may use it, what it shows, what it changes, and how it refuses what is wrong. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request as rawRequest } from 'node:http';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import { control } from './controlClient.ts';
import { KEY, request, signed } from './signedClient.ts';

let simulator: Simulator;
let base = '';

beforeEach(async () => {
  simulator = await startSimulator({
    port: 0,
    seed: 3,
    paused: true,
    historyBars: 2,
    accounts: [{ ...KEY, balances: { USDT: '1000', BTC: '1' } }],
  });
  base = simulator.httpUrl;
});
afterEach(async () => {
  await simulator.close();
});

function place(over: Record<string, string> = {}): ReturnType<typeof signed> {
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' };
  const params = { ...order, quantity: '0.001', price: '50000', newClientOrderId: 'mine', ...over };
  return signed({ base, method: 'POST', path: '/api/v3/order', params });
}

/** The status of a request made with any headers, `Host` included. */
function statusWith(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = rawRequest(`${simulator.controlUrl}state`, { headers }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode);
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('access', () => {
  it('needs the token, no web page behind it, and this host', async () => {
    const token = { 'X-Sim-Token': simulator.controlToken };
    expect(await statusWith(token)).toBe(200);
    expect(await statusWith({})).toBe(403);
    expect(await statusWith({ 'X-Sim-Token': 'wrong' })).toBe(403);
    expect(await statusWith({ ...token, Origin: 'http://127.0.0.1' })).toBe(403);
    expect(await statusWith({ ...token, Host: 'rebound.example' })).toBe(403);
  });

  it('is not to be had on the port of the exchange', async () => {
    const headers = { 'X-Sim-Token': simulator.controlToken };
    for (const path of ['/state', '/sim/state', '/rules'])
      expect((await request(`${base}${path}`, { headers })).status).toBe(404);
  });
});

describe('what it shows', () => {
  it('lists what there is, and says so for a route that is not', async () => {
    const { body } = await control(simulator, 'GET /');
    expect(Object.keys((body as { routes: object }).routes)).toContain('POST /barrier');
    const unknown = await control(simulator, 'GET /nothing');
    expect([unknown.status, unknown.body]).toEqual([
      404,
      { error: expect.stringContaining('GET /state') },
    ]);
    expect((await control(simulator, 'PUT /state')).status).toBe(405);
  });

  it('tells orders, balances, executions and violations', async () => {
    await place();
    await place({ type: 'MARKET', timeInForce: '', price: '', newClientOrderId: 'taken' });
    const { body } = await control(simulator, 'GET /state');
    expect(body).toMatchObject({
      world_id: simulator.worldId,
      venue: 'binance',
      seed: 3,
      speed: 1,
      paused: true,
      violations: [],
      accounts: [
        {
          open_orders: [{ client_order_id: 'mine', status: 'NEW' }],
          executions: { taken: 1 },
          orders: 2,
        },
      ],
    });
  });

  it('logs every request with what it was about and nothing secret', async () => {
    await place();
    await signed({ base, method: 'GET', path: '/api/v3/account', apiKey: 'unknown' });
    await request(`${base}/api/v3/nowhere`);
    const { body } = await control(simulator, 'GET /log');
    const { requests } = body as { requests: Record<string, unknown>[] };
    expect(requests).toEqual([
      {
        seq: 1,
        at_ms: expect.any(Number),
        method: 'POST',
        path: '/api/v3/order',
        account: simulator.state().accounts[0]?.id,
        symbol: 'BTCUSDT',
        client_order_id: 'mine',
        status: 200,
        engine_after_ms: expect.any(Number),
        answered_after_ms: expect.any(Number),
      },
      expect.objectContaining({ path: '/api/v3/account', status: 401 }),
      expect.objectContaining({ path: '/api/v3/nowhere', status: 404 }),
    ]);
    expect(JSON.stringify(body)).not.toMatch(/signature|test-key|test-secret|unknown/);
    const after = await control(simulator, 'GET /log?after=2');
    expect(after.body).toMatchObject({ count: 3, requests: [{ seq: 3 }] });
    expect((await control(simulator, 'GET /log?after=x')).status).toBe(400);
  });
});

describe('rules', () => {
  it('are added, listed with their hits, and removed', async () => {
    const rule = {
      match: { path: '/api/v3/time' },
      times: 1,
      action: { type: 'reply', status: 502 },
    };
    expect((await control(simulator, 'POST /rules', rule)).body).toEqual({ ids: ['rule-1'] });
    const named = { id: 'second', action: { type: 'hang' }, match: { method: 'DELETE' } };
    expect((await control(simulator, 'POST /rules', [named])).body).toEqual({ ids: ['second'] });
    expect((await request(`${base}/api/v3/time`)).status).toBe(502);
    expect((await request(`${base}/api/v3/time`)).status).toBe(200);
    expect((await control(simulator, 'GET /rules')).body).toEqual({
      rules: [
        { ...rule, id: 'rule-1', hits: 1 },
        { ...named, hits: 0 },
      ],
    });
    const log = await control(simulator, 'GET /log');
    expect(log.body).toMatchObject({
      requests: [{ status: 502, fault: 'rule-1' }, { status: 200 }],
    });
    expect((await control(simulator, 'DELETE /rules/second')).body).toEqual({ removed: 1 });
    expect((await control(simulator, 'DELETE /rules/second')).status).toBe(404);
    expect((await control(simulator, 'DELETE /rules/%E0%A4%A')).status).toBe(400);
    expect((await control(simulator, 'DELETE /rules')).body).toEqual({ removed: 1 });
  });

  it('are all added or none', async () => {
    const good = { id: 'good', action: { type: 'hang' } };
    expect((await control(simulator, 'POST /rules', [good, { action: {} }])).status).toBe(400);
    expect((await control(simulator, 'POST /rules', [good, good])).status).toBe(409);
    expect((await control(simulator, 'GET /rules')).body).toEqual({ rules: [] });
  });
});

describe('conditions', () => {
  it('skew the clock of the exchange', async () => {
    await control(simulator, 'POST /conditions', { clockSkewMs: 3_600_000 });
    const { body } = await request(`${base}/api/v3/time`);
    const { serverTime } = body as { serverTime: number };
    expect(serverTime - Date.now()).toBeGreaterThan(3_590_000);
    expect((await place()).body).toMatchObject({ code: -1021 });
  });

  it('halt, refuse by new filters, and delist a symbol', async () => {
    const set = (symbol: object): Promise<unknown> =>
      control(simulator, 'POST /conditions', { symbols: { BTCUSDT: symbol } });
    await place();
    await set({ status: 'HALT' });
    expect((await place({ newClientOrderId: 'halted' })).status).toBe(400);
    await set({ status: 'TRADING', minNotional: '60', tickSize: '0.50' });
    expect((await place({ newClientOrderId: 'small' })).status).toBe(400);
    const fine = { quantity: '0.002', newClientOrderId: 'fine' };
    expect((await place({ ...fine, price: '50000.10' })).status).toBe(400);
    expect((await place({ ...fine, price: '50000.50' })).status).toBe(200);
    await set({ status: 'DELISTED' });
    expect(simulator.state().accounts[0]?.open_orders).toEqual([]);
    expect(simulator.state().violations).toEqual([]);
  });

  it('are shown, and stay when others are changed', async () => {
    await control(simulator, 'POST /conditions', { maintenance: false, latency: 'lan' });
    const { body } = await control(simulator, 'POST /conditions', { weightLimitPerMinute: 50 });
    expect(body).toMatchObject({
      weightLimitPerMinute: 50,
      latency: { ingress: { medianMs: 1 } },
      symbols: { BTCUSDT: { status: 'TRADING', minNotional: '5.00000000', tickSize: '0.01' } },
    });
  });

  it('are all changed or none', async () => {
    const answer = await control(simulator, 'POST /conditions', {
      clockSkewMs: 5,
      symbols: { BTCUSDT: { tickSize: '0.001' } },
      keys: { nobody: 'revoked' },
    });
    expect(answer.status).toBe(400);
    expect((await control(simulator, 'GET /conditions')).body).toMatchObject({ clockSkewMs: 0 });
  });
});

describe('time', () => {
  it('steps, jumps and goes on', async () => {
    const startMs = simulator.world.nowMs;
    const step = await control(simulator, 'POST /time', { do: 'step', ms: 1_500 });
    expect(step.body).toEqual({ market_time: startMs + 1_500, speed: 1, paused: true });
    const toMs = startMs + 3_600_000;
    await control(simulator, 'POST /time', { do: 'jump', to: new Date(toMs).toISOString() });
    expect(simulator.world.nowMs).toBe(toMs);
    expect((await control(simulator, 'POST /time', { do: 'jump', to: startMs })).status).toBe(400);
    const speed = await control(simulator, 'POST /time', { do: 'speed', speed: 60 });
    expect(speed.body).toEqual({ market_time: toMs, speed: 60, paused: true });
    await control(simulator, 'POST /time', { do: 'resume' });
    const end = Date.now() + 5_000;
    while (simulator.world.nowMs === toMs && Date.now() < end)
      await control(simulator, 'GET /time');
    expect(simulator.world.nowMs).toBeGreaterThan(toMs);
  });

  it('steps make the same world as time that runs', async () => {
    const startMs = simulator.world.nowMs;
    await control(simulator, 'POST /time', { do: 'step', ms: 10_000 });
    await control(simulator, 'POST /time', { do: 'step', ms: 50_000 });
    const other = await startSimulator({
      port: 0,
      seed: 3,
      paused: true,
      historyBars: 2,
      startAtMs: startMs,
      accounts: [{ ...KEY, balances: { USDT: '1000', BTC: '1' } }],
    });
    other.world.advanceTo(startMs + 60_000);
    expect(other.world.stateHash()).toBe(simulator.world.stateHash());
    await other.close();
  });
});

describe('the barrier', () => {
  it('waits until what is under way has arrived', async () => {
    const action = { type: 'late-accept', ms: 200 };
    await control(simulator, 'POST /rules', { match: { method: 'POST' }, action });
    const gone = new AbortController();
    const lost = fetch(`${base}/api/v3/order`, { method: 'POST', body: 'x', signal: gone.signal });
    const end = Date.now() + 5_000;
    while (simulator.log().length === 0 && Date.now() < end) await control(simulator, 'GET /time');
    gone.abort();
    await expect(lost).rejects.toThrow();
    expect((await control(simulator, 'POST /barrier')).status).toBe(200);
    expect(simulator.log()).toMatchObject([{ status: 0, fault: 'rule-1' }]);
  });
});

describe('a port', () => {
  it('that is taken is named, with what to do', async () => {
    const port = Number(new URL(simulator.controlUrl).port);
    const starting = startSimulator({ port, accounts: [] });
    await expect(starting).rejects.toThrow(
      `PORT_TAKEN: port ${String(port)} on 127.0.0.1 is in use`,
    );
  });
});

describe('wrong documents', () => {
  it('a header that no answer could carry is refused', async () => {
    const action = { type: 'reply', status: 200, headers: { X: 'a\r\nb' } };
    const { status, body } = await control(simulator, 'POST /rules', { action });
    expect(status).toBe(400);
    expect((body as { error: string }).error).toContain('printable ASCII');
  });

  it.each([
    ['POST /rules', { match: { pth: '/x' }, action: { type: 'hang' } }, 'match.pth', 'path'],
    ['POST /rules', { action: { type: 'hangs' } }, 'action.type', 'hang'],
    ['POST /rules', { action: { type: 'delay', mss: 5 } }, 'action.mss', 'ms'],
    ['POST /rules', { matches: {}, action: { type: 'hang' } }, 'matches', 'match'],
    [
      'POST /rules',
      { match: { method: 'POTS' }, action: { type: 'hang' } },
      'match.method',
      'POST',
    ],
    [
      'POST /rules',
      [{ match: { symbol: 'BTC/USDT' }, action: { type: 'hang' } }],
      '[0].match.symbol',
      'BTCUSDT',
    ],
    ['POST /conditions', { clockSkew: 1 }, 'clockSkew', 'clockSkewMs'],
    ['POST /conditions', { latency: 'hom' }, 'latency', 'home'],
    ['POST /conditions', { latency: { ingres: {} } }, 'latency.ingres', 'ingress'],
    ['POST /conditions', { symbols: { BTCUSD: {} } }, 'symbols.BTCUSD', 'BTCUSDT'],
    ['POST /time', { do: 'paus' }, 'do', 'pause'],
  ])('%s %j are refused with the nearest word', async (route, document, where, nearest) => {
    const hash = simulator.world.stateHash();
    const { status, body } = await control(simulator, route, document);
    expect(status).toBe(400);
    expect((body as { error: string }).error).toContain(`${where}: `);
    expect((body as { error: string }).error).toContain(`did you mean "${nearest}"?`);
    expect(simulator.world.stateHash()).toBe(hash);
  });

  it.each([
    ['no JSON', '{"action":', 400],
    ['no object', '5', 400],
    ['too large', `"${'x'.repeat(1_100_000)}"`, 413],
  ])('a body that is %s is refused', async (_name, text, expected) => {
    const headers = { 'X-Sim-Token': simulator.controlToken };
    const url = `${simulator.controlUrl}rules`;
    const answer = await request(url, { method: 'POST', headers, body: text });
    expect(answer.status).toBe(expected);
    expect(answer.body).toEqual(expect.objectContaining({ error: expect.any(String) }));
    expect((await control(simulator, 'GET /rules')).body).toEqual({ rules: [] });
  });
});
