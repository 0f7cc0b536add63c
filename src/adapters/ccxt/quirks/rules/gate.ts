import { field, textOf } from '../../values.ts';
import type { OrderRules } from '../orderRules.ts';

function codes(body: unknown): readonly string[] {
  const label = textOf(field(body, 'label'));
  return label === undefined ? [] : [label];
}

export const gateRules: OrderRules = {
  exchange: 'gate',
  clientId: {
    createParam: 'clientOrderId',
    cancelParam: 'clientOrderId',
    // ccxt puts `t-` before it, but not before an id that begins with t: such a one would be refused.
    pattern: /^[0-9A-Za-su-z][0-9A-Za-z_.-]{0,27}$/,
    form: 'gate',
    uniqueAmong: 'unknown',
    listed: 'always',
  },
  lookups: [
    // Finds it while it is open, and for an hour after it ended.
    { endpoint: 'order', method: 'fetchOrder', answers: 'one', params: { clientOrderId: '{id}' } },
    { endpoint: 'open orders', method: 'fetchOpenOrders', answers: 'list', params: {} },
    { endpoint: 'history', method: 'fetchClosedOrders', answers: 'list', params: {} },
  ],
  requestLifetimeMs: 60_000,
  orderParams: {},
  readLagMs: 5_000,
  marketBuy: 'marketable limit',
  marketParams: {},
  errors: {
    inSuccess: false,
    codes,
    refused: [
      { code: 'INVALID_PARAM_VALUE' },
      { code: 'INVALID_ARGUMENT' },
      { code: 'INVALID_REQUEST_BODY' },
      { code: 'MISSING_REQUIRED_PARAM' },
      { code: 'AUTHENTICATION_FAILED' },
      { code: 'INVALID_CREDENTIALS' },
      { code: 'INVALID_KEY' },
      { code: 'IP_FORBIDDEN' },
      { code: 'READ_ONLY' },
      { code: 'INVALID_SIGNATURE' },
      { code: 'MISSING_REQUIRED_HEADER' },
      { code: 'REQUEST_EXPIRED' },
      { code: 'FORBIDDEN' },
      { code: 'INVALID_PRECISION' },
      { code: 'INVALID_CURRENCY_PAIR' },
      { code: 'POC_FILL_IMMEDIATELY' },
      { code: 'BALANCE_NOT_ENOUGH' },
      { code: 'AMOUNT_TOO_LITTLE' },
      { code: 'AMOUNT_TOO_MUCH' },
      { code: 'TOO_MANY_ORDERS' },
    ],
    brokenRule: [
      { code: 'INVALID_PRECISION' },
      { code: 'AMOUNT_TOO_LITTLE' },
      { code: 'AMOUNT_TOO_MUCH' },
    ],
    crowded: [],
    duplicate: [{ code: 'REPEATED_CREATION' }],
    orderUnknown: [
      { code: 'ORDER_NOT_FOUND' },
      { code: 'CLIENT_ID_NOT_FOUND' },
      { code: 'ORDER_CLOSED' },
      { code: 'ORDER_CANCELLED' },
    ],
    cancelRefused: [],
    clock: [{ code: 'REQUEST_EXPIRED' }],
  },
  sources: [
    'gate.com/docs/developers/apiv4: Label list, Create an order (text: t- and at most 28 of 0-9 A-Z a-z _ - .)',
    'ccxt 4.5.84 gate.js: exceptions, createOrder (text), fetchOrder',
  ],
  unverified: [
    'whether `text` is unique, and whether REPEATED_CREATION is what a repeated one answers',
    'the life of a request (REQUEST_EXPIRED)',
  ],
};
