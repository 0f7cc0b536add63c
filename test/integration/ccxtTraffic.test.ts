/** The traffic control between real ccxt and real sockets: what leaves first, and silence when the exchange asks for it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import type { ExchangeGateway } from '../../src/ports/exchangeGateway.ts';
import {
  anApproved,
  BTC,
  CREDENTIALS,
  hurriedClock,
  keepingLogger,
  until,
} from '../builders/ccxt.ts';
import { startFakeBinance } from '../fixtures/fakeBinance.ts';
import type { Answer, FakeBinance } from '../fixtures/fakeBinance.ts';

const OPEN_ORDERS = 'GET /api/v3/openOrders';
const CANCEL = 'DELETE /api/v3/order';
/** A pause of 10 s becomes 0.5 s. */
const HURRY = 20;
const PAUSE_S = 10;

let exchange: FakeBinance;
let gateway: ExchangeGateway;

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
  await gateway.instruments([BTC]);
  await gateway.place(anApproved(1));
});

afterEach(async () => {
  await gateway.close();
  await exchange.close();
});

const tooMany =
  (headers: Record<string, string>): Answer =>
  (_request, response) => {
    response.writeHead(429, { 'content-type': 'application/json', ...headers });
    response.end('{"code":-1003,"msg":"Too much request weight used."}');
  };

describe('when the exchange says 429', () => {
  it('nothing is sent until its Retry-After is over, and then the cancel goes before the reads', async () => {
    exchange.on(OPEN_ORDERS, tooMany({ 'Retry-After': String(PAUSE_S) }));
    await expect(gateway.openOrders([BTC])).rejects.toThrow('GATEWAY_FAILED');
    exchange.on(OPEN_ORDERS, () => []);
    exchange.on(CANCEL, () => ({}));
    const { clientOrderId } = anApproved(1);
    const reads = Array.from({ length: 5 }, () => gateway.openOrders([BTC]));
    const cancelled = gateway.cancel({ symbol: BTC, clientOrderId });
    await until(() => exchange.sent(CANCEL).length === 1, 'the cancel is sent');
    await Promise.allSettled([...reads, cancelled]);
    const [cancel] = exchange.sent(CANCEL);
    const [refused, firstRead] = exchange.sent(OPEN_ORDERS);
    // The pause begins when the answer arrives, which is after the request did; clocks count whole milliseconds.
    const silentMs = (cancel?.at ?? 0) - (refused?.at ?? 0);
    expect(silentMs).toBeGreaterThanOrEqual((PAUSE_S * 1_000) / HURRY - 2);
    expect(cancel?.at).toBeLessThanOrEqual(firstRead?.at ?? 0);
    expect(gateway.traffic?.()).toMatchObject({ refusals: 1, pausedMs: 0 });
  });

  it('an order whose deadline passes in the pause was not sent, and is known not to be', async () => {
    exchange.on(OPEN_ORDERS, tooMany({ 'Retry-After': '60' }));
    await expect(gateway.openOrders([BTC])).rejects.toThrow('GATEWAY_FAILED');
    expect(await gateway.place(anApproved(2))).toMatchObject({
      kind: 'rejected',
      code: 'NOT_SENT',
    });
    expect(exchange.sent('POST /api/v3/order')).toHaveLength(1);
  });
});

it("the exchange's used-weight header is believed", async () => {
  exchange.on(OPEN_ORDERS, (_request, response) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'X-MBX-USED-WEIGHT-1M': '5940',
    });
    response.end('[]');
  });
  const before = gateway.traffic?.().used ?? 1;
  await gateway.openOrders([BTC]);
  expect(before).toBeLessThan(0.5);
  expect(gateway.traffic?.().used).toBeGreaterThan(0.9);
});
