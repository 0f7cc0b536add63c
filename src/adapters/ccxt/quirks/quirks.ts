/**
 * What differs between exchanges and is not the same in ccxt: as data, one file per exchange. An exchange is supported for
 * trading when it has such a file (and its name stands in registry.ts); without one only its public data can be used.
 */
import type { CandleEvent, QuoteEvent, TradeEvent } from '../../../core/domain/events.ts';
import type { Balance, Fill } from '../../../core/domain/fill.ts';
import type { ClientOrderId, MarketSymbol } from '../../../core/domain/ids.ts';
import type { Instrument } from '../../../core/domain/instrument.ts';
import type { ApprovedOrder, OrderReport } from '../../../core/domain/order.ts';
import type { Millis } from '../../../core/domain/time.ts';
import type { KeyPermissions, OrderPair } from '../../../ports/exchangeGateway.ts';
import type { ExchangeAnswer } from '../errors.ts';
import type { FeeReader } from '../fees.ts';
import type { Filters } from './filters.ts';
import type { OrderRules } from './orderRules.ts';
import type { CcxtExchange, CcxtParams, Endpoints, ExchangeClass } from '../types.ts';

/** Finds our symbol for the exchange's name of a market; undefined when it is none of ours. */
export type SymbolOf = (marketId: string) => MarketSymbol | undefined;

export interface MarketFrameSink {
  event(event: CandleEvent | TradeEvent | QuoteEvent): void;
  /** The exchange confirmed a subscription request. */
  subscribed(): void;
}

export interface UserFrameSink {
  report(report: OrderReport): void;
  fill(fill: Fill): void;
  balances(balances: readonly Balance[], at: Millis): void;
  subscribed(): void;
  /** The exchange ended the stream, or is about to: dial again. */
  ended(reason: string): void;
}

/** Returns true when the frame was understood and must not go through ccxt's caches. */
export type FrameReader = (message: unknown) => boolean;

/** Market data straight from the frames: five times the throughput of ccxt's caches, and nothing is merged or lost. */
export interface FastPath {
  /** Most subscriptions in one request. */
  readonly symbolsPerRequestMax: number;
  reader(symbolOf: SymbolOf, sink: MarketFrameSink): FrameReader;
}

/** How a stop and the limit order above it are sent together. ccxt has no unified call for it. */
export interface PairQuirks {
  /** Exactly one request. */
  place(exchange: CcxtExchange, pair: OrderPair): Promise<unknown>;
  /** What the answer says of one leg; undefined when it does not prove that the exchange has it. */
  legReport(answer: unknown, order: ApprovedOrder, receivedAt: Millis): OrderReport | undefined;
}

export interface OrderQuirks {
  /** ccxt's type and parameters for an order; the price is passed beside them, and never for a market order. */
  placement(order: ApprovedOrder): {
    readonly type: 'market' | 'limit';
    readonly params: CcxtParams;
  };
  /** What the exchange can hold until a price is reached, by the market as it lists it. */
  triggersOf(market: unknown): Instrument['triggers'];
  /** Absent where no market's triggers are `oco`. */
  readonly pairs?: PairQuirks;
  /** Parameters that name an order by our id. */
  byClientId(id: ClientOrderId): CcxtParams;
  /** The code of a refusal that proves that no order was made; undefined for every other answer. */
  refusalOf(answer: ExchangeAnswer): string | undefined;
  /** The refusal says that the order broke a step, a minimum or a maximum of its market. */
  isRuleBroken(answer: ExchangeAnswer): boolean;
  /** The refusal says that as many orders with a trigger are open as the exchange takes. */
  lacksPlace(answer: ExchangeAnswer): boolean;
  /** The code of a refusal that proves that a cancel changed nothing, the order being alive. */
  cancelRefusalOf(answer: ExchangeAnswer): string | undefined;
  /** The exchange says that it does not know the order (or no longer has it open, on cancel). */
  isOrderUnknown(answer: ExchangeAnswer): boolean;
  /** The request's timestamp was outside of what the exchange accepts: measure the clock offset again. */
  isClockRefused(answer: ExchangeAnswer): boolean;
}

/**
 * How own trades are read in full. byId: pages ascend from and including a trade id · byTime: they ascend from a time, which is
 * asked for again until nothing new comes.
 */
export type FillPaging =
  | { readonly kind: 'byId'; readonly size: number; readonly fromId: (id: string) => CcxtParams }
  | {
      readonly kind: 'byTime';
      readonly size: number;
      /** Most time that one question may span; absent where there is no such limit. */
      readonly windowMs?: number;
      /** Asked for so much earlier, where a start is in whole seconds and does not count itself. */
      readonly leadMs?: number;
    };

export interface ExchangeQuirks {
  readonly id: string;
  /** ccxt's `options`: keep the set of addresses that are called small. */
  readonly options: CcxtParams;
  /** ccxt's `options.ws`. */
  readonly wsOptions: CcxtParams;
  /** Part of the exchange's request limit that is used up, by an answer's headers: 0 to 1; undefined when they do not say. */
  usedShare(headers: unknown): number | undefined;
  /** Filters that only this exchange lists, by the market as ccxt keeps it; absent: none besides those that ccxt has in common. */
  readonly filtersOf?: (market: unknown) => Filters;
  /** Filters over all markets, where ccxt does not keep them: one request more when the markets are read. */
  readonly exchangeFilters?: (exchange: CcxtExchange, symbol: MarketSymbol) => Promise<Filters>;
  /** How to reach a simulated exchange; absent: there is none that speaks this protocol. */
  readonly simulated?: {
    /** Everything that ccxt may call; what is missing here fails. */
    urls(endpoints: Endpoints): unknown;
    /** Repairs what ccxt derives from the real addresses. */
    refine(Base: ExchangeClass): ExchangeClass;
  };
  /** Paths that answer with a JSON array; ccxt would read `{}` as an empty list. */
  readonly listPaths: ReadonlySet<string>;
  /** Absent: through ccxt's watch calls. */
  readonly fastPath?: FastPath;
  readonly rules: OrderRules;
  readonly orders: OrderQuirks;
  readonly fillPages: FillPaging;
  /** What ccxt keeps in its `options` of the list of markets, and instances that take the list over need, too. */
  readonly marketOptions?: readonly string[];
  /** What an own trade was charged, where ccxt tells it wrong. */
  readonly readFees?: FeeReader;
  /** The private stream read at the frame; absent: through ccxt's watch calls. */
  readonly userFrames?: (symbolOf: SymbolOf, sink: UserFrameSink) => FrameReader;
  /** @returns undefined when the exchange (a test network, say) does not serve it. */
  permissions(exchange: CcxtExchange): Promise<KeyPermissions | undefined>;
}
