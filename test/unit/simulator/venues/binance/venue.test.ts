/** The venue in process, without sockets: what REST and frames say at the edges that no client library reaches. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { Conditions } from '../../../../../src/simulator/faults/conditions.ts';
import { World } from '../../../../../src/simulator/market/world.ts';
import { BinanceVenue } from '../../../../../src/simulator/venues/binance/venue.ts';
import type { OutboundMessage, VenueSocket } from '../../../../../src/simulator/venues/venue.ts';

const NOW_MS = Date.parse('2026-03-04T05:06:20Z');
const KEY = { apiKey: 'key', secret: 'secret', accountId: 'alice' };

let monotonicMs = 0;
let world: World;
let conditions: Conditions;
let venue: BinanceVenue;

beforeEach(() => {
  monotonicMs = 0;
  conditions = new Conditions(() => monotonicMs);
  world = new World({
    seed: 1,
    startAtMs: NOW_MS,
    historyBars: 2,
    accounts: [{ id: 'alice', balances: { USDT: '100000', BTC: '1' } }],
  });
  venue = new BinanceVenue({ world, credentials: [KEY], wallNowMs: () => NOW_MS, conditions });
});

/** A signed request and what came back. */
function ask(
  route: string,
  params: Readonly<Record<string, string | number>> = {},
): { status: number; body: unknown } {
  const [method = '', path = ''] = route.split(' ');
  const pairs = Object.entries({ ...params, timestamp: NOW_MS });
  const payload = pairs.map(([name, value]) => `${name}=${String(value)}`).join('&');
  const signature = createHmac('sha256', KEY.secret).update(payload).digest('hex');
  const reply = venue.answer({
    method,
    path,
    query: `${payload}&signature=${signature}`,
    body: '',
    header: (name) => (name === 'x-mbx-apikey' ? KEY.apiKey : undefined),
  });
  return { status: reply?.status ?? 404, body: JSON.parse(reply?.body ?? 'null') as unknown };
}

function buyLow(clientOrderId: string): { orderId: number } {
  return ask('POST /api/v3/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.01',
    price: '40000',
    newClientOrderId: clientOrderId,
  }).body as { orderId: number };
}

describe('read-after-write lag', () => {
  it('hides an order from questions, not from cancels and balances', () => {
    const { orderId } = buyLow('hidden');
    const order = { symbol: 'BTCUSDT', orderId };
    conditions.hide(orderId, 100);
    expect(ask('GET /api/v3/order', order)).toEqual({
      status: 400,
      body: { code: -2013, msg: 'Order does not exist.' },
    });
    expect(ask('GET /api/v3/openOrders').body).toEqual([]);
    expect(ask('GET /api/v3/allOrders', { symbol: 'BTCUSDT' }).body).toEqual([]);
    expect(ask('GET /api/v3/account').body).toMatchObject({
      balances: expect.arrayContaining([
        { asset: 'USDT', free: '99600.00000000', locked: '400.00000000' },
      ]),
    });
    monotonicMs = 100;
    expect(ask('GET /api/v3/order', order).status).toBe(200);
    expect(ask('DELETE /api/v3/order', order).body).toMatchObject({ status: 'CANCELED' });
  });
});

