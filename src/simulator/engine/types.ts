/** Nouns of the protocol-free matching engine. Prices are integer ticks, quantities integer lots, money bigint atoms. */
import { ASSET_DECIMALS, exactProduct } from './amounts.ts';
import type { FilterName, Filters } from './filters.ts';
import { NO_FILTERS } from './filters.ts';

export type Side = 'BUY' | 'SELL';
export type OrderType =
  | 'LIMIT'
  | 'MARKET'
  | 'LIMIT_MAKER'
  | 'STOP_LOSS'
  | 'STOP_LOSS_LIMIT'
  | 'TAKE_PROFIT'
  | 'TAKE_PROFIT_LIMIT';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';

/**
 * What an instrument is open for. HALT and BREAK: orders stay, cancels are taken, nothing is placed, matched or triggered.
 * DELISTED: as HALT, and all open orders have expired.
 */
export type TradingStatus = 'TRADING' | 'HALT' | 'BREAK' | 'DELISTED';

/**
 * A spot pair, its filters, which may change while the exchange runs, and its grid, which never does. One tick is 10^-priceDecimals of the quote asset, one lot 10^-lotDecimals of the base asset;
 * priceDecimals + lotDecimals ≤ 8, so that every notional is a whole number of atoms.
 */
export interface Instrument extends Filters {
  /** Venue-neutral id without separator, such as `BTCUSDT`. */
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly priceDecimals: number;
  readonly lotDecimals: number;
  /** Atoms of the base asset in one lot. */
  readonly lotAtoms: number;
  /** Atoms of the quote asset in one lot at a price of one tick. */
  readonly tickLotAtoms: number;
}

/** What {@link makeInstrument} needs to know. */
type InstrumentSpec = Pick<
  Instrument,
  'base' | 'quote' | 'priceDecimals' | 'lotDecimals' | 'minNotional'
> &
  Partial<Filters>;

/** @throws Error when the grid is finer than atoms can carry. */
export function makeInstrument(spec: InstrumentSpec): Instrument {
  const rest = ASSET_DECIMALS - spec.priceDecimals - spec.lotDecimals;
  if (rest < 0 || spec.priceDecimals < 0 || spec.lotDecimals < 0) {
    throw new Error(
      `${spec.base}/${spec.quote}: price and lot decimals must be ≥ 0 and at most ${String(ASSET_DECIMALS)} together, got ${String(spec.priceDecimals)} and ${String(spec.lotDecimals)}`,
    );
  }
  return {
    ...NO_FILTERS,
    ...spec,
    id: spec.base + spec.quote,
    lotAtoms: 10 ** (ASSET_DECIMALS - spec.lotDecimals),
    tickLotAtoms: 10 ** rest,
  };
}

/** Whether an order of this kind waits for its trigger. */
export function hasTrigger(type: OrderType): boolean {
  return type !== 'LIMIT' && type !== 'MARKET' && type !== 'LIMIT_MAKER';
}

/** Whether an order of this kind has no limit price. */
export function isAtMarket(type: OrderType): boolean {
  return type === 'MARKET' || type === 'STOP_LOSS' || type === 'TAKE_PROFIT';
}

/** Whether a trigger is reached by a rising last price: a stop that buys, a profit that is taken by selling. */
export function isRisingTrigger({ type, side }: Pick<Order, 'type' | 'side'>): boolean {
  const isStop = type === 'STOP_LOSS' || type === 'STOP_LOSS_LIMIT';
  return isStop === (side === 'BUY');
}

/** Exact value of `lots` at `ticks`, in quote atoms. */
export function notionalOf(instrument: Instrument, ticks: number, lots: number): bigint {
  const product = ticks * lots;
  return Number.isSafeInteger(product)
    ? exactProduct(product, instrument.tickLotAtoms)
    : BigInt(ticks) * BigInt(lots) * BigInt(instrument.tickLotAtoms);
}

/** Atoms of the base asset in `lots`. */
export function baseOf(instrument: Instrument, lots: number): bigint {
  return exactProduct(lots, instrument.lotAtoms);
}

/** An order as the engine keeps it. Live: it changes until its status is final; copy what must not. */
export interface Order {
  readonly id: number;
  readonly accountId: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly clientOrderId: string;
  /** Limit price; 0 for the kinds that trade at the market. Amending changes it. */
  ticks: number;
  /** Last price at which the order becomes active; 0 for a kind without trigger. */
  readonly triggerTicks: number;
  /** Ordered quantity; for a market order by quote what its budget is worth against the book on arrival. Amending changes it. */
  lots: number;
  /** Quote atoms a market order by quote may spend or receive; 0 otherwise. */
  readonly quoteBudget: bigint;
  /** Lots of an iceberg that are meant to be seen at a time; 0 for any other order. The book shows all of it (not modelled). */
  readonly icebergLots: number;
  /** The list the order belongs to; 0 for none. */
  readonly listId: number;
  /** Whether the order takes part in the market: from the start for a kind without trigger. */
  isTriggered: boolean;
  status: OrderStatus;
  filledLots: number;
  /** Quote atoms exchanged so far. */
  filledQuote: bigint;
  /** Atoms this order still holds locked: quote for a buy, base for a sell. The two of a list share one lock. */
  locked: bigint;
  readonly createdMs: number;
  updatedMs: number;
  /** When it became active; 0 before its trigger. */
  workingMs: number;
  /** Neighbours in the queue of a price; the book's own. */
  ahead: Order | undefined;
  behind: Order | undefined;
}

