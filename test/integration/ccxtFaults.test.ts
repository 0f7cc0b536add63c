/** What becomes of an order when the answer is not what it should be: real sockets, unmodified ccxt, a fake exchange. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import { loadExchangeClass } from '../../src/adapters/ccxt/load.ts';
import { dec } from '../../src/core/domain/decimal.ts';
import { exchangeOrderId } from '../../src/core/domain/ids.ts';
import type { ExchangeGateway } from '../../src/ports/exchangeGateway.ts';
import { anApproved, BTC, CREDENTIALS, hurriedClock, keepingLogger } from '../builders/ccxt.ts';
import { listing, raw, refusal, startFakeBinance } from '../fixtures/fakeBinance.ts';
import type { Answer, FakeBinance } from '../fixtures/fakeBinance.ts';

const ORDER = 'POST /api/v3/order';
const OPEN_ORDERS = 'GET /api/v3/openOrders';
/** Own deadlines of 10 s become 1 s. */
const HURRY = 10;

let exchange: FakeBinance;
let gateway: ExchangeGateway;

// Loading ccxt takes a second and more, which is all that a hurried request has.
beforeAll(async () => {
  await loadExchangeClass('binance');
});

beforeEach(async () => {
  exchange = await startFakeBinance();
  gateway = createCcxtGateway({
    exchangeId: 'binance',
    credentials: CREDENTIALS,
    endpoints: exchange.endpoints,
    symbols: [BTC],
    logger: keepingLogger(),
    clock: hurriedClock(HURRY),
  });
});

afterEach(async () => {
  await gateway.close();
  await exchange.close();
});

const stall: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"symbol":');
};
const resetInBody: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"symbol":', () => response.destroy());
};

describe('the last look', () => {
  it('holds an order back in the turn in which its bytes would leave, and nothing of it leaves', async () => {
    const outcome = await gateway.place(anApproved(1), () => 'entries were paused');
    expect(outcome).toEqual({ kind: 'withheld', message: 'entries were paused' });
    expect(exchange.sent(ORDER)).toEqual([]);
    // The connection it had is as good as before.
    expect(await gateway.place(anApproved(2), () => '')).toMatchObject({ kind: 'acked' });
    expect(await gateway.place(anApproved(3), () => 'halted')).toMatchObject({ kind: 'withheld' });
    expect(exchange.sent(ORDER)).toHaveLength(1);
  });

  it('is taken after the wait for the rate budget', async () => {
    await gateway.instruments([BTC]);
    exchange.on(OPEN_ORDERS, (_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'Retry-After': '5' });
      response.end('{"code":-1003,"msg":"Too much request weight used."}');
    });
    await expect(gateway.openOrders([BTC])).rejects.toThrow('GATEWAY_FAILED');
    let isPaused = false;
    const placing = gateway.place(anApproved(1), () => (isPaused ? 'paused meanwhile' : ''));
    await new Promise((resolve) => setTimeout(resolve, 50));
    isPaused = true;
    expect(await placing).toEqual({ kind: 'withheld', message: 'paused meanwhile' });
    expect(exchange.sent(ORDER)).toEqual([]);
  });

  it('holds back a cancel that is not wished any more', async () => {
    const { symbol, clientOrderId } = anApproved(1);
    const outcome = await gateway.cancel({ symbol, clientOrderId }, () => 'it stands');
    expect(outcome).toEqual({ kind: 'withheld', message: 'it stands' });
    expect(exchange.sent('DELETE /api/v3/order')).toEqual([]);
  });
});

