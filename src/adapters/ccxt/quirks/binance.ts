/**
 * Binance spot. Sources: Binance's "Error codes" and "WebSocket streams" pages of the spot API documentation
 * (developers.binance.com/docs/binance-spot-api-docs), ccxt 4.5.84's binance.js and pro/binance.js.
 */
import { toText } from '../../../core/domain/decimal.ts';
import { answerOf } from '../errors.ts';
import type { ExchangeAnswer } from '../errors.ts';
import type { CcxtExchange, Endpoints, ExchangeClass } from '../types.ts';
import { field, headerOf, numberOf, textOf } from '../values.ts';
import { readMarketFrames } from './binanceMarketFrames.ts';
import { binancePairs, binanceTriggers } from './binancePairs.ts';
import { readUserFrames } from './binanceUserFrames.ts';
import type { ExchangeQuirks } from './quirks.ts';

/** REQUEST_WEIGHT limit of one address, by `exchangeInfo.rateLimits`. */
const WEIGHT_PER_MINUTE = 6_000;

/** Sent with every request: Binance drops it when it is older when it reaches the matching engine. ccxt's default is 10 s, the most allowed 60 s. */
const REQUEST_LIFETIME_MS = 5_000;

/**
 * Codes that Binance gives before the matching engine has accepted an order: with one of these (and an HTTP status 4xx)
 * there is no order. Left out on purpose: -1000, -1001, -1006, -1007 ("execution status unknown"), -1003 and -1015 (rate
 * limits; some are raised in front of and some behind the engine), -1008, -1016, everything that is not documented.
 */
const REFUSED_BEFORE_MATCHING: ReadonlySet<number> = new Set([
  -1002, // UNAUTHORIZED
  -1013, // INVALID_MESSAGE: a filter failed (lot size, price, notional, …)
  -1014, // UNKNOWN_ORDER_COMPOSITION
  -1020, // UNSUPPORTED_OPERATION
  -1021, // INVALID_TIMESTAMP: outside of recvWindow, or ahead of the server
  -1022, // INVALID_SIGNATURE
  -1100, // ILLEGAL_CHARS
  -1101, // TOO_MANY_PARAMETERS
  -1102, // MANDATORY_PARAM_EMPTY_OR_MALFORMED
  -1103, // UNKNOWN_PARAM
  -1104, // UNREAD_PARAMETERS
  -1105, // PARAM_EMPTY
  -1106, // PARAM_NOT_REQUIRED
  -1111, // BAD_PRECISION
  -1112, // NO_DEPTH: a market order met an empty book
  -1114, // TIF_NOT_REQUIRED
  -1115, // INVALID_TIF
  -1116, // INVALID_ORDER_TYPE
  -1117, // INVALID_SIDE
  -1118, // EMPTY_NEW_CL_ORD_ID
  -1121, // BAD_SYMBOL
  -1131, // BAD_RECV_WINDOW
  -2010, // NEW_ORDER_REJECTED, unless it says "Duplicate order sent.": then an order with this id is alive
  -2014, // BAD_API_KEY_FMT
  -2015, // REJECTED_MBX_KEY: ccxt reports it as DDoSProtection after the first good call
]);
const DUPLICATE = /duplicate/i;

const CANCEL_REJECTED = -2011;
const NO_SUCH_ORDER = -2013;
const INVALID_TIMESTAMP = -1021;
/** The text with which -2011 means "not open here", rather than a refusal. */
const UNKNOWN_ORDER = /unknown order/i;

function codeOf(answer: ExchangeAnswer): number | undefined {
  const code = field(answer.body, 'code');
  return typeof code === 'number' ? code : undefined;
}

const textIn = (answer: ExchangeAnswer): string => textOf(field(answer.body, 'msg')) ?? '';

/** Request refused by its sender's fault: not a rate limit (429, 418), not a gateway's time-out (408), not a server error. */
const isClientError = ({ status }: ExchangeAnswer): boolean =>
  status >= 400 && status < 500 && ![408, 418, 429].includes(status);

function refusalOf(answer: ExchangeAnswer): string | undefined {
  const code = codeOf(answer);
  if (code === undefined || !isClientError(answer) || !REFUSED_BEFORE_MATCHING.has(code))
    return undefined;
  return DUPLICATE.test(textIn(answer)) ? undefined : String(code);
}

