import { field, textOf } from '../../values.ts';
import type { OrderRules } from '../orderRules.ts';

/** A refused order is HTTP 200 with `error_response`; everything else has `error`. */
function codes(body: unknown): readonly string[] {
  const response = field(body, 'error_response');
  return [
    field(response, 'preview_failure_reason'),
    field(response, 'new_order_failure_reason'),
    field(response, 'error'),
    field(body, 'error'),
  ]
    .map(textOf)
    .filter((code) => code !== undefined);
}

export const coinbaseRules: OrderRules = {
  exchange: 'coinbase',
  clientId: {
    // ccxt drops `clientOrderId` here.
    createParam: 'client_order_id',
    cancelParam: 'client_order_id',
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    form: 'uuid',
    uniqueAmong: 'unknown',
    listed: 'unverified',
  },
  // Nothing finds an order by our id: lists are searched.
  lookups: [
    { endpoint: 'open orders', method: 'fetchOpenOrders', answers: 'list', params: {} },
    { endpoint: 'history', method: 'fetchClosedOrders', answers: 'list', params: {} },
    { endpoint: 'history', method: 'fetchCanceledOrders', answers: 'list', params: {} },
    { endpoint: 'all orders', method: 'fetchOrders', answers: 'list', params: {} },
  ],
  // Life of the request's token (JWT).
  requestLifetimeMs: 120_000,
  orderParams: {},
  readLagMs: 10_000,
  marketBuy: 'marketable limit',
  marketParams: {},
  errors: {
    inSuccess: true,
    codes,
    refused: [
      { code: 'INSUFFICIENT_FUND' },
      { code: 'PREVIEW_INSUFFICIENT_FUND' },
      { code: 'INVALID_ARGUMENT' },
      { code: 'PERMISSION_DENIED' },
      { code: 'UNSUPPORTED_ORDER_CONFIGURATION' },
      { code: 'INVALID_PRODUCT_ID' },
      { code: 'INVALID_SIZE_PRECISION' },
      { code: 'INVALID_PRICE_PRECISION' },
      { code: 'INVALID_LIMIT_PRICE_POST_ONLY' },
      { code: 'unauthorized' },
      { code: 'authentication_error' },
      { code: 'invalid_scope' },
    ],
    brokenRule: [{ code: 'INVALID_SIZE_PRECISION' }, { code: 'INVALID_PRICE_PRECISION' }],
    crowded: [],
    duplicate: [{ code: 'DUPLICATE_CLIENT_ORDER_ID' }],
    orderUnknown: [{ code: 'not_found' }, { code: 'UNKNOWN_CANCEL_ORDER' }],
    cancelRefused: [{ code: 'INVALID_CANCEL_REQUEST' }, { code: 'DUPLICATE_CANCEL_REQUEST' }],
    clock: [],
  },
  sources: [
    'docs.cdp.coinbase.com/advanced-trade: Create order (client_order_id, failure reasons)',
    'ccxt 4.5.84 coinbase.js: exceptions, createOrder, sign (exp = +120 s)',
  ],
  unverified: [
    'whether a client_order_id is unique, and what a repeated one answers: sources contradict each other',
    'that answers of all lists carry client_order_id',
  ],
};