describe('an accepted order', () => {
  it('is acknowledged with its executions, exact', async () => {
    expect(await gateway.place(anApproved(1))).toEqual({
      kind: 'acked',
      report: {
        clientOrderId: anApproved(1).clientOrderId,
        exchangeOrderId: '28',
        symbol: BTC,
        status: 'open',
        filled: dec('0.01'),
        at: 1_704_164_700_000,
        terms: { side: 'buy', amount: dec('0.0125'), price: dec('42000.5') },
        fills: [
          {
            tradeId: '56',
            symbol: BTC,
            exchangeOrderId: '28',
            side: 'buy',
            price: dec('42000.5'),
            amount: dec('0.01'),
            fee: dec('0.00001'),
            feeAsset: 'BTC',
            liquidity: 'taker',
            at: 1_704_164_700_000,
          },
        ],
      },
    });
  });

  it('carries our id, exact decimals and a bounded lifetime', async () => {
    await gateway.place(anApproved(1, { amount: dec('0.00001'), price: dec('0.01') }));
    const { params } = exchange.sent(ORDER)[0] ?? { params: new URLSearchParams() };
    expect(Object.fromEntries(params)).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.00001',
      price: '0.01',
      newClientOrderId: anApproved(1).clientOrderId,
      recvWindow: '5000',
    });
  });

  it('is sent as post-only when it must not take liquidity', async () => {
    await gateway.place(anApproved(1, { type: 'limit_maker' }));
    expect(exchange.sent(ORDER)[0]?.params.get('type')).toBe('LIMIT_MAKER');
  });

  it('carries no price when it is a market order', async () => {
    await gateway.place(anApproved(1, { type: 'market', side: 'sell' }));
    const params = exchange.sent(ORDER)[0]?.params;
    expect([params?.get('quantity'), params?.has('price'), params?.has('quoteOrderQty')]).toEqual([
      '0.0125',
      false,
      false,
    ]);
  });
});

describe('an order with an ambiguous outcome is unknown, and was sent once', () => {
  const faults: readonly (readonly [string, Answer])[] = [
    ['no answer at all', () => undefined],
    ['headers, then nothing', stall],
    ['a reset before the headers', (_request, response) => void response.destroy()],
    ['a reset in the body', resetInBody],
    ['a web page with status 200', raw(200, '<html>come back later</html>')],
    ['an empty body with status 200', raw(200, '')],
    ['cut-off JSON', raw(200, '{"symbol":"BTCUSDT","orderId":28,')],
    ['{}', () => ({})],
    ['an empty list', () => []],
    [
      'an answer about another order',
      ({ params }) => ({
        symbol: params.get('symbol'),
        orderId: 28,
        clientOrderId: 'another',
        status: 'NEW',
      }),
    ],
    ['502', raw(502, '<html>Bad Gateway</html>')],
    [
      '503 with a code that is a refusal elsewhere',
      refusal(503, -1013, 'Filter failure: LOT_SIZE'),
    ],
    ['524, which ccxt does not know', raw(524, '<html>timeout</html>')],
    ['429', refusal(429, -1015, 'Too many new orders.')],
    ['418', refusal(418, -1003, 'banned')],
    [
      '-1007: execution status unknown',
      refusal(400, -1007, 'Timeout waiting for response from backend server.'),
    ],
    [
      '-1006: unexpected response',
      refusal(400, -1006, 'An unexpected response was received from the message bus.'),
    ],
    ['a code that nobody documents', refusal(400, -9999, 'surprise')],
    ['a duplicate client order id', refusal(400, -2010, 'Duplicate order sent.')],
    ['403 from a firewall', raw(403, '<html>forbidden</html>')],
  ];

  it.each(faults)('%s', async (_name, answer) => {
    exchange.on(ORDER, answer);
    expect(await gateway.place(anApproved(1))).toMatchObject({ kind: 'unknown' });
    expect(exchange.sent(ORDER)).toHaveLength(1);
  });

  it.each([200, 502, 524])('and a web page is called one: status %d', async (status) => {
    exchange.on(ORDER, raw(status, '<html>come back later</html>'));
    const outcome = await gateway.place(anApproved(1));
    expect(outcome).toMatchObject({
      message: `AnswerInvalid: HTTP ${status}, and the answer is not JSON: "<html>come back later</html>"`,
    });
  });

  it('and has the error class that the real address would have given it', async () => {
    exchange.on(ORDER, refusal(400, -2026, 'Order was archived.'));
    expect(await gateway.place(anApproved(1))).toMatchObject({
      kind: 'unknown',
      message: expect.stringMatching(/^InvalidOrder: /),
    });
  });

  it('an exchange that cannot be reached any more', async () => {
    await gateway.instruments([BTC]);
    await gateway.place(anApproved(1));
    await exchange.close();
    expect(await gateway.place(anApproved(2))).toMatchObject({ kind: 'unknown' });
    exchange = await startFakeBinance();
  });
});

