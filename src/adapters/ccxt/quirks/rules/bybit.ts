import { field, textOf } from '../../values.ts';
import type { OrderRules } from '../orderRules.ts';

function codes(body: unknown): readonly string[] {
  const code = textOf(field(body, 'retCode'));
  return code === undefined || code === '0' ? [] : [code];
}

/** A create is only acknowledged: whether the order lives is learned from the stream and from look-ups. */
export const bybitRules: OrderRules = {
  exchange: 'bybit',
  clientId: {
    createParam: 'clientOrderId',
    // ccxt does not translate clientOrderId on a cancel.
    cancelParam: 'orderLinkId',
    pattern: /^[A-Za-z0-9_-]{1,36}$/,
    form: 'plain',
    uniqueAmong: 'recent orders',
    listed: 'always',
  },
  lookups: [
    // The real-time endpoint also has the last 500 closed orders.
    {
      endpoint: 'open orders',
      method: 'fetchOpenOrders',
      answers: 'list',
      params: { orderLinkId: '{id}' },
    },
    {
      endpoint: 'history',
      method: 'fetchClosedOrders',
      answers: 'list',
      params: { orderLinkId: '{id}' },
    },
    {
      endpoint: 'history',
      method: 'fetchCanceledOrders',
      answers: 'list',
      params: { orderLinkId: '{id}' },
    },
  ],
  // recvWindow, ccxt's default.
  requestLifetimeMs: 5_000,
  orderParams: {},
  readLagMs: 5_000,
  marketBuy: 'base',
  marketParams: { marketUnit: 'baseCoin' },
  errors: {
    inSuccess: true,
    codes,
    refused: [
      { code: '10001' }, // parameter error
      { code: '10002' }, // request expired
      { code: '10003' }, // invalid API key
      { code: '10004' }, // invalid signature
      { code: '10005' }, // permission denied
      { code: '10010' }, // unmatched IP
      { code: '10029' }, // symbol not on the key's list
      { code: '10032' }, // not served to accounts of demo trading
      { code: '110003' }, // price out of the permissible range
      { code: '110004' }, // wallet balance insufficient
      { code: '110007' }, // available balance insufficient
      { code: '110012' }, // available balance insufficient
      { code: '110020' }, // too many active orders
      { code: '110094' }, // notional below the minimum
      { code: '170121' }, // invalid symbol
      { code: '170124' }, // amount too large
      { code: '170130' }, // data in a parameter is not valid
      { code: '170131' }, // balance insufficient
      { code: '170132' }, // price too high
      { code: '170133' }, // price too low
      { code: '170134' }, // too many decimals in the price
      { code: '170135' }, // amount too large
      { code: '170136' }, // amount below the minimum
      { code: '170137' }, // too many decimals in the amount
      { code: '170140' }, // value below the minimum
    ],
    brokenRule: [
      { code: '110094' },
      { code: '170124' },
      { code: '170134' },
      { code: '170135' },
      { code: '170136' },
      { code: '170137' },
      { code: '170140' },
    ],
    crowded: [],
    duplicate: [
      { code: '110072' }, // OrderLinkedID is duplicate
      { code: '170141' }, // duplicate clientOrderId
      { code: '12141' },
      { code: '10014' }, // request is duplicate
    ],
    orderUnknown: [
      { code: '110001' },
      { code: '170213' }, // order does not exist
      { code: '170143' }, // cannot be found on order book
      { code: '170139' }, // order has been filled
      { code: '170142' }, // order has been cancelled
      { code: '110008' }, // finished or cancelled
      { code: '110010' }, // cancelled
    ],
    cancelRefused: [],
    clock: [{ code: '10002' }],
  },
  sources: [
    'bybit-exchange.github.io/docs/v5: Error codes, Place order (orderLinkId ≤ 36, unique)',
    'ccxt 4.5.84 bybit.js: exceptions, cancelOrder, fetchOpenOrders',
    'github.com/ccxt/ccxt/issues/23232: 10032, "Demo trading are not supported."',
  ],
  unverified: [
    'for how long an orderLinkId stays taken',
    'which of the 17xxxx codes may be raised behind the matching engine: only those about the request itself are listed',
    'the read lag',
    'whether `extraFees`, which accounts of some countries have, is a part of `execFee`: it is not booked',
  ],
};
