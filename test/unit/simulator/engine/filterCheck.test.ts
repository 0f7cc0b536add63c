import { describe, expect, it } from '@jest/globals';
import { Engine } from '../../../../src/simulator/engine/engine.ts';
import type { FilterName, Filters } from '../../../../src/simulator/engine/filters.ts';
import {
  filtersFromJson,
  filtersToJson,
  NO_FILTERS,
} from '../../../../src/simulator/engine/filters.ts';
import { restoreEngine, snapshotEngine } from '../../../../src/simulator/engine/snapshot.ts';
import type { OrderRequest, PlaceResult } from '../../../../src/simulator/engine/types.ts';
import { UNIT, engineFixture } from './engineFixture.ts';

// Of the fixture a lot is 0.001 of the base, a tick one whole unit of the quote.
const AT_1000 = { ticks: 100, lots: 1_000 } as const;

/** The filter that refused an order; undefined when it was taken. */
function filterOf(result: PlaceResult): FilterName | undefined {
  return result.ok ? undefined : result.filter;
}

/** A market with filters, and what an order of it runs into. */
function market(filters: Partial<Filters>): (request: Partial<OrderRequest>) => unknown {
  const { engine, place } = engineFixture();
  engine.onLastPrice('BTCUSDT', 100, 1);
  engine.replaceInstrument('BTCUSDT', filters);
  return (request) => {
    const result = place(request);
    return result.ok ? undefined : (result.filter ?? result.refusal);
  };
}

describe('a filter on price', () => {
  it('bounds limit prices and triggers, and nothing where it is 0', () => {
    const meet = market({ minPrice: 50n * UNIT, maxPrice: 150n * UNIT });
    expect(meet({ ...AT_1000, ticks: 49 })).toBe('PRICE_FILTER');
    expect(meet({ ...AT_1000, ticks: 50 })).toBeUndefined();
    expect(meet({ ...AT_1000, ticks: 151, side: 'SELL' })).toBe('PRICE_FILTER');
    const stop = { side: 'SELL', type: 'STOP_LOSS', ticks: 0 } as const;
    expect(meet({ ...stop, triggerTicks: 49 })).toBe('PRICE_FILTER');
    expect(meet({ ...stop, triggerTicks: 60 })).toBeUndefined();
    expect(meet({ side: 'SELL', type: 'MARKET', ticks: 0 })).toBeUndefined();
    const free = market({ minPrice: 0n, maxPrice: 0n });
    expect(free({ ...AT_1000, ticks: 1 })).toBeUndefined();
  });

  it('lays a band around the average price, for each side its own', () => {
    const band = {
      bidUpPpm: 1_100_000,
      bidDownPpm: 500_000,
      askUpPpm: 2_000_000,
      askDownPpm: 900_000,
    };
    const meet = market({ priceBand: { isBySide: true, ...band } });
    const name = 'PERCENT_PRICE_BY_SIDE';
    expect([111, 110, 50, 49].map((ticks) => meet({ ticks }))).toEqual([
      name,
      undefined,
      undefined,
      name,
    ]);
    expect([201, 200, 90, 89].map((ticks) => meet({ ticks, side: 'SELL' }))).toEqual([
      name,
      undefined,
      undefined,
      name,
    ]);
    const one = market({ priceBand: { isBySide: false, ...band } });
    expect(one({ ticks: 111 })).toBe('PERCENT_PRICE');
  });
});

