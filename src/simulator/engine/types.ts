/** Nouns of the protocol-free matching engine. Prices are integer ticks, quantities integer lots, money bigint atoms. */
import { ASSET_DECIMALS } from './amounts.ts';

export type Side = 'BUY' | 'SELL';
export type OrderType = 'LIMIT' | 'MARKET' | 'LIMIT_MAKER';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';

/**
 * A spot pair and its grid. One tick is 10^-priceDecimals of the quote asset, one lot 10^-lotDecimals of the base asset;
 * priceDecimals + lotDecimals ≤ 8, so that every notional is a whole number of atoms.
 */
export interface Instrument {
  /** Venue-neutral id without separator, such as `BTCUSDT`. */
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly priceDecimals: number;
  readonly lotDecimals: number;
  /** Smallest notional of an order, in quote atoms. */
  readonly minNotional: bigint;
  /** Atoms of the base asset in one lot. */
  readonly lotAtoms: bigint;
  /** Atoms of the quote asset in one lot at a price of one tick. */
  readonly tickLotAtoms: bigint;
}

/** What {@link makeInstrument} needs to know. */
type InstrumentSpec = Pick<
  Instrument,
  'base' | 'quote' | 'priceDecimals' | 'lotDecimals' | 'minNotional'
>;

/** @throws Error when the grid is finer than atoms can carry. */
export function makeInstrument(spec: InstrumentSpec): Instrument {
  const rest = ASSET_DECIMALS - spec.priceDecimals - spec.lotDecimals;
  if (rest < 0 || spec.priceDecimals < 0 || spec.lotDecimals < 0) {
    throw new Error(
      `${spec.base}/${spec.quote}: price and lot decimals must be ≥ 0 and at most ${String(ASSET_DECIMALS)} together, got ${String(spec.priceDecimals)} and ${String(spec.lotDecimals)}`,
    );
  }
  return {
    ...spec,
    id: spec.base + spec.quote,
    lotAtoms: 10n ** BigInt(ASSET_DECIMALS - spec.lotDecimals),
    tickLotAtoms: 10n ** BigInt(rest),
  };
}

/** Exact value of `lots` at `ticks`, in quote atoms. */
export function notionalOf(instrument: Instrument, ticks: number, lots: number): bigint {
  const product = ticks * lots;
  const exact = Number.isSafeInteger(product) ? BigInt(product) : BigInt(ticks) * BigInt(lots);
  return exact * instrument.tickLotAtoms;
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
  /** Limit price; 0 for a market order. */
  readonly ticks: number;
  /** Ordered quantity; for a market order by quote what its budget is worth against the book on arrival. */
  readonly lots: number;
  /** Quote atoms a market order by quote may spend or receive; 0 otherwise. */
  readonly quoteBudget: bigint;
  status: OrderStatus;
  filledLots: number;
  /** Quote atoms exchanged so far. */
  filledQuote: bigint;
  /** Atoms this order still holds locked: quote for a buy, base for a sell. */
  locked: bigint;
  readonly createdMs: number;
  updatedMs: number;
  /** Neighbours in the queue of a price level; the book's own. */
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
  /** Limit price; ignored for MARKET. */
  readonly ticks: number;
  /** Quantity; 0 for a market order by quote. */
  readonly lots: number;
  /** Quote atoms to spend or to receive at most; only for MARKET with `lots` 0. */
  readonly quoteBudget: bigint;
  readonly clientOrderId: string;
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
  /** Atoms of `feeAsset` taken from what was received. */
  readonly fee: bigint;
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly timeMs: number;
}

/**
 * Why an order was refused. Data, not an exception: nothing has changed.
 * `INVALID_ORDER` means the caller broke the grid (non-positive or unsafe ticks or lots).
 */
export type Refusal =
  | 'UNKNOWN_ACCOUNT'
  | 'UNKNOWN_INSTRUMENT'
  | 'INVALID_ORDER'
  | 'DUPLICATE_CLIENT_ID'
  | 'INSUFFICIENT_FUNDS'
  | 'WOULD_TAKE';

export type PlaceResult =
  | { readonly ok: true; readonly order: Order; readonly fills: readonly AccountTrade[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** What happened to an order, in the venue-neutral vocabulary of execution reports. */
export type Execution = 'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED';

/** Receives everything the engine does, synchronously and in order. All methods are called after the state has changed. */
export interface EngineListener {
  /** An order of a reporting account changed; `fill` is set for TRADE. */
  onOrder(order: Order, execution: Execution, fill: AccountTrade | undefined): void;
  onTrade(trade: Trade): void;
  /** The total at a price changed; `lots` 0 removes the level. `updateId` counts up per instrument. */
  onLevel(instrument: Instrument, side: Side, ticks: number, lots: number): void;
}
