/** What every exchange's rules must fulfil, and what its own answers mean. */
import { describe, expect, it } from '@jest/globals';
import { quirksOf, supportedExchanges } from '../../../../../src/adapters/ccxt/quirks/registry.ts';
import { fromWireId, toWireId } from '../../../../../src/adapters/ccxt/quirks/wireIds.ts';
import { orderIdentity } from '../../../../../src/core/orders/clientOrderId.ts';
import { marketSymbol, strategyId } from '../../../../../src/core/domain/ids.ts';
import { aMarketOrder, anApproved } from '../../../../builders/ccxt.ts';
import { loadExchangeClass } from '../../../../../src/adapters/ccxt/load.ts';
import { field } from '../../../../../src/adapters/ccxt/values.ts';

const EXCHANGES = ['binance', 'okx', 'bybit', 'kraken', 'coinbase', 'kucoin', 'gate'] as const;
type Exchange = (typeof EXCHANGES)[number];

const quirks = (exchange: string) => {
  const found = quirksOf(exchange);
  if (found === undefined) throw new Error(`no quirks of ${exchange}`);
  return found;
};

it('seven exchanges are known', () => {
  expect([...supportedExchanges()].sort((a, b) => (a < b ? -1 : 1))).toEqual(
    [...EXCHANGES].sort((a, b) => (a < b ? -1 : 1)),
  );
});

describe.each(EXCHANGES)('%s', (exchange) => {
  const { rules, orders } = quirks(exchange);

  it('accepts the ids that the engine makes', () => {
    for (let sequence = 1; sequence <= 200; sequence += 1) {
      const { clientOrderId } = orderIdentity({
        instanceId: 'abcdefgh',
        runId: 'aaaaaaaa',
        sequence,
        strategyId: strategyId('grid'),
        symbol: marketSymbol('BTC/USDT'),
        side: 'buy',
      });
      const sent = toWireId(rules.clientId.form, clientOrderId);
      expect(sent).toMatch(rules.clientId.pattern);
      expect(fromWireId(rules.clientId.form, sent)).toBe(clientOrderId);
      expect(sent.startsWith('t')).toBe(false);
    }
  });

  it('can prove an absence: at least two endpoints are asked', () => {
    expect(new Set(rules.lookups.map(({ endpoint }) => endpoint)).size).toBeGreaterThanOrEqual(2);
  });

  it('has every call it uses in ccxt', async () => {
    const instance = new (await loadExchangeClass(exchange))({});
    for (const { method } of rules.lookups) expect(instance.has[method]).toBeTruthy();
    for (const method of ['createOrder', 'cancelOrder', 'fetchMyTrades', 'fetchBalance'])
      expect(instance.has[method]).toBe(true);
    expect(typeof field(instance, 'watchOrders')).toBe('function');
  });

  it('names its sources, and bounds the life of a request', () => {
    expect(rules.sources.length).toBeGreaterThan(0);
    expect(rules.requestLifetimeMs).toBeGreaterThan(0);
  });

  it('sends our id with every order and cancel', () => {
    const { clientOrderId } = anApproved(1);
    const id =
      rules.clientId.form === 'uuid' ? toWireId('uuid', clientOrderIdOfLetters()) : clientOrderId;
    const order = anApproved(1, {
      clientOrderId: rules.clientId.form === 'uuid' ? clientOrderIdOfLetters() : clientOrderId,
    });
    expect(Object.values(orders.placement(order).params)).toContain(id);
    expect(Object.values(orders.byClientId(order.clientOrderId))).toEqual([id]);
  });

  it('never lists one code as a refusal and as an order that exists', () => {
    const plain = (matches: readonly { code: string; text?: RegExp }[]): string[] =>
      matches.filter(({ text }) => text === undefined).map(({ code }) => code);
    const refused = plain(rules.errors.refused);
    for (const code of plain(rules.errors.duplicate)) expect(refused).not.toContain(code);
    expect(new Set(refused).size).toBe(refused.length);
  });
});

function clientOrderIdOfLetters() {
  return orderIdentity({
    instanceId: 'abcdefgh',
    runId: 'aaaaaaaa',
    sequence: 1,
    strategyId: strategyId('grid'),
    symbol: marketSymbol('BTC/USDT'),
    side: 'buy',
  }).clientOrderId;
}