describe('a frame', () => {
  let sent: unknown[];
  let closed: number[];
  const open = (path: string, query = ''): VenueSocket => {
    sent = [];
    closed = [];
    const socket = venue.connect(
      { path, query },
      {
        send: ({ text }: OutboundMessage) => sent.push(JSON.parse(text)),
        close: (code) => closed.push(code),
      },
    );
    if (socket === undefined) throw new Error(`nothing at ${path}`);
    return socket;
  };

  it('changes and tells how events are wrapped', () => {
    const socket = open('/ws/btcusdt@trade');
    socket.onFrame('{"method":"GET_PROPERTY","params":["combined"],"id":1}');
    socket.onFrame('{"method":"SET_PROPERTY","params":["combined",true],"id":2}');
    socket.onFrame('{"method":"LIST_SUBSCRIPTIONS","id":3}');
    expect(sent).toEqual([
      { result: false, id: 1 },
      { result: null, id: 2 },
      { result: ['btcusdt@trade'], id: 3 },
    ]);
    venue.flood('BTCUSDT', 1);
    expect(sent.at(-1)).toMatchObject({ stream: 'btcusdt@trade', data: { e: 'trade' } });
  });

  it.each([
    ['{"id":1}', 2, 'missing field `method`'],
    ['{"method":"SUBSCRIBE","params":["a@b"],"id":-1}', 2, 'unsigned integer'],
    ['{"method":"SET_PROPERTY","params":[1],"id":1}', 2, 'property name must be a string'],
    ['{"method":"SUBSCRIBE","id":1}', 2, 'params must be an array'],
    ['{', 3, 'Invalid JSON'],
  ])('%s is answered and does no harm', (frame, code, text) => {
    open('/ws').onFrame(frame);
    expect(sent).toEqual([
      expect.objectContaining({ error: { code, msg: expect.stringContaining(text) } }),
    ]);
    expect(closed).toEqual([]);
  });

  it('with a name that is none ends the connection', () => {
    open('/ws').onFrame('{"method":"SUBSCRIBE","params":["@@#"],"id":1}');
    expect(closed).toEqual([1008]);
  });

  it('logs on once and for all', () => {
    const socket = open('/ws-api/v3');
    const request = (id: number, method: string, params: object): void => {
      socket.onFrame(JSON.stringify({ id, method, params }));
    };
    request(1, 'userDataStream.subscribe', {});
    const payload = `apiKey=${KEY.apiKey}&timestamp=${String(NOW_MS)}`;
    const signature = createHmac('sha256', KEY.secret).update(payload).digest('hex');
    request(2, 'session.logon', { apiKey: KEY.apiKey, timestamp: NOW_MS, signature });
    request(3, 'account.status', { timestamp: NOW_MS });
    request(4, 'userDataStream.subscribe', {});
    request(5, 'userDataStream.subscribe', {});
    request(6, 'dance', {});
    expect(sent).toMatchObject([
      { id: 1, status: 400 },
      { id: 2, status: 200, result: { apiKey: KEY.apiKey, userDataStream: false } },
      { id: 3, status: 200, result: { accountType: 'SPOT' } },
      { id: 4, status: 200, result: { subscriptionId: 0 } },
      { id: 5, status: 400, error: { code: -2035 } },
      { id: 6, status: 400, error: { code: -1000 } },
    ]);
    buyLow('reported');
    expect(sent.slice(6)).toMatchObject([
      { subscriptionId: 0, event: { e: 'executionReport', c: 'reported', x: 'NEW', w: true } },
      { subscriptionId: 0, event: { e: 'outboundAccountPosition' } },
    ]);
    socket.endUserStream();
    expect(sent.at(-1)).toMatchObject({ event: { e: 'eventStreamTerminated' } });
    buyLow('silent');
    expect(sent).toHaveLength(9);
  });
});

describe('the user stream of a pair', () => {
  it('tells of both orders and of the pair, at its start and at its end', () => {
    const events: { e: string; x?: string; o?: string; L?: string }[] = [];
    const socket = venue.connect(
      { path: '/ws-api/v3', query: '' },
      {
        send: ({ text }) => {
          const { event } = JSON.parse(text) as { event?: (typeof events)[number] };
          if (event !== undefined) events.push(event);
        },
        close: () => undefined,
      },
    );
    const payload = `apiKey=${KEY.apiKey}&timestamp=${String(NOW_MS)}`;
    const signature = createHmac('sha256', KEY.secret).update(payload).digest('hex');
    const params = { apiKey: KEY.apiKey, timestamp: NOW_MS, signature };
    socket?.onFrame(
      JSON.stringify({ id: 1, method: 'userDataStream.subscribe.signature', params }),
    );
    const last = world.market('BTCUSDT').lastOrderTicks / 100;
    world.engine.onLastPrice('BTCUSDT', last * 100, world.nowMs);
    const pair = ask('POST /api/v3/order/oco', {
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.01',
      price: (last * 1.1).toFixed(2),
      stopPrice: (last * 0.9).toFixed(2),
    });
    expect(pair.status).toBe(200);
    world.engine.onLastPrice('BTCUSDT', Math.round(last * 80), world.nowMs);
    const told = events
      .filter(({ e }) => e !== 'outboundAccountPosition')
      .map(({ e, x, o, L }) =>
        e === 'listStatus' ? `list ${String(L)}` : `${String(o)} ${String(x)}`,
      );
    expect(told.slice(0, 3)).toEqual(['STOP_LOSS NEW', 'LIMIT_MAKER NEW', 'list EXECUTING']);
    expect(told.slice(3)).toEqual(
      expect.arrayContaining(['LIMIT_MAKER EXPIRED', 'STOP_LOSS TRADE', 'list ALL_DONE']),
    );
    expect(told.filter((text) => text === 'list ALL_DONE')).toHaveLength(1);
  });
});
