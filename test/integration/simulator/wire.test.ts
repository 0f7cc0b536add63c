/** The venue's wire: signatures, parameters, filters, headers, frames. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request as rawRequest } from 'node:http';
import { WebSocket } from 'ws';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Call } from './signedClient.ts';
import { KEY, request, signed } from './signedClient.ts';

let simulator: Simulator;
let base = '';

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    seed: 3,
    speed: 60,
    historyBars: 10,
    accounts: [{ ...KEY, balances: { USDT: '1000', BTC: '1' } }],
  });
  base = `http://127.0.0.1:${String(simulator.port)}`;
});
afterAll(async () => {
  await simulator.close();
});

const LIMIT = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.001',
  price: '50000',
};

function post(
  params: Record<string, string | number>,
  over: Partial<Call> = {},
): ReturnType<typeof signed> {
  return signed({ base, method: 'POST', path: '/api/v3/order', params, ...over });
}

describe('signed requests', () => {
  const account = { method: 'GET', path: '/api/v3/account' } as const;

  it.each([
    ['an unknown key', { apiKey: 'unknown' }, 401, -2015],
    ['no key', { apiKey: '' }, 401, -2014],
    ['a wrong secret', { secret: 'wrong' }, 400, -1022],
    ['an old timestamp', { timestamp: Date.now() - 60_000 }, 400, -1021],
    ['a timestamp of the future', { timestamp: Date.now() + 600_000 }, 400, -1021],
  ])('with %s are refused', async (_name, over, status, code) => {
    const answer = await signed({ base, ...account, ...over });
    expect([answer.status, answer.body]).toEqual([status, { code, msg: expect.any(String) }]);
  });

  it('without a signature are refused', async () => {
    const answer = await request(`${base}/api/v3/account?timestamp=1`, {
      headers: { 'X-MBX-APIKEY': KEY.apiKey },
    });
    expect(answer.body).toMatchObject({ code: -1102 });
  });

  it('changed after signing are refused', async () => {
    const timestamp = Date.now();
    const good = await signed({ base, ...account, timestamp });
    expect(good.status).toBe(200);
    const url = `${base}/api/v3/account?timestamp=${String(timestamp)}&omitZeroBalances=true&signature=${'0'.repeat(64)}`;
    expect((await request(url, { headers: { 'X-MBX-APIKEY': KEY.apiKey } })).body).toMatchObject({
      code: -1022,
    });
  });
});

describe('orders that are refused', () => {
  it.each([
    ['an unknown symbol', { symbol: 'XYZUSDT' }, -1121, 'Invalid symbol.'],
    ['an unknown side', { side: 'HOLD' }, -1117, 'Invalid side.'],
    ['an unknown type', { type: 'STOP' }, -1116, 'Invalid orderType.'],
    ['an unknown time in force', { timeInForce: 'DAY' }, -1115, 'Invalid timeInForce.'],
    ['a price off the tick', { price: '50000.001' }, -1013, 'Filter failure: PRICE_FILTER'],
    ['a price beyond the filter', { price: '99999999' }, -1013, 'Filter failure: PRICE_FILTER'],
    ['a quantity off the lot', { quantity: '0.0010001' }, -1013, 'Filter failure: LOT_SIZE'],
    ['no quantity', { quantity: '0' }, -1013, 'Invalid quantity.'],
    ['too little value', { quantity: '0.00001' }, -1013, 'Filter failure: NOTIONAL'],
    [
      'more than the balance',
      { quantity: '1' },
      -2010,
      'Account has insufficient balance for requested action.',
    ],
    [
      'a post-only that would trade',
      { type: 'LIMIT_MAKER', timeInForce: '', price: '90000' },
      -2010,
      'Order would immediately match and take.',
    ],
    [
      'a price on a market order',
      { type: 'MARKET', timeInForce: '' },
      -1106,
      "Parameter 'price' sent when not required.",
    ],
    ['a price that is no number', { price: '5e4' }, -1100, expect.stringContaining("'price'")],
    [
      'a bad client id',
      { newClientOrderId: 'no spaces' },
      -1100,
      expect.stringContaining("'newClientOrderId'"),
    ],
  ])('%s', async (_name, over, code, msg) => {
    const answer = await post({ ...LIMIT, ...over });
    expect([answer.status, answer.body]).toEqual([400, { code, msg }]);
  });

  it('a client id that is still open', async () => {
    expect((await post({ ...LIMIT, newClientOrderId: 'twice' })).status).toBe(200);
    expect((await post({ ...LIMIT, newClientOrderId: 'twice' })).body).toEqual({
      code: -2010,
      msg: 'Duplicate order sent.',
    });
    const params = { symbol: 'BTCUSDT', origClientOrderId: 'twice' };
    expect((await signed({ base, method: 'DELETE', path: '/api/v3/order', params })).status).toBe(
      200,
    );
    expect((await signed({ base, method: 'DELETE', path: '/api/v3/order', params })).body).toEqual({
      code: -2011,
      msg: 'Unknown order sent.',
    });
    expect((await post({ ...LIMIT, newClientOrderId: 'twice' })).status).toBe(200);
    await signed({
      base,
      method: 'DELETE',
      path: '/api/v3/openOrders',
      params: { symbol: 'BTCUSDT' },
    });
  });

  it('leave balances as they were', () => {
    expect(simulator.state().accounts[0]?.balances['USDT']).toEqual({
      free: '1000.00000000',
      locked: '0.00000000',
    });
  });
});

describe('lists of trades', () => {
  it('page by id, by time and by order', async () => {
    const ids: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      const answer = await post({
        symbol: 'ETHUSDT',
        side: 'BUY',
        type: 'MARKET',
        quantity: '0.01',
      });
      const { orderId } = answer.body as { orderId: number };
      ids.push(orderId);
    }
    const list = async (
      params: Record<string, string | number>,
    ): Promise<{ id: number; orderId: number; time: number }[]> => {
      const call = {
        base,
        method: 'GET',
        path: '/api/v3/myTrades',
        params: { symbol: 'ETHUSDT', ...params },
      } as const;
      return (await signed(call)).body as { id: number; orderId: number; time: number }[];
    };
    const all = await list({});
    expect(all.map((trade) => trade.orderId)).toEqual(ids);
    expect(await list({ limit: 1 })).toEqual(all.slice(-1));
    expect(await list({ fromId: all[1]?.id ?? 0, limit: 1 })).toEqual(all.slice(1, 2));
    expect(await list({ startTime: all[0]?.time ?? 0, limit: 2 })).toEqual(all.slice(0, 2));
    expect(await list({ orderId: ids[2] ?? 0 })).toEqual(all.slice(2));
    expect(await list({ startTime: 0, endTime: 90_000_000 })).toMatchObject({ code: -1127 });
  });
});

describe('public requests', () => {
  it('count their weight in the headers', async () => {
    const used = async (path: string): Promise<number> =>
      Number((await request(`${base}${path}`)).headers.get('x-mbx-used-weight-1m'));
    const before = await used('/api/v3/ping');
    const after = await used('/api/v3/exchangeInfo');
    // A new minute may have begun in between.
    expect([before + 20, 20]).toContain(after);
  });

  it.each([
    ['/api/v3/klines?symbol=BTCUSDT&interval=7m', 400, -1120],
    ['/api/v3/klines?interval=1m', 400, -1102],
    ['/api/v3/depth?symbol=NOPE', 400, -1121],
    ['/api/v3/ticker/24hr?symbols=oops', 400, -1100],
    ['/api/v3/klines?symbol=BTCUSDT&symbol=ETHUSDT&interval=1m', 400, -1101],
    ['/api/v3/userDataStream', 404, -1000],
  ])('%s is refused', async (path, status, code) => {
    const answer = await request(`${base}${path}`);
    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ code })]);
  });

  it('serve the book best first with the update it is of', async () => {
    const { body } = await request(`${base}/api/v3/depth?symbol=BTCUSDT&limit=5`);
    const { bids, asks, lastUpdateId } = body as {
      bids: [string, string][];
      asks: [string, string][];
      lastUpdateId: number;
    };
    expect([bids.length, asks.length, lastUpdateId > 0]).toEqual([5, 5, true]);
    const prices = [
      ...bids.map(([price]) => Number(price)).reverse(),
      ...asks.map(([price]) => Number(price)),
    ];
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
  });

  it('survive a target that is no path and a body that is too large', async () => {
    const statusOf = (options: {
      path: string;
      method: string;
      body?: string;
    }): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = rawRequest(
          { port: simulator.port, host: '127.0.0.1', path: options.path, method: options.method },
          (response) => {
            response.resume();
            response.on('end', () => {
              resolve(response.statusCode);
            });
          },
        );
        sent.on('error', reject);
        sent.end(options.body);
      });
    expect(await statusOf({ path: '//', method: 'GET' })).toBe(404);
    expect(
      await statusOf({ path: '/api/v3/order', method: 'POST', body: 'x'.repeat(70_000) }),
    ).toBe(413);
    expect((await request(`${base}/api/v3/ping`)).status).toBe(200);
  });
});

async function openSocket(path: string): Promise<{
  ask: (text: string) => Promise<unknown>;
  next: () => Promise<unknown>;
  /** The venue has hung up. */
  closed: Promise<unknown>;
  close: () => void;
}> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(simulator.port)}${path}`);
  const inbox: unknown[] = [];
  socket.on('message', (data: Buffer) => inbox.push(JSON.parse(data.toString('utf8'))));
  await once(socket, 'open');
  const next = async (): Promise<unknown> => {
    while (inbox.length === 0) await once(socket, 'message');
    return inbox.shift();
  };
  return {
    ask: (text) => {
      socket.send(text);
      return next();
    },
    next,
    closed: once(socket, 'close'),
    close: () => {
      socket.terminate();
    },
  };
}

describe('market streams', () => {
  it('answer malformed and unknown frames without harm', async () => {
    const socket = await openSocket('/ws/1');
    expect(await socket.ask('not json')).toMatchObject({ error: { code: 3 } });
    expect(await socket.ask('[]')).toMatchObject({ error: { code: 3 } });
    expect(await socket.ask('{"method":"DANCE","id":1}')).toMatchObject({
      error: { code: 2 },
      id: 1,
    });
    expect(await socket.ask('{"method":"SUBSCRIBE","params":"x","id":2}')).toMatchObject({
      error: { code: 2 },
      id: 2,
    });
    // As on the venue: a well-formed name of nothing is acknowledged and stays silent.
    expect(await socket.ask('{"method":"SUBSCRIBE","params":["btcusdt@dance"],"id":3}')).toEqual({
      result: null,
      id: 3,
    });
    expect(await socket.ask('{"method":"LIST_SUBSCRIPTIONS","id":4}')).toEqual({
      result: ['btcusdt@dance'],
      id: 4,
    });
    expect(await socket.ask('{"method":"SUBSCRIBE","params":["@@#"],"id":5}')).toEqual({
      error: { code: 2, msg: 'Invalid request: invalid stream' },
      id: 5,
    });
    await socket.closed;
  });

  it('number depth updates without a gap from the moment of subscription', async () => {
    const socket = await openSocket('/ws/2');
    expect(
      await socket.ask('{"method":"SUBSCRIBE","params":["btcusdt@depth@100ms"],"id":1}'),
    ).toEqual({ result: null, id: 1 });
    let last = 0;
    for (let count = 0; count < 4; count += 1) {
      const update = (await socket.next()) as { e: string; U: number; u: number };
      expect(update.e).toBe('depthUpdate');
      expect(update.u).toBeGreaterThanOrEqual(update.U);
      if (last > 0) expect(update.U).toBe(last + 1);
      last = update.u;
    }
    socket.close();
  });

  it('finish every bar, in order, and open the next at once', async () => {
    const socket = await openSocket('/stream?streams=btcusdt@kline_1m');
    const seen: { t: number; x: boolean }[] = [];
    while (seen.filter((bar) => bar.x).length < 3) {
      const message = (await socket.next()) as {
        stream: string;
        data: { k: { t: number; x: boolean } };
      };
      expect(message.stream).toBe('btcusdt@kline_1m');
      seen.push(message.data.k);
    }
    socket.close();
    for (const [index, bar] of seen.entries()) {
      const following = seen[index + 1];
      if (bar.x && following !== undefined)
        expect(following).toMatchObject({ t: bar.t + 60_000, x: false });
      if (!bar.x && following !== undefined) expect(following.t).toBe(bar.t);
    }
  });

  it('are not served elsewhere', async () => {
    await expect(openSocket('/elsewhere')).rejects.toThrow('404');
  });
});
