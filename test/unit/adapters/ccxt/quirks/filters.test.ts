/** Filters as exchanges list them, read into what risk keeps. */
import { describe, expect, it } from '@jest/globals';
import {
  binanceExchangeFilters,
  binanceFilters,
  bybitFilters,
  okxFilters,
  unifiedFilters,
} from '../../../../../src/adapters/ccxt/quirks/filters.ts';
import { dec } from '../../../../../src/core/domain/decimal.ts';

const binanceMarket = (...filters: readonly object[]): unknown => ({ info: { filters } });

describe('of ccxt’s unified market', () => {
  it('bounds are read, and 0 or nothing is none', () => {
    const limits = {
      price: { min: '0.01', max: '0' },
      cost: { min: '5', max: '9000' },
      market: { min: undefined, max: '12.5' },
    };
    expect(unifiedFilters({ limits })).toEqual({
      minPrice: dec('0.01'),
      maxNotional: dec('9000'),
      marketMaxAmount: dec('12.5'),
    });
    expect(unifiedFilters({})).toEqual({});
  });
});

describe('of Binance', () => {
  it('each filter is read by its type, and what is switched off is none', () => {
    const market = binanceMarket(
      { filterType: 'NOTIONAL', applyMinToMarket: false, applyMaxToMarket: true },
      { filterType: 'MARKET_LOT_SIZE', stepSize: '0.10' },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
      { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: 20 },
      { filterType: 'MAX_POSITION', maxPosition: '10.5' },
      {
        filterType: 'PERCENT_PRICE_BY_SIDE',
        ...{ bidMultiplierUp: '1.2', bidMultiplierDown: '0.2' },
        ...{ askMultiplierUp: '5', askMultiplierDown: '0.8' },
      },
    );
    expect(binanceFilters(market)).toEqual({
      minNotionalAtMarket: false,
      maxNotionalAtMarket: true,
      marketLotSize: dec('0.1'),
      maxOrders: 200,
      maxTriggerOrders: 5,
      maxPosition: dec('10.5'),
      priceBand: { buy: { up: 1.2, down: 0.2 }, sell: { up: 5, down: 0.8 } },
    });
    expect(binanceFilters(binanceMarket())).toEqual({});
    expect(binanceFilters(undefined)).toEqual({});
  });

  it('the older names are read as well', () => {
    const market = binanceMarket(
      { filterType: 'MIN_NOTIONAL', minNotional: '5', applyToMarket: false },
      { filterType: 'PERCENT_PRICE', multiplierUp: '1.3', multiplierDown: '0.7' },
      { filterType: 'MARKET_LOT_SIZE', stepSize: '0.00000000' },
      { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: 3 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
    );
    const band = { up: 1.3, down: 0.7 };
    expect(binanceFilters(market)).toEqual({
      minNotionalAtMarket: false,
      maxTriggerOrders: 3,
      priceBand: { buy: band, sell: band },
    });
  });

  it('those over all markets are read from the whole answer', () => {
    const exchangeFilters = [
      { filterType: 'EXCHANGE_MAX_NUM_ORDERS', maxNumOrders: 1000 },
      { filterType: 'EXCHANGE_MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 200 },
    ];
    expect(binanceExchangeFilters({ exchangeFilters })).toEqual({
      maxOrdersInAll: 1000,
      maxTriggerOrdersInAll: 200,
    });
    expect(binanceExchangeFilters({ exchangeFilters: [] })).toEqual({});
  });
});

it('of OKX, bounds in dollars are taken for quotes that are dollars', () => {
  const info = { maxLmtAmt: '20000000', maxMktSz: '1000000', maxMktAmt: '500000', maxStopSz: '' };
  expect(okxFilters({ quote: 'USDT', info })).toEqual({
    maxNotional: dec('20000000'),
    marketMaxNotional: dec('500000'),
  });
  expect(okxFilters({ quote: 'BTC', info })).toEqual({});
});

it('of Bybit, the market maximum and the largest value', () => {
  const lotSizeFilter = { maxOrderAmt: '4000000', maxMarketOrderQty: '35.5' };
  expect(bybitFilters({ info: { lotSizeFilter } })).toEqual({
    maxNotional: dec('4000000'),
    maxNotionalAtMarket: true,
    marketMaxAmount: dec('35.5'),
  });
});