function isOrderUnknown(answer: ExchangeAnswer): boolean {
  const code = codeOf(answer);
  if (!isClientError(answer)) return false;
  return code === NO_SUCH_ORDER || (code === CANCEL_REJECTED && UNKNOWN_ORDER.test(textIn(answer)));
}

function cancelRefusalOf(answer: ExchangeAnswer): string | undefined {
  if (isClientError(answer) && codeOf(answer) === CANCEL_REJECTED && !isOrderUnknown(answer))
    return String(CANCEL_REJECTED);
  return refusalOf(answer);
}

/** ccxt chooses the map from codes to error classes by the real address, so a simulated address would lose it: 288 of 299 codes differ. */
function withSpotErrors(Base: ExchangeClass): ExchangeClass {
  return class SimulatedBinance extends Base {
    override getExceptionsByUrl(_url: string | undefined, exactOrBroad: string): unknown {
      return field(field(this.exceptions, 'spot'), exactOrBroad) ?? {};
    }
  };
}

/** A key's rights, from an address that test networks do not serve. */
async function permissions(exchange: CcxtExchange): ReturnType<ExchangeQuirks['permissions']> {
  const call = field(exchange, 'sapiGetAccountApiRestrictions');
  if (typeof call !== 'function') return undefined;
  try {
    const answer: unknown = await Reflect.apply(call, exchange, []);
    const [trading, withdrawals] = [
      field(answer, 'enableSpotAndMarginTrading'),
      field(answer, 'enableWithdrawals'),
    ];
    return {
      trading: typeof trading === 'boolean' ? trading : 'unknown',
      withdrawals: typeof withdrawals === 'boolean' ? withdrawals : 'unknown',
    };
  } catch (error) {
    const answer = answerOf(error);
    // No such address on this network: ccxt throws NotSupported before sending, a server answers 404.
    if (
      answer === undefined
        ? error instanceof Error && error.constructor.name === 'NotSupported'
        : answer.status === 404
    )
      return undefined;
    throw error;
  }
}

export const binance: ExchangeQuirks = {
  id: 'binance',
  options: {
    defaultType: 'spot',
    // Without these, loading the markets calls eight more addresses: margin, futures, wallet.
    fetchMarkets: { types: ['spot'] },
    fetchMargins: false,
    fetchCurrencies: false,
    recvWindow: REQUEST_LIFETIME_MS,
    // All market streams on one connection, so that quotes and trades keep their order; Binance allows 1,024 streams.
    streamLimits: { spot: 1 },
    subscriptionLimitByStream: { spot: 1_000 },
  },
  // Binance accepts 5 requests per second on a connection; ccxt spends this many units of 50 ms on each.
  wsOptions: { cost: 5 },
  usedShare: (headers) => {
    const used = numberOf(headerOf(headers, 'x-mbx-used-weight-1m'));
    return used === undefined ? undefined : Math.min(1, used / WEIGHT_PER_MINUTE);
  },
  simulated: {
    urls: ({ http, ws }: Endpoints) => ({
      public: `${http}/api/v3`,
      private: `${http}/api/v3`,
      sapi: `${http}/sapi/v1`,
      // ccxt takes an address for a spot stream when it contains "/stream".
      ws: { spot: `${ws}/stream/ws`, 'ws-api': { spot: `${ws}/ws-api/v3` } },
    }),
    refine: withSpotErrors,
  },
  listPaths: new Set(['openOrders', 'allOrders', 'myTrades', 'klines']),
  fastPath: { symbolsPerRequestMax: 200, reader: readMarketFrames },
  orders: {
    placement: (order) => ({
      type: order.type === 'market' || order.type === 'stop' ? 'market' : 'limit',
      params: {
        newClientOrderId: order.clientOrderId,
        ...(order.type === 'limit_maker' ? { postOnly: true } : {}),
        // A market order with this becomes STOP_LOSS.
        ...(order.trigger === undefined ? {} : { stopLossPrice: toText(order.trigger) }),
      },
    }),
    triggersOf: binanceTriggers,
    pairs: binancePairs,
    byClientId: (id) => ({ origClientOrderId: id }),
    refusalOf,
    cancelRefusalOf,
    isOrderUnknown,
    isClockRefused: (answer) => codeOf(answer) === INVALID_TIMESTAMP,
  },
  fillPages: { size: 1_000, fromId: (id) => ({ fromId: id }) },
  userFrames: readUserFrames,
  permissions,
};