/** A request to trade, already on the instrument's grid. */
export interface OrderRequest {
  readonly accountId: string;
  readonly instrumentId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Limit price; ignored for the kinds that trade at the market. */
  readonly ticks: number;
  /** Last price that activates the order; for the kinds with a trigger, and for them alone. */
  readonly triggerTicks?: number;
  /** Quantity; 0 for a market order by quote. */
  readonly lots: number;
  /** Quote atoms to spend or to receive at most; only for MARKET with `lots` 0. */
  readonly quoteBudget: bigint;
  readonly clientOrderId: string;
  /** Makes an iceberg of it: the lots that are to be seen at a time. */
  readonly icebergLots?: number;
  /** A LIMIT_MAKER that would trade on arrival is taken and expires at once, as on OKX, instead of being refused. */
  readonly isExpiredIfTaking?: boolean;
}

/** A request for two orders of which at most one executes: "one cancels the other". */
export interface ListRequest {
  /** Unique among the account's lists that are not done. */
  readonly clientListId: string;
  /**
   * Of one account, instrument, side and quantity: two kinds with triggers, or one and a LIMIT_MAKER. One waits above the
   * last price, the other below.
   */
  readonly legs: readonly [OrderRequest, OrderRequest];
}

/** A pair of which one cancels the other. Live, as its orders are. */
export interface OrderList {
  /** Counts from 1. */
  readonly id: number;
  readonly clientListId: string;
  readonly accountId: string;
  readonly instrument: Instrument;
  /** In the order of the request. */
  readonly orders: readonly [Order, Order];
  /** ALL_DONE: neither order is open any more. */
  status: 'EXECUTING' | 'ALL_DONE';
  readonly createdMs: number;
  updatedMs: number;
}

/** One match between a resting and an arriving order. */
export interface Trade {
  /** Counts from 1 per instrument. */
  readonly id: number;
  readonly instrument: Instrument;
  readonly ticks: number;
  readonly lots: number;
  readonly quote: bigint;
  readonly takerSide: Side;
  readonly timeMs: number;
}

/** One account's side of a trade. */
export interface AccountTrade {
  readonly id: number;
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly quote: bigint;
  /** Atoms of `feeAsset`: of what was received, unless the account pays in an asset of its own. */
  readonly fee: bigint;
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly timeMs: number;
}

/**
 * Why an order was refused. Data, not an exception: nothing has changed.
 * `INVALID_ORDER` means the caller broke the grid (non-positive or unsafe ticks or lots) or the form of a kind or list;
 * `FILTER` that {@link Filters} forbid it, and which one comes along; `HALTED` that the instrument is not trading; `WOULD_TRIGGER` that the last
 * price is already at or beyond the trigger; `LIST_PRICES` that the last price is not between the two of a list.
 */
export type Refusal =
  | 'UNKNOWN_ACCOUNT'
  | 'UNKNOWN_INSTRUMENT'
  | 'INVALID_ORDER'
  | 'DUPLICATE_CLIENT_ID'
  | 'INSUFFICIENT_FUNDS'
  | 'WOULD_TAKE'
  | 'WOULD_TRIGGER'
  | 'HALTED'
  | 'FILTER'
  | 'LIST_PRICES';

/** What an order is amended to, on the instrument's grid: limit price and whole quantity, what is filled included. */
export interface Amendment {
  readonly ticks: number;
  readonly lots: number;
}

/** `fills` are all of the order until the call returns. */
export type PlaceResult =
  { readonly ok: true; readonly order: Order; readonly fills: readonly AccountTrade[] } | Refused;

export type PlaceListResult = { readonly ok: true; readonly list: OrderList } | Refused;

/** A refusal, and for `FILTER` the filter. */
export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
  readonly filter?: FilterName;
}

/** What happened to an order, in the venue-neutral vocabulary of execution reports. TRIGGERED: it became active. */
export type Execution = 'NEW' | 'AMENDED' | 'TRIGGERED' | 'TRADE' | 'CANCELED' | 'EXPIRED';

/**
 * Receives everything the engine does, synchronously and in order. All methods are called after the state has changed;
 * none may call back into the engine.
 */
export interface EngineListener {
  /** An order of a reporting account changed; `fill` is set for TRADE. */
  onOrder(order: Order, execution: Execution, fill: AccountTrade | undefined): void;
  onTrade(trade: Trade): void;
  /** A list was accepted, or is done; its orders' own reports came before. */
  onList?(list: OrderList): void;
  /** The total at a price changed; `lots` 0 removes the level. `updateId` counts up per instrument. */
  onLevel(instrument: Instrument, side: Side, ticks: number, lots: number): void;
}