/** Answers as the exchanges give them: insufficient funds, a duplicate id, an order that is not known, a busy server. */
const ANSWERS: Readonly<
  Record<
    Exchange,
    {
      readonly refused: readonly [number, unknown];
      readonly duplicate: readonly [number, unknown];
      readonly orderUnknown: readonly [number, unknown];
      readonly ambiguous: readonly [number, unknown];
    }
  >
> = {
  binance: {
    refused: [400, { code: -2010, msg: 'Account has insufficient balance for requested action.' }],
    duplicate: [400, { code: -2010, msg: 'Duplicate order sent.' }],
    orderUnknown: [400, { code: -2013, msg: 'Order does not exist.' }],
    ambiguous: [400, { code: -1007, msg: 'Timeout waiting for response from backend server.' }],
  },
  bybit: {
    refused: [200, { retCode: 170131, retMsg: 'Balance insufficient.' }],
    duplicate: [200, { retCode: 170141, retMsg: 'Duplicate clientOrderId.' }],
    orderUnknown: [200, { retCode: 170213, retMsg: 'Order does not exist.' }],
    ambiguous: [200, { retCode: 10016, retMsg: 'Server error.' }],
  },
  okx: {
    refused: [
      200,
      { code: '1', data: [{ sCode: '51008', sMsg: 'Insufficient USDT balance' }], msg: '' },
    ],
    duplicate: [
      200,
      { code: '1', data: [{ sCode: '51016', sMsg: 'Client order ID already exists.' }] },
    ],
    orderUnknown: [200, { code: '51603', data: [], msg: 'Order does not exist' }],
    ambiguous: [200, { code: '50004', data: [], msg: 'Endpoint request timeout' }],
  },
  kraken: {
    refused: [200, { error: ['EOrder:Insufficient funds'] }],
    duplicate: [200, { error: ['EOrder:cl_ord_id must be unique'] }],
    orderUnknown: [200, { error: ['EOrder:Unknown order'] }],
    ambiguous: [200, { error: ['EService:Busy'] }],
  },
  coinbase: {
    refused: [200, { success: false, error_response: { error: 'INSUFFICIENT_FUND' } }],
    duplicate: [200, { success: false, error_response: { error: 'DUPLICATE_CLIENT_ORDER_ID' } }],
    orderUnknown: [404, { error: 'not_found' }],
    ambiguous: [200, { success: false, error_response: { error: 'UNKNOWN_FAILURE_REASON' } }],
  },
  kucoin: {
    refused: [200, { code: '200004', msg: 'Balance insufficient!' }],
    duplicate: [200, { code: '126044', msg: 'clientOid duplicate' }],
    orderUnknown: [200, { code: '400100', msg: 'order_not_exist_or_not_allow_to_cancel' }],
    ambiguous: [200, { code: '500000', msg: 'Internal Server Error' }],
  },
  gate: {
    refused: [400, { label: 'BALANCE_NOT_ENOUGH', message: 'Not enough balance' }],
    duplicate: [400, { label: 'REPEATED_CREATION', message: 'order already exists' }],
    orderUnknown: [404, { label: 'ORDER_NOT_FOUND', message: 'Order not found' }],
    ambiguous: [500, { label: 'SERVER_ERROR', message: 'internal' }],
  },
};

describe.each(EXCHANGES)('an answer of %s', (exchange) => {
  const { orders } = quirks(exchange);
  const said = (kind: keyof (typeof ANSWERS)[Exchange], status?: number) => {
    const [own, body] = ANSWERS[exchange][kind];
    return { status: status ?? own, body };
  };

  it('about funds proves that there is no order', () => {
    expect(orders.refusalOf(said('refused'))).toBeDefined();
    expect(orders.isOrderUnknown(said('refused'))).toBe(false);
  });

  it('about funds proves nothing with a status of overload or of a broken server', () => {
    for (const status of [408, 418, 429, 500, 502, 503, 504, 524])
      expect(orders.refusalOf(said('refused', status))).toBeUndefined();
  });

  it('about a duplicate id proves nothing: the order with it may be alive', () => {
    expect(orders.refusalOf(said('duplicate'))).toBeUndefined();
  });

  it('about an unknown order is told apart from a refused cancel', () => {
    expect(orders.isOrderUnknown(said('orderUnknown'))).toBe(true);
    expect(orders.cancelRefusalOf(said('orderUnknown'))).toBeUndefined();
  });

  it('about its own trouble proves nothing at all', () => {
    expect(orders.refusalOf(said('ambiguous'))).toBeUndefined();
    expect(orders.cancelRefusalOf(said('ambiguous'))).toBeUndefined();
    expect(orders.isOrderUnknown(said('ambiguous'))).toBe(false);
  });

  it('that is none of its own words proves nothing', () => {
    for (const body of [undefined, '', [], {}, '<html>', { code: 0 }, { data: 'x' }])
      for (const status of [200, 400, 403])
        expect(orders.refusalOf({ status, body })).toBeUndefined();
  });
});

