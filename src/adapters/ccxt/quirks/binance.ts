/**
 * Binance spot. Sources: Binance's "Error codes" and "WebSocket streams" pages of the spot API documentation
 * (developers.binance.com/docs/binance-spot-api-docs), ccxt 4.5.84's binance.js and pro/binance.js.
 */
import type { MarketSymbol } from '../../../core/domain/ids.ts';
import { answerOf } from '../errors.ts';
import type { CcxtExchange, Endpoints, ExchangeClass } from '../types.ts';
import { field, headerOf, numberOf } from '../values.ts';
import { readMarketFrames } from './binanceMarketFrames.ts';
import { binancePairs, binanceTriggers } from './binancePairs.ts';
import { readUserFrames } from './binanceUserFrames.ts';
import { binanceExchangeFilters, binanceFilters, type Filters } from './filters.ts';
import { orderQuirksOf } from './orderQuirks.ts';
import type { ExchangeQuirks } from './quirks.ts';
import { binanceRules } from './rules/binance.ts';

/** REQUEST_WEIGHT limit of one address, by `exchangeInfo.rateLimits`. */
const WEIGHT_PER_MINUTE = 6_000;

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
    return {
      trading: right(answer, 'enableSpotAndMarginTrading'),
      withdrawals: right(answer, 'enableWithdrawals'),
      // Between a user's accounts, and to other users.
      transfers: either(
        right(answer, 'permitsUniversalTransfer'),
        right(answer, 'enableInternalTransfer'),
      ),
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

/** Asked for with one symbol: they are the same with any, and the whole list is 15 MB. */
async function exchangeFilters(exchange: CcxtExchange, symbol: MarketSymbol): Promise<Filters> {
  const call = field(exchange, 'publicGetExchangeInfo');
  if (typeof call !== 'function') return {};
  const request = { symbol: field(exchange.market(symbol), 'id') };
  const answer: unknown = await Reflect.apply(call, exchange, [request]);
  return binanceExchangeFilters(answer);
}

type Right = boolean | 'unknown';

function right(answer: unknown, name: string): Right {
  const value = field(answer, name);
  return typeof value === 'boolean' ? value : 'unknown';
}

function either(a: Right, b: Right): Right {
  if (a === true || b === true) return true;
  return a === 'unknown' ? a : b;
}

export const binance: ExchangeQuirks = {
  id: 'binance',
  options: {
    defaultType: 'spot',
    // Without these, loading the markets calls eight more addresses: margin, futures, wallet.
    fetchMarkets: { types: ['spot'] },
    fetchMargins: false,
    fetchCurrencies: false,
    // ccxt's default is 10 s, the most that Binance allows 60 s.
    recvWindow: binanceRules.requestLifetimeMs,
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
  filtersOf: binanceFilters,
  exchangeFilters,
  listPaths: new Set(['openOrders', 'allOrders', 'myTrades', 'klines']),
  fastPath: { symbolsPerRequestMax: 200, reader: readMarketFrames },
  rules: binanceRules,
  orders: orderQuirksOf(binanceRules, { triggersOf: binanceTriggers, pairs: binancePairs }),
  fillPages: { kind: 'byId', size: 1_000, fromId: (id) => ({ fromId: id }) },
  userFrames: readUserFrames,
  permissions,
};