describe('an order is rejected only on proof', () => {
  const refusals: readonly (readonly [string, number, string, string])[] = [
    [
      'insufficient balance',
      400,
      '-2010',
      'Account has insufficient balance for requested action.',
    ],
    ['a post-only order that would take', 400, '-2010', 'Order would immediately match and take.'],
    ['a filter', 400, '-1013', 'Filter failure: NOTIONAL'],
    ['a wrong signature', 400, '-1022', 'Signature for this request is not valid.'],
    ['a revoked key', 401, '-2015', 'Invalid API-key, IP, or permissions for action.'],
    [
      'a clock that is off',
      400,
      '-1021',
      'Timestamp for this request is outside of the recvWindow.',
    ],
  ];

  it.each(refusals)('%s', async (_name, status, code, msg) => {
    // ccxt reports -2015 as a rate limit once a private call has succeeded.
    await gateway.place(anApproved(1));
    exchange.on(ORDER, refusal(status, Number(code), msg));
    expect(await gateway.place(anApproved(2))).toMatchObject({ kind: 'rejected', code });
    expect(exchange.sent(ORDER)).toHaveLength(2);
  });

  it('an amount off the lot size is not sent', async () => {
    expect(await gateway.place(anApproved(1, { amount: dec('0.012345678') }))).toMatchObject({
      kind: 'rejected',
      code: 'NOT_SENT',
    });
    expect(exchange.sent(ORDER)).toHaveLength(0);
  });

  it('a price off the tick size is not sent', async () => {
    expect(await gateway.place(anApproved(1, { price: dec('42000.555') }))).toMatchObject({
      kind: 'rejected',
      code: 'NOT_SENT',
    });
    expect(exchange.sent(ORDER)).toHaveLength(0);
  });

  it('a market that is not known is not sent to', async () => {
    exchange.on('GET /api/v3/exchangeInfo', raw(503, ''));
    expect(await gateway.place(anApproved(1))).toMatchObject({
      kind: 'rejected',
      code: 'NOT_SENT',
    });
    expect(exchange.sent(ORDER)).toHaveLength(0);
  });

  it('a request that comes to life after its deadline is stopped at the gate', async () => {
    let answerLater: () => void = () => undefined;
    exchange.on('GET /api/v3/exchangeInfo', async () => {
      await new Promise<void>((resolve) => {
        answerLater = resolve;
      });
      return { symbols: [listing('BTC')] };
    });
    expect(await gateway.place(anApproved(1))).toMatchObject({
      kind: 'rejected',
      code: 'NOT_SENT',
    });
    answerLater();
    expect(await gateway.place(anApproved(2))).toMatchObject({ kind: 'acked' });
    expect(exchange.sent(ORDER).map(({ params }) => params.get('newClientOrderId'))).toEqual([
      anApproved(2).clientOrderId,
    ]);
  });
});

describe('a cancel', () => {
  const ref = {
    symbol: BTC,
    clientOrderId: anApproved(1).clientOrderId,
    exchangeOrderId: exchangeOrderId('28'),
  };
  const CANCEL = 'DELETE /api/v3/order';

  it('that is confirmed reports the order under our id', async () => {
    exchange.on(CANCEL, () => ({
      symbol: 'BTCUSDT',
      orderId: 28,
      origClientOrderId: ref.clientOrderId,
      clientOrderId: 'id-of-the-cancel',
      transactTime: 1_704_164_800_000,
      origQty: '0.0125',
      executedQty: '0.01',
      cummulativeQuoteQty: '420.005',
      status: 'CANCELED',
      type: 'LIMIT',
      side: 'BUY',
    }));
    expect(await gateway.cancel(ref)).toMatchObject({
      kind: 'cancelled',
      report: {
        clientOrderId: ref.clientOrderId,
        exchangeOrderId: '28',
        status: 'canceled',
        filled: dec('0.01'),
      },
    });
  });

  it.each([
    ['an order that is not open', refusal(400, -2011, 'Unknown order sent.'), 'notFound'],
    [
      'a restriction',
      refusal(400, -2011, 'Order was not canceled due to cancel restrictions.'),
      'rejected',
    ],
    ['502', raw(502, ''), 'unknown'],
    ['a web page', raw(200, '<html>'), 'unknown'],
    ['{}', () => ({}), 'unknown'],
  ] as const)('%s', async (_name, answer, kind) => {
    exchange.on(CANCEL, answer);
    expect(await gateway.cancel(ref)).toMatchObject({ kind });
  });
});