describe('a market buy', () => {
  it.each(['coinbase', 'gate'])(
    'becomes an immediate-or-cancel limit order at %s, where a market buy is in quote',
    (exchange) => {
      const { rules, orders } = quirks(exchange);
      const id = clientOrderIdOfLetters();
      const buy = orders.placement(aMarketOrder(1, { side: 'buy', clientOrderId: id }));
      expect([buy.type, buy.params['timeInForce']]).toEqual(['limit', 'IOC']);
      const sell = orders.placement(aMarketOrder(1, { side: 'sell', clientOrderId: id }));
      expect([rules.marketBuy, sell.type]).toEqual(['marketable limit', 'market']);
    },
  );

  it('states its amount in base at the others', () => {
    for (const exchange of ['binance', 'okx', 'bybit', 'kraken', 'kucoin'])
      expect(quirks(exchange).orders.placement(aMarketOrder(1, { side: 'buy' })).type).toBe(
        'market',
      );
    expect(quirks('okx').orders.placement(aMarketOrder(1)).params).toMatchObject({
      tgtCcy: 'base_ccy',
    });
    expect(quirks('bybit').orders.placement(aMarketOrder(1)).params).toMatchObject({
      marketUnit: 'baseCoin',
    });
  });
});

it('kraken: every order asks for its fee in quote, beside what else it says of itself', () => {
  const { orders } = quirks('kraken');
  expect(orders.placement(aMarketOrder(1)).params).toMatchObject({ oflags: 'fciq' });
  expect(orders.placement(anApproved(1, { type: 'limit_maker' })).params).toMatchObject({
    oflags: 'fciq',
    postOnly: true,
  });
});

it.each(['50119', '50120', '51150'])(
  'okx: %s proves a refusal, though ccxt knows no class for it',
  (code) => {
    const body = { code: '1', data: [{ sCode: code, sMsg: 'no' }], msg: '' };
    expect(quirks('okx').orders.refusalOf({ status: 200, body })).toBe(code);
  },
);

describe('binance', () => {
  const answer = (code: number) => ({ status: 400, body: { code, msg: 'words may vary' } });
  const { orders } = quirks('binance');

  it.each([-1108, -1128, -1130, -1134, -1135])(
    '%d, about the request itself, proves that there is no order',
    (code) => {
      expect(orders.refusalOf(answer(code))).toBe(String(code));
    },
  );

  it.each([-1158, -1160, -1165, -1166, -1168, -1196, -1197, -1198, -1199])(
    '%d, about a pair that cannot be, proves that neither leg was made',
    (code) => {
      expect(orders.refusalOf(answer(code))).toBe(String(code));
    },
  );

  it.each([-1220, -2016])(
    '%d, which only market data is known to answer, proves nothing',
    (code) => {
      expect(orders.refusalOf(answer(code))).toBeUndefined();
      expect(orders.cancelRefusalOf(answer(code))).toBeUndefined();
    },
  );

  it('-2039 refuses a cancel that names two orders, and says nothing of a placing', () => {
    expect(orders.cancelRefusalOf(answer(-2039))).toBe('-2039');
    expect(orders.isOrderUnknown(answer(-2039))).toBe(false);
    expect(orders.refusalOf(answer(-2039))).toBeUndefined();
  });
});

it('bybit: 10032 refuses whatever an account of demo trading is not served', () => {
  const body = { retCode: 10032, retMsg: 'Demo trading are not supported.', result: {} };
  expect(quirks('bybit').orders.refusalOf({ status: 200, body })).toBe('10032');
});
