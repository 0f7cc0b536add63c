import { field } from '../../values.ts';
import type { OrderRules } from '../orderRules.ts';

/** Without "Duplicate order sent.": then an order with this id is alive. */
const DUPLICATE = /duplicate/i;
/** The text with which −2011 means "not open here", rather than a refusal. */
const UNKNOWN_ORDER = /unknown order/i;

/** Of the filters, those that are known as a market's steps and limits; a price too far from the market is none. */
const BROKEN_FILTER =
  /filter failure: (?:price_filter|percent_price|(?:market_)?lot_size|(?:min_)?notional)/i;

/** Filters on what the account has open or holds: Binance.Net #1212, ccxt 4.5.84 binance.js. */
const BROKEN_BOUND = /filter failure: (?:(?:exchange_)?max_num_|max_position)/i;
const CROWDED = /filter failure: (?:exchange_)?max_num_(?:algo_orders|order_lists|orders)/i;

/** A number in the code's place, as Binance sends it; anything else is not Binance speaking. */
function codes(body: unknown): readonly string[] {
  const code = field(body, 'code');
  return typeof code === 'number' ? [String(code)] : [];
}

/**
 * `refused` leaves out on purpose: -1000, -1001, -1006, -1007 ("execution status unknown"), -1003 and -1015 (rate limits; some
 * are raised in front of and some behind the engine), -1008, -1016, -1220 and -2016 (documented of questions about market data
 * alone), -2039 (of an order that is named by two ids: a cancel, not a placing), everything that is not documented.
 */
export const binanceRules: OrderRules = {
  exchange: 'binance',
  clientId: {
    createParam: 'newClientOrderId',
    cancelParam: 'origClientOrderId',
    pattern: /^[.A-Z:/a-z0-9_-]{1,36}$/,
    form: 'plain',
    uniqueAmong: 'open orders',
    listed: 'always',
  },
  lookups: [
    {
      endpoint: 'order',
      method: 'fetchOrder',
      answers: 'one',
      params: { origClientOrderId: '{id}' },
    },
    { endpoint: 'open orders', method: 'fetchOpenOrders', answers: 'list', params: {} },
    { endpoint: 'history', method: 'fetchOrders', answers: 'list', params: {} },
  ],
  // recvWindow, an option of the exchange object (binance.ts).
  requestLifetimeMs: 5_000,
  orderParams: {},
  readLagMs: 2_000,
  marketBuy: 'base',
  marketParams: {},
  errors: {
    inSuccess: false,
    codes,
    refused: [
      { code: '-1002' }, // UNAUTHORIZED
      { code: '-1013' }, // INVALID_MESSAGE: a filter failed (lot size, price, notional, …)
      { code: '-1014' }, // UNKNOWN_ORDER_COMPOSITION
      { code: '-1020' }, // UNSUPPORTED_OPERATION
      { code: '-1021' }, // INVALID_TIMESTAMP: outside of recvWindow, or ahead of the server
      { code: '-1022' }, // INVALID_SIGNATURE
      { code: '-1100' }, // ILLEGAL_CHARS
      { code: '-1101' }, // TOO_MANY_PARAMETERS
      { code: '-1102' }, // MANDATORY_PARAM_EMPTY_OR_MALFORMED
      { code: '-1103' }, // UNKNOWN_PARAM
      { code: '-1104' }, // UNREAD_PARAMETERS
      { code: '-1105' }, // PARAM_EMPTY
      { code: '-1106' }, // PARAM_NOT_REQUIRED
      { code: '-1108' }, // PARAM_OVERFLOW
      { code: '-1111' }, // BAD_PRECISION
      { code: '-1112' }, // NO_DEPTH: a market order met an empty book
      { code: '-1114' }, // TIF_NOT_REQUIRED
      { code: '-1115' }, // INVALID_TIF
      { code: '-1116' }, // INVALID_ORDER_TYPE
      { code: '-1117' }, // INVALID_SIDE
      { code: '-1118' }, // EMPTY_NEW_CL_ORD_ID
      { code: '-1121' }, // BAD_SYMBOL
      { code: '-1128' }, // OPTIONAL_PARAMS_BAD_COMBO
      { code: '-1130' }, // INVALID_PARAMETER
      { code: '-1131' }, // BAD_RECV_WINDOW
      { code: '-1134' }, // BAD_STRATEGY_TYPE
      { code: '-1135' }, // INVALID_JSON
      // Of a pair, before either leg is made:
      { code: '-1158' }, // OCO_ORDER_TYPE_REJECTED
      { code: '-1160' }, // OCO_ICEBERGQTY_TIMEINFORCE
      { code: '-1165' }, // BUY_OCO_LIMIT_MUST_BE_BELOW
      { code: '-1166' }, // SELL_OCO_LIMIT_MUST_BE_ABOVE
      { code: '-1168' }, // BOTH_OCO_ORDERS_CANNOT_BE_LIMIT
      { code: '-1196' }, // BUY_OCO_STOP_LOSS_MUST_BE_ABOVE
      { code: '-1197' }, // SELL_OCO_STOP_LOSS_MUST_BE_BELOW
      { code: '-1198' }, // BUY_OCO_TAKE_PROFIT_MUST_BE_BELOW
      { code: '-1199' }, // SELL_OCO_TAKE_PROFIT_MUST_BE_ABOVE
      { code: '-2010' }, // NEW_ORDER_REJECTED
      { code: '-2014' }, // BAD_API_KEY_FMT
      { code: '-2015' }, // REJECTED_MBX_KEY: ccxt reports it as DDoSProtection after the first good call
    ],
    brokenRule: [
      { code: '-1013', text: BROKEN_FILTER },
      { code: '-2010', text: BROKEN_BOUND },
      { code: '-1111' },
    ],
    crowded: [{ code: '-2010', text: CROWDED }],
    duplicate: [{ code: '-2010', text: DUPLICATE }],
    orderUnknown: [{ code: '-2013' }, { code: '-2011', text: UNKNOWN_ORDER }],
    cancelRefused: [
      { code: '-2011' },
      { code: '-2039' }, // CLIENT_ORDER_ID_INVALID: the two ids are of different orders
    ],
    clock: [{ code: '-1021' }],
  },
  sources: [
    'developers.binance.com/docs/binance-spot-api-docs: Error codes, Trading endpoints (newClientOrderId), Request security (recvWindow)',
    'ccxt 4.5.84 binance.js',
  ],
  unverified: [
    'the pattern of client order ids: from an error message, not from the documentation',
  ],
};