describe('a filter on size', () => {
  const sizes = {
    minSize: UNIT / 10n,
    maxSize: 50n * UNIT,
    marketMinSize: UNIT,
    marketMaxSize: 10n * UNIT,
    marketLotStep: 100,
  };

  it('binds orders at the market besides, and stops that will trade there', () => {
    const meet = market(sizes);
    expect(meet({ lots: 99, ticks: 90 })).toBe('LOT_SIZE');
    expect(meet({ lots: 100, ticks: 90 })).toBeUndefined();
    expect(meet({ lots: 50_001, side: 'SELL' })).toBe('LOT_SIZE');
    expect(meet({ lots: 50_000, side: 'SELL' })).toBeUndefined();
    const sell = { side: 'SELL', type: 'MARKET', ticks: 0 } as const;
    expect([900, 1_050, 10_100].map((lots) => meet({ ...sell, lots }))).toEqual([
      'MARKET_LOT_SIZE',
      'MARKET_LOT_SIZE',
      'MARKET_LOT_SIZE',
    ]);
    expect(meet({ ...sell, lots: 10_000 })).toBeUndefined();
    const stop = { side: 'SELL', ticks: 0, triggerTicks: 60, lots: 10_100 } as const;
    expect(meet({ ...stop, type: 'STOP_LOSS' })).toBe('MARKET_LOT_SIZE');
    expect(meet({ ...stop, type: 'STOP_LOSS_LIMIT', ticks: 59 })).toBeUndefined();
  });

  it('bounds a market order by quote by what its budget is worth', () => {
    const { engine, place, order } = engineFixture();
    order({ accountId: 'bob', side: 'SELL', ticks: 100, lots: 20_000 });
    engine.replaceInstrument('BTCUSDT', { marketMaxSize: 10n * UNIT });
    const buy = (quote: bigint): unknown =>
      filterOf(place({ type: 'MARKET', ticks: 0, lots: 0, quoteBudget: quote * UNIT }));
    expect(buy(1_001n)).toBe('MARKET_LOT_SIZE');
    expect(buy(1_000n)).toBeUndefined();
  });
});

describe('a filter on value', () => {
  it('binds market orders only where it says so, at the average price', () => {
    const sell = { side: 'SELL', type: 'MARKET', ticks: 0 } as const;
    const both = { minNotional: 10n * UNIT, maxNotional: 500n * UNIT };
    const lax = market({ ...both, isMinNotionalAtMarket: false });
    expect(lax({ ...sell, lots: 50 })).toBeUndefined();
    expect(lax({ ...sell, lots: 6_000 })).toBeUndefined();
    expect(lax({ ticks: 90, lots: 50 })).toBe('NOTIONAL');
    expect(lax({ ticks: 90, lots: 6_000 })).toBe('MAX_NOTIONAL');
    const strict = market({ ...both, isMaxNotionalAtMarket: true });
    expect(strict({ ...sell, lots: 50 })).toBe('NOTIONAL');
    expect(strict({ ...sell, lots: 6_000 })).toBe('MAX_NOTIONAL');
    expect(strict({ ...sell, lots: 5_000 })).toBeUndefined();
  });

  it('may bound market orders by themselves', () => {
    const meet = market({ marketMaxNotional: 100n * UNIT });
    expect(meet({ side: 'SELL', type: 'MARKET', ticks: 0, lots: 1_001 })).toBe('MAX_NOTIONAL');
    expect(meet({ side: 'SELL', ticks: 110, lots: 5_000 })).toBeUndefined();
  });
});

