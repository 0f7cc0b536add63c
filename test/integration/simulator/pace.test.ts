/** The exchange takes its time: latency on every leg, events before or after replies, and a market as fast as its clients. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { LatencyProfile } from '../../../src/simulator/latency.ts';
import type { SimulatorOptions } from '../../../src/simulator/options.ts';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import { control } from './controlClient.ts';
import { until } from './outcomes.ts';
import { KEY, request, signed } from './signedClient.ts';

const running: Simulator[] = [];
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const simulator of running.splice(0)) {
    expect(simulator.state().violations).toEqual([]);
    await simulator.close();
  }
});

async function start(options: Partial<SimulatorOptions>): Promise<Simulator> {
  const simulator = await startSimulator({
    port: 0,
    seed: 4,
    paused: true,
    historyBars: 2,
    accounts: [{ ...KEY, balances: { USDT: '100000', BTC: '1' } }],
    ...options,
  });
  running.push(simulator);
  return simulator;
}

async function open(simulator: Simulator, path: string): Promise<WebSocket> {
  const socket = new WebSocket(`${simulator.wsUrl}${path}`);
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

function place(simulator: Simulator, over: Record<string, string> = {}): ReturnType<typeof signed> {
  const params = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' };
  return signed({
    base: simulator.httpUrl,
    method: 'POST',
    path: '/api/v3/order',
    params: { ...params, quantity: '0.001', price: '50000', newClientOrderId: 'mine', ...over },
  });
}

describe('latency', () => {
  const leg = (medianMs: number): { medianMs: number; sigma: number } => ({ medianMs, sigma: 0 });

  it('delays the way in, the match and the way back, each by its own', async () => {
    const latency = { ingress: leg(60), matching: leg(50), answer: leg(70) };
    const simulator = await start({ latency });
    await request(`${simulator.httpUrl}/api/v3/ping`);
    await place(simulator);
    const [read, write] = simulator.log();
    expect(read?.engine_after_ms).toBeGreaterThanOrEqual(60);
    expect(write?.engine_after_ms).toBeGreaterThanOrEqual(110);
    expect(write?.answered_after_ms).toBeGreaterThanOrEqual(180);
  });

  it('counts against recvWindow until the engine is reached', async () => {
    const simulator = await start({ latency: { ingress: leg(300) } });
    const late = await signed({
      base: simulator.httpUrl,
      method: 'GET',
      path: '/api/v3/account',
      timestamp: Date.now() - 9_800,
    });
    expect(late.body).toMatchObject({ code: -1021 });
  });

  it('hides an accepted order from questions for a while', async () => {
    const simulator = await start({ latency: { readLag: leg(400) } });
    await place(simulator);
    const find = (): ReturnType<typeof signed> =>
      signed({
        base: simulator.httpUrl,
        method: 'GET',
        path: '/api/v3/order',
        params: { symbol: 'BTCUSDT', origClientOrderId: 'mine' },
      });
    expect((await find()).body).toMatchObject({ code: -2013 });
    await until(async () => (await find()).status === 200, 'the order');
  });

  it('delays streams without changing their order', async () => {
    const latency: LatencyProfile = { market: { medianMs: 15, sigma: 1 } };
    const simulator = await start({ latency, paused: false, speed: 60 });
    const socket = await open(simulator, '/stream?streams=btcusdt@trade');
    const ids: number[] = [];
    socket.on('message', (data: Buffer) => {
      ids.push((JSON.parse(data.toString()) as { data: { t: number } }).data.t);
    });
    await until(() => ids.length >= 100, 'a hundred trades');
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it.each([
    [1, true],
    [0, false],
  ])('with eventFirst %d decides what leaves first', async (eventFirst, isFirst) => {
    const simulator = await start({ latency: { eventFirst, answer: leg(200) } });
    const socket = await open(simulator, '/ws-api/v3');
    const seen: string[] = [];
    socket.on('message', (data: Buffer) => {
      if (data.toString().includes('executionReport')) seen.push('event');
    });
    await subscribe(simulator, socket);
    await place(simulator);
    seen.push('reply');
    await until(() => seen.length === 2, 'both');
    expect(seen[0] === 'event').toBe(isFirst);
  });
});

async function subscribe(simulator: Simulator, socket: WebSocket): Promise<void> {
  const { createHmac } = await import('node:crypto');
  const params = { apiKey: KEY.apiKey, recvWindow: 10_000, timestamp: Date.now() };
  const payload = Object.entries(params)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('&');
  const signature = createHmac('sha256', KEY.secret).update(payload).digest('hex');
  const method = 'userDataStream.subscribe.signature';
  const answered = once(socket, 'message');
  socket.send(JSON.stringify({ id: 1, method, params: { ...params, signature } }));
  const [data] = (await answered) as [Buffer];
  expect(JSON.parse(data.toString())).toMatchObject({ status: 200 });
  expect(simulator.summary().connections).toBe(1);
}

describe('a market as fast as its clients', () => {
  it('waits for somebody, runs for one who reads, and loses nothing', async () => {
    const simulator = await start({ speed: 'max', paused: false });
    const startMs = simulator.world.nowMs;
    await control(simulator, 'POST /barrier');
    expect(simulator.world.nowMs).toBe(startMs);
    const socket = await open(simulator, '/stream?streams=btcusdt@kline_1m');
    const closed: number[] = [];
    socket.on('message', (data: Buffer) => {
      const { k } = (JSON.parse(data.toString()) as { data: { k: { t: number; x: boolean } } })
        .data;
      if (k.x) closed.push(k.t);
    });
    await until(() => closed.length >= 30, 'half an hour of bars');
    for (const [index, at] of closed.entries())
      if (index > 0) expect(at - (closed[index - 1] ?? 0)).toBe(60_000);
    expect(simulator.world.nowMs - startMs).toBeGreaterThanOrEqual(30 * 60_000);
  });

  it('takes the book along: its updates come at the market’s pace', async () => {
    const simulator = await start({ speed: 'max', paused: false });
    const socket = await open(simulator, '/stream?streams=btcusdt@depth@100ms');
    const times: number[] = [];
    socket.on('message', (data: Buffer) => {
      times.push((JSON.parse(data.toString()) as { data: { E: number } }).data.E);
    });
    await until(() => times.length >= 1_000, 'a thousand updates');
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(60_000);
  });

  it('stands still while a client does not read', async () => {
    const simulator = await start({ speed: 'max', paused: false });
    const streams = ['trade', 'depth@100ms', 'bookTicker', 'kline_1m']
      .flatMap((name) => ['btcusdt', 'ethusdt', 'solusdt'].map((symbol) => `${symbol}@${name}`))
      .join('/');
    const socket = await open(simulator, `/stream?streams=${streams}`);
    socket.pause();
    let lastMs = -1;
    let still = 0;
    await until(() => {
      still = simulator.world.nowMs === lastMs ? still + 1 : 0;
      lastMs = simulator.world.nowMs;
      return still > 40;
    }, 'the market standing still');
    socket.resume();
    await until(() => simulator.world.nowMs > lastMs, 'the market going on');
  });
});

describe('bad frames and requests', () => {
  it('are answered or end their own connection, and harm nothing', async () => {
    const simulator = await start({});
    const hash = simulator.world.stateHash();
    const market = await open(simulator, '/ws/1');
    const api = await open(simulator, '/ws-api/v3');
    const frames = ['', '{', '[]', 'null', '{"method":5}', '{"id":{},"method":"order.place"}'];
    const answers = { market: 0, api: 0 };
    market.on('message', () => (answers.market += 1));
    api.on('message', () => (answers.api += 1));
    for (const frame of frames) {
      market.send(frame);
      api.send(frame);
    }
    await until(() => answers.market + answers.api === 2 * frames.length, 'an answer to each');
    market.send('x'.repeat(70_000));
    const [code] = (await once(market, 'close')) as [number];
    expect(code).toBe(1009);
    api.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(((await once(api, 'close')) as [number])[0]).toBe(1007);

    const { httpUrl } = simulator;
    const unsigned = { method: 'POST', body: 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1' };
    expect((await request(`${httpUrl}/api/v3/order`, unsigned)).status).toBe(401);
    const large = { method: 'POST', body: 'x'.repeat(70_000) };
    expect((await request(`${httpUrl}/api/v3/order`, large)).status).toBe(413);
    expect(simulator.world.stateHash()).toBe(hash);
    expect((await request(`${httpUrl}/api/v3/ping`)).status).toBe(200);
  });
});
