/** The private stream over real sockets through unmodified ccxt, from a fake exchange. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import { dec } from '../../src/core/domain/decimal.ts';
import type { Balance, Fill } from '../../src/core/domain/fill.ts';
import { marketSymbol } from '../../src/core/domain/ids.ts';
import type { OrderReport } from '../../src/core/domain/order.ts';
import type { ExchangeGateway, GatewaySink } from '../../src/ports/exchangeGateway.ts';
import { BTC, CREDENTIALS, hurriedClock, keepingLogger, until } from '../builders/ccxt.ts';
import { startFakeBinance } from '../fixtures/fakeBinance.ts';
import type { FakeBinance } from '../fixtures/fakeBinance.ts';

const T = 1_704_164_700_000;
const execution = (over: Readonly<Record<string, unknown>> = {}) => ({
  subscriptionId: 0,
  event: {
    e: 'executionReport',
    E: T + 5,
    s: 'BTCUSDT',
    c: 'x00000000000000001',
    S: 'BUY',
    o: 'LIMIT',
    f: 'GTC',
    q: '0.0125',
    p: '42000.5',
    C: '',
    x: 'TRADE',
    X: 'PARTIALLY_FILLED',
    r: 'NONE',
    i: 28,
    l: '0.0025',
    z: '0.01',
    L: '42000.4',
    n: '0.0000025',
    N: 'BTC',
    T,
    t: 57,
    w: true,
    m: true,
    ...over,
  },
});

class Kept implements GatewaySink {
  readonly reports: OrderReport[] = [];
  readonly fills: Fill[] = [];
  readonly balanceRows: (readonly Balance[])[] = [];
  readonly states: boolean[] = [];
  report(report: OrderReport): void {
    this.reports.push(report);
  }
  fill(fill: Fill): void {
    this.fills.push(fill);
  }
  balances(balances: readonly Balance[]): void {
    this.balanceRows.push(balances);
  }
  stream(up: boolean): void {
    this.states.push(up);
  }
}

let exchange: FakeBinance;
let gateway: ExchangeGateway;
let kept: Kept;
let logger: ReturnType<typeof keepingLogger>;

beforeEach(async () => {
  exchange = await startFakeBinance();
  kept = new Kept();
  logger = keepingLogger();
  gateway = createCcxtGateway({
    exchangeId: 'binance',
    credentials: CREDENTIALS,
    endpoints: exchange.endpoints,
    // One that is not listed must not keep the news of the others away.
    symbols: [BTC, marketSymbol('NOSUCH/USDT')],
    logger,
    clock: hurriedClock(8),
  });
});

afterEach(async () => {
  await gateway.close();
  await exchange.close();
});

const states = (...expected: readonly boolean[]) =>
  until(() => kept.states.length >= expected.length, `the stream was ${expected.join(', ')}`);

describe('the private stream', () => {
  it('delivers every execution of a burst, each with its order', async () => {
    await gateway.open(kept);
    await states(true);
    for (let t = 1; t <= 50; t += 1) exchange.push('user', execution({ t, z: String(t) }));
    await until(() => kept.reports.length === 50, 'all reports arrived');
    expect(kept.fills.map(({ tradeId }) => tradeId)).toEqual(
      Array.from({ length: 50 }, (_, i) => String(i + 1)),
    );
    expect(kept.fills[0]).toEqual({
      tradeId: '1',
      symbol: BTC,
      exchangeOrderId: '28',
      clientOrderId: 'x00000000000000001',
      side: 'buy',
      price: dec('42000.4'),
      amount: dec('0.0025'),
      fee: dec('0.0000025'),
      feeAsset: 'BTC',
      liquidity: 'maker',
      at: T,
    });
    expect(kept.reports[0]).toEqual({
      clientOrderId: 'x00000000000000001',
      exchangeOrderId: '28',
      symbol: BTC,
      status: 'open',
      filled: dec('1'),
      at: T,
      terms: { side: 'buy', amount: dec('0.0125'), price: dec('42000.5') },
      fills: [],
    });
  });

  it("reports a cancel under the order's own id", async () => {
    await gateway.open(kept);
    await states(true);
    exchange.push(
      'user',
      execution({
        x: 'CANCELED',
        X: 'CANCELED',
        c: 'id-of-the-cancel',
        C: 'x00000000000000001',
        l: '0',
        L: '0',
        t: -1,
        n: '0',
        N: null,
      }),
    );
    await until(() => kept.reports.length === 1, 'the report arrived');
    expect(kept.reports[0]).toMatchObject({
      clientOrderId: 'x00000000000000001',
      status: 'canceled',
    });
    expect(kept.fills).toEqual([]);
  });

  it('delivers balances that changed', async () => {
    await gateway.open(kept);
    await states(true);
    exchange.push('user', {
      subscriptionId: 0,
      event: { e: 'outboundAccountPosition', E: T, u: T, B: [{ a: 'USDT', f: '12.5', l: '0.50' }] },
    });
    await until(() => kept.balanceRows.length === 1, 'the balances arrived');
    expect(kept.balanceRows[0]).toEqual([{ asset: 'USDT', free: dec('12.5'), locked: dec('0.5') }]);
  });

  it.each([
    ['is cut', () => exchange.sockets.user.forEach((socket) => socket.terminate())],
    [
      'is ended by the exchange',
      () => exchange.push('user', { event: { e: 'eventStreamTerminated', E: T } }),
    ],
  ])('says so when it %s, and logs in again', async (_name, end) => {
    await gateway.open(kept);
    await states(true);
    end();
    await states(true, false, true);
    expect(kept.states).toEqual([true, false, true]);
    exchange.push('user', execution());
    await until(() => kept.fills.length === 1, 'executions flow again');
  });

  it('dials a refusing exchange with back-off, and the process lives on', async () => {
    exchange.accepts = false;
    const startedMs = performance.now();
    await gateway.open(kept);
    await until(() => exchange.dials > 2, 'it has dialled again');
    // Without waits there would be hundreds.
    expect(exchange.dials).toBeLessThanOrEqual(6 + (performance.now() - startedMs) / 50);
    expect(kept.states).toEqual([]);
    exchange.accepts = true;
    await states(true);
  });

  it('survives a refused login without telling the key to the log', async () => {
    exchange.login = {
      status: 401,
      error: { code: -2015, msg: `Invalid API-key ${CREDENTIALS.apiKey}` },
    };
    await gateway.open(kept);
    await until(() => logger.lines.some(({ level }) => level === 'warn'), 'the refusal was logged');
    expect(JSON.stringify(logger.lines)).not.toContain(CREDENTIALS.apiKey);
    exchange.login = { status: 200, result: { subscriptionId: 1 } };
    await states(true);
  });

  it('measures the clock again when its login is refused for the time', async () => {
    exchange.login = {
      status: 400,
      error: { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' },
    };
    await gateway.open(kept);
    const before = exchange.sent('GET /api/v3/time').length;
    await until(
      () => exchange.sent('GET /api/v3/time').length > before,
      'the time was asked for again',
    );
  });
});