describe('a filter on what an account has', () => {
  it('counts open orders, those with a trigger, and lists', () => {
    const { engine, place, pair, order } = engineFixture();
    engine.onLastPrice('BTCUSDT', 100, 1);
    engine.replaceInstrument('BTCUSDT', { maxOrders: 4, maxAlgoOrders: 2, maxOrderLists: 1 });
    const stop = { side: 'SELL', type: 'STOP_LOSS', ticks: 0, triggerTicks: 60 } as const;
    const first = order(stop);
    const legs = [
      { side: 'SELL', type: 'LIMIT_MAKER', ticks: 120 },
      { side: 'SELL', type: 'STOP_LOSS', ticks: 0, triggerTicks: 50 },
    ] as const;
    expect(pair(legs).ok).toBe(true);
    expect(filterOf(place(stop))).toBe('MAX_NUM_ALGO_ORDERS');
    engine.replaceInstrument('BTCUSDT', { maxAlgoOrders: 9 });
    expect(pair(legs)).toMatchObject({ filter: 'MAX_NUM_ORDERS' });
    engine.replaceInstrument('BTCUSDT', { maxOrders: 9, maxAlgoOrders: 9 });
    expect(pair(legs)).toMatchObject({ filter: 'MAX_NUM_ORDER_LISTS' });
    engine.replaceInstrument('BTCUSDT', { maxOrders: 4, maxAlgoOrders: 2 });
    engine.cancel(first, 50);
    expect(place(stop).ok).toBe(true);
    order({ ticks: 90 });
    expect(filterOf(place({ ticks: 90 }))).toBe('MAX_NUM_ORDERS');
    expect(place({ side: 'SELL', type: 'MARKET', ticks: 0 }).ok).toBe(true);
    expect(place({ accountId: 'bob', ticks: 90 }).ok).toBe(true);
  });

  it('counts over all instruments, too', () => {
    const { engine, place, order } = engineFixture();
    engine.onLastPrice('BTCUSDT', 100, 1);
    engine.exchangeFilters = { ...engine.exchangeFilters, maxAlgoOrders: 1, maxOrders: 2 };
    const stop = { side: 'SELL', type: 'STOP_LOSS', ticks: 0, triggerTicks: 60 } as const;
    order(stop);
    expect(filterOf(place(stop))).toBe('EXCHANGE_MAX_NUM_ALGO_ORDERS');
    order({ ticks: 90 });
    expect(filterOf(place({ ticks: 90 }))).toBe('EXCHANGE_MAX_NUM_ORDERS');
  });

  it('bounds a position by what is held and what open buys will bring', () => {
    const { engine, place, order } = engineFixture();
    engine.replaceInstrument('BTCUSDT', { maxPosition: 102n * UNIT });
    order({ ticks: 90, lots: 1_000 });
    expect(filterOf(place({ ticks: 90, lots: 1_001 }))).toBe('MAX_POSITION');
    expect(place({ ticks: 90, lots: 1_000 }).ok).toBe(true);
    expect(place({ side: 'SELL', ticks: 120, lots: 1_000 }).ok).toBe(true);
  });

  it('bounds icebergs, their number and their parts', () => {
    const { engine, place, order } = engineFixture();
    engine.replaceInstrument('BTCUSDT', { maxIcebergOrders: 1, maxIcebergParts: 4, lotStep: 10 });
    const iceberg = { ticks: 90, lots: 1_000 } as const;
    expect(filterOf(place({ ...iceberg, icebergLots: 240 }))).toBe('ICEBERG_PARTS');
    expect(filterOf(place({ ...iceberg, icebergLots: 255 }))).toBe('LOT_SIZE');
    expect(order({ ...iceberg, icebergLots: 250 }).icebergLots).toBe(250);
    expect(filterOf(place({ ...iceberg, icebergLots: 250 }))).toBe('MAX_NUM_ICEBERG_ORDERS');
    expect(place({ ...iceberg, icebergLots: 2_000 })).toMatchObject({ refusal: 'INVALID_ORDER' });
    expect(place(iceberg).ok).toBe(true);
  });
});

it('filters bind amended orders by price and size', () => {
  const { engine, order } = engineFixture();
  const resting = order({ ticks: 90, lots: 1_000 });
  engine.replaceInstrument('BTCUSDT', { maxSize: UNIT, maxPrice: 95n * UNIT, maxOrders: 1 });
  expect(engine.amend(resting, { ticks: 96, lots: 1_000 }, 9)).toMatchObject({
    filter: 'PRICE_FILTER',
  });
  expect(engine.amend(resting, { ticks: 90, lots: 1_001 }, 9)).toMatchObject({
    filter: 'LOT_SIZE',
  });
  expect(engine.amend(resting, { ticks: 95, lots: 900 }, 9).ok).toBe(true);
});

it('filters survive a snapshot, an iceberg as well, and one of before there were filters is read', () => {
  const filters: Partial<Filters> = {
    marketMaxSize: 7n,
    maxAlgoOrders: 3,
    maxIcebergOrders: 2,
    priceBand: { isBySide: false, bidUpPpm: 2_000_000, bidDownPpm: 1, askUpPpm: 3, askDownPpm: 4 },
  };
  const { engine, order } = engineFixture();
  engine.replaceInstrument('BTCUSDT', filters);
  engine.exchangeFilters = { ...engine.exchangeFilters, maxOrders: 77 };
  const { id } = order({ ticks: 90, lots: 1_000, icebergLots: 500 });
  const kept = JSON.parse(JSON.stringify(snapshotEngine(engine))) as ReturnType<
    typeof snapshotEngine
  >;
  const other: Engine = engineFixture().engine;
  restoreEngine(other, kept);
  expect(other.book('BTCUSDT').instrument).toMatchObject(filters);
  expect(other.exchangeFilters.maxOrders).toBe(77);
  expect(other.accounts.get('ann')?.orderById(id)?.icebergLots).toBe(500);
  const old = { id: 'BTCUSDT', minNotional: '5', tickStep: 2, lotStep: 3 };
  expect(filtersFromJson(old)).toEqual({ minNotional: 5n, tickStep: 2, lotStep: 3 });
  expect(filtersFromJson(filtersToJson(NO_FILTERS))).toEqual(NO_FILTERS);
});
