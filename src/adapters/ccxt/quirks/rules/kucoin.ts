import { field, textOf } from '../../values.ts';
import type { OrderRules } from '../orderRules.ts';

const SUCCESS = '200000';

function codes(body: unknown): readonly string[] {
  const code = textOf(field(body, 'code'));
  return code === undefined || code === SUCCESS ? [] : [code];
}

export const kucoinRules: OrderRules = {
  exchange: 'kucoin',
  clientId: {
    createParam: 'clientOrderId',
    cancelParam: 'clientOrderId',
    pattern: /^[A-Za-z0-9_-]{1,40}$/,
    form: 'plain',
    uniqueAmong: 'recent orders',
    listed: 'always',
  },
  lookups: [
    { endpoint: 'order', method: 'fetchOrder', answers: 'one', params: { clientOrderId: '{id}' } },
    { endpoint: 'open orders', method: 'fetchOpenOrders', answers: 'list', params: {} },
    { endpoint: 'history', method: 'fetchClosedOrders', answers: 'list', params: {} },
  ],
  // The timestamp may be 5 s off (400002).
  requestLifetimeMs: 5_000,
  orderParams: {},
  readLagMs: 5_000,
  marketBuy: 'base',
  marketParams: {},
  errors: {
    inSuccess: true,
    codes,
    refused: [
      { code: '200004' }, // balance insufficient
      { code: '300003' }, // funds insufficient
      { code: '400001' }, // a header is missing
      { code: '400002' }, // timestamp invalid
      { code: '400003' }, // key does not exist
      { code: '400004' }, // passphrase wrong
      { code: '400005' }, // signature wrong
      { code: '400006' }, // IP not on the key's list
      { code: '400007' }, // key lacks the permission
      { code: '400100' }, // parameter error
      { code: '400200' }, // forbidden to place an order
      { code: '400600' }, // symbol not available
      { code: '400760' }, // price out of range
      { code: '600100' }, // amount or funds below the minimum
      { code: '600101' }, // funds below the minimum
      { code: '900001' }, // symbol does not exist
    ],
    brokenRule: [{ code: '600100' }, { code: '600101' }],
    crowded: [],
    duplicate: [
      { code: '126033' },
      { code: '126044' },
      { code: '400100', text: /duplicate|clientOid.*(exist|repeat)/i },
    ],
    orderUnknown: [
      { code: '400100', text: /order.?not.?exist|not allow/i },
      { code: '100001' },
      { code: '126043' },
      { code: '404000' },
    ],
    cancelRefused: [{ code: '100004' }],
    clock: [{ code: '400002' }],
  },
  sources: [
    'kucoin.com/docs: Error code, Place order (clientOid ≤ 40)',
    'ccxt 4.5.84 kucoin.js: exceptions, fetchOrder',
  ],
  unverified: [
    'how a duplicate clientOid is answered on spot: 126033 and 126044 stand in the margin pages',
    'for how long a clientOid stays taken',
  ],
};
