/**
 * Rules for orders that may change while the exchange runs, as data. Names and meanings are those of Binance's spot
 * filters ("Filters" in its API documentation); a venue lists those that it has, and {@link brokenFilter} enforces all.
 */

/** How far the limit price of an order may be from the average price, as parts of it in millionths; 0: no bound. */
export interface PriceBand {
  /** Listed with bounds for each side (PERCENT_PRICE_BY_SIDE), or with one pair for both (PERCENT_PRICE). */
  readonly isBySide: boolean;
  readonly bidUpPpm: number;
  readonly bidDownPpm: number;
  readonly askUpPpm: number;
  readonly askDownPpm: number;
}

/** The filters of an instrument. Prices and values in quote atoms, sizes in base atoms; 0 means that there is no such rule. */
export interface Filters {
  /** Prices must be multiples of so many ticks. */
  readonly tickStep: number;
  /** Quantities must be multiples of so many lots. */
  readonly lotStep: number;
  /** PRICE_FILTER: lowest and highest limit price and trigger. */
  readonly minPrice: bigint;
  readonly maxPrice: bigint;
  /** LOT_SIZE: smallest and largest quantity of any order. */
  readonly minSize: bigint;
  readonly maxSize: bigint;
  /** MARKET_LOT_SIZE: the same for orders that trade at the market, besides LOT_SIZE, and their own step in lots. */
  readonly marketMinSize: bigint;
  readonly marketMaxSize: bigint;
  readonly marketLotStep: number;
  /** NOTIONAL: smallest and largest value of an order, and whether each binds market orders, which count at the average price. */
  readonly minNotional: bigint;
  readonly isMinNotionalAtMarket: boolean;
  readonly maxNotional: bigint;
  readonly isMaxNotionalAtMarket: boolean;
  /** Largest value of a market order, where the venue bounds it by itself (OKX). */
  readonly marketMaxNotional: bigint;
  /** PERCENT_PRICE, PERCENT_PRICE_BY_SIDE; absent: any price. */
  readonly priceBand: PriceBand | undefined;
  /** Minutes that the average price is taken over; 0: it is the last price. */
  readonly averageMinutes: number;
  /** Open orders of an account on the instrument; those with a trigger among them; open lists. */
  readonly maxOrders: number;
  readonly maxAlgoOrders: number;
  readonly maxOrderLists: number;
  /** Open iceberg orders of an account; 0: the instrument takes none. */
  readonly maxIcebergOrders: number;
  /** Parts of one iceberg order. */
  readonly maxIcebergParts: number;
  /** Base an account may hold, what its open buys will bring included. */
  readonly maxPosition: bigint;
}

/** Filters of an account's orders over all instruments; 0: no bound. */
export interface ExchangeFilters {
  readonly maxOrders: number;
  readonly maxAlgoOrders: number;
  readonly maxIcebergOrders: number;
  readonly maxOrderLists: number;
}

/** What an order may have run into. NOTIONAL is a value below the smallest, MAX_NOTIONAL one above a largest. */
export type FilterName =
  | 'PRICE_FILTER'
  | 'PERCENT_PRICE'
  | 'PERCENT_PRICE_BY_SIDE'
  | 'LOT_SIZE'
  | 'MARKET_LOT_SIZE'
  | 'NOTIONAL'
  | 'MAX_NOTIONAL'
  | 'ICEBERG_PARTS'
  | 'MAX_POSITION'
  | 'MAX_NUM_ORDERS'
  | 'MAX_NUM_ALGO_ORDERS'
  | 'MAX_NUM_ICEBERG_ORDERS'
  | 'MAX_NUM_ORDER_LISTS'
  | 'EXCHANGE_MAX_NUM_ORDERS'
  | 'EXCHANGE_MAX_NUM_ALGO_ORDERS'
  | 'EXCHANGE_MAX_NUM_ICEBERG_ORDERS'
  | 'EXCHANGE_MAX_NUM_ORDER_LISTS';

/** Every price and size on the grid is taken. */
export const NO_FILTERS: Filters = {
  tickStep: 1,
  lotStep: 1,
  minPrice: 0n,
  maxPrice: 0n,
  minSize: 0n,
  maxSize: 0n,
  marketMinSize: 0n,
  marketMaxSize: 0n,
  marketLotStep: 0,
  minNotional: 0n,
  isMinNotionalAtMarket: true,
  maxNotional: 0n,
  isMaxNotionalAtMarket: false,
  marketMaxNotional: 0n,
  priceBand: undefined,
  averageMinutes: 5,
  maxOrders: 0,
  maxAlgoOrders: 0,
  maxOrderLists: 0,
  maxIcebergOrders: 0,
  maxIcebergParts: 0,
  maxPosition: 0n,
};

export const NO_EXCHANGE_FILTERS: ExchangeFilters = {
  maxOrders: 0,
  maxAlgoOrders: 0,
  maxIcebergOrders: 0,
  maxOrderLists: 0,
};

/** Filters as plain JSON: bigints as text, and `null` for no price band. */
export type FiltersJson = {
  readonly [Name in keyof Filters]?: Filters[Name] extends bigint
    ? string
    : Exclude<Filters[Name], undefined> | (Name extends 'priceBand' ? null : never);
};

const NAMES = Object.keys(NO_FILTERS) as (keyof Filters)[];

/** Of an object that has filters among its fields, those as JSON. */
export function filtersToJson(filters: Partial<Filters>): FiltersJson {
  const entries = NAMES.filter((name) => name in filters).map((name) => {
    const value = filters[name];
    return [name, typeof value === 'bigint' ? String(value) : (value ?? null)];
  });
  return Object.fromEntries(entries) as FiltersJson;
}

/** The filters of JSON that may hold other fields too; what it does not name is absent. */
export function filtersFromJson(json: FiltersJson): Partial<Filters> {
  const entries = NAMES.filter((name) => name in json).map((name) => {
    const value = json[name];
    return [
      name,
      typeof NO_FILTERS[name] === 'bigint' ? BigInt(value as string) : (value ?? undefined),
    ];
  });
  return Object.fromEntries(entries) as Partial<Filters>;
}
