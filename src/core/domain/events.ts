/** Everything that can happen to the engine. Time comes only from `at`. Events are plain data and can be recorded. */
import type { Decimal } from './decimal.ts';
import type { Balance, Fill } from './fill.ts';
import type {
  Asset,
  ClientOrderId,
  ExchangeOrderId,
  IntentId,
  MarketSymbol,
  StrategyId,
} from './ids.ts';
import type { Instrument } from './instrument.ts';
import type { Bar } from './market.ts';
import type { OrderReport } from './order.ts';
import type { Booking, ShareRule } from './position.ts';
import type { Millis, Timeframe } from './time.ts';

/**
 * A bar as it stands. `closed` false: the forming bar as the exchange streams it (it is finished when a later bar
 * of its series arrives). `closed` true: the exchange said the bar is final, or a row of a backtest.
 * Fields are mutable on purpose: a backtest reuses one object for millions of bars; receivers copy what they keep.
 */
export interface CandleEvent {
  readonly kind: 'candle';
  /** Market time at which the bar was known: its end for a closed bar. */
  at: Millis;
  symbol: MarketSymbol;
  timeframe: Timeframe;
  openTime: Millis;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  closed: boolean;
  /** True when the prices within it that matter to anybody were said before, as `price` events: only its close is news. */
  told?: boolean;
}

/**
 * Closed bars of the past: warm-up at start, or the answer to a backfill command. Ascending by time; may be empty when
 * the exchange has none. They feed indicators; only the newest one may still lead to a decision.
 */
export interface HistoryEvent {
  readonly kind: 'history';
  at: Millis;
  symbol: MarketSymbol;
  timeframe: Timeframe;
  bars: readonly Bar[];
}

/** A public trade. */
export interface TradeEvent {
  readonly kind: 'trade';
  at: Millis;
  symbol: MarketSymbol;
  price: number;
  amount: number;
  /** Taker side; absent when the source does not know it. */
  side: 'buy' | 'sell' | undefined;
}

/**
 * Where a market is within a bar of a recording: its open, or a price that something waits for and that the bar reaches. It is as
 * certain as the bar is, and so is believed however far from the last one.
 */
export interface PriceEvent {
  readonly kind: 'price';
  /** The bar's beginning at its open, its end afterwards: when within it is not known. */
  at: Millis;
  symbol: MarketSymbol;
  price: number;
}

/** Best bid and ask. */
export interface QuoteEvent {
  readonly kind: 'quote';
  at: Millis;
  symbol: MarketSymbol;
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
}

/** Market data of a symbol is stale (nothing arrived for too long; said again while it lasts) or fresh again. */
export interface FeedEvent {
  readonly kind: 'feed';
  /** The time of the last event that came, and the silence since. */
  at: Millis;
  symbol: MarketSymbol;
  stale: boolean;
}

/** The exchange's word on an order. */
export interface OrderReportEvent {
  readonly kind: 'report';
  at: Millis;
  report: OrderReport;
}

/** One execution on our account. */
export interface FillEvent {
  readonly kind: 'fill';
  at: Millis;
  fill: Fill;
}

/** What became of sending or cancelling an intent, decided by the executor's classification. */
export interface OutcomeEvent {
  readonly kind: 'outcome';
  at: Millis;
  intentId: IntentId;
  clientOrderId: ClientOrderId;
  /** sending: about to be sent · rejected: definite refusal · unknown: outcome ambiguous · notPlaced: proved absent · expired: never sent, too old · denied: never sent, it breaks a rule the market has now · withheld: about to be sent, and not sent after all · cancelFailed: the cancel was refused, the order stands as before · forgotten: the exchange had the order, or may have had it, and does not know it any more · late: its exit or its cancel is due and has not left yet; nothing changes, it is alarmed. */
  outcome:
    | 'sending'
    | 'rejected'
    | 'unknown'
    | 'notPlaced'
    | 'expired'
    | 'denied'
    | 'withheld'
    | 'cancelFailed'
    | 'forgotten'
    | 'late';
  message: string;
}

/** The exchange has refused a stop because as many orders with a trigger are open there as it takes, whoever's they are. */
export interface CrowdedEvent {
  readonly kind: 'crowded';
  at: Millis;
  symbol: MarketSymbol;
}

/** Orders that are in no books of ours are at the exchange no more: it lists its open orders without them. */
export interface UnlistedEvent {
  readonly kind: 'unlisted';
  at: Millis;
  symbol: MarketSymbol;
  exchangeOrderIds: readonly ExchangeOrderId[];
}

/** A market's trading rules as the exchange states them now. */
export interface RulesEvent {
  readonly kind: 'rules';
  at: Millis;
  instrument: Instrument;
}

/** The exchange's balances, for the check against the ledger. */
export interface BalanceEvent {
  readonly kind: 'balance';
  at: Millis;
  balances: readonly Balance[];
  /** Assets of which an order may have moved more than is known: their balances here are the ledger's own. Absent: none. */
  unjudged?: readonly Asset[];
}

/** Operator and runtime switches. */
export interface ControlEvent {
  readonly kind: 'control';
  at: Millis;
  /**
   * arm: warm-up and reconcile are done, trading may begin · disarm: no decisions · pause/resume: entries off/on, everywhere or of one
   * strategy, persisted ·
   * halt/unhalt: one symbol's entries off/on, persisted · adopt: what `balances` and the ledger differ by is booked as a deposit
   * or a withdrawal, and positions that say more than is there are cut; or one booking is made ·
   * cancelAll: every open order; while armed, guards stay · flatten: cancelled and sold, in part or at a limit when it says
   * so · finish: the same, because the recording ends · cancel: one order.
   */
  action:
    | 'arm'
    | 'disarm'
    | 'pause'
    | 'resume'
    | 'halt'
    | 'unhalt'
    | 'adopt'
    | 'cancelAll'
    | 'flatten'
    | 'finish'
    | 'cancel';
  /**
   * For halt and unhalt; for adopt: only this market's base and quote, every known asset when absent; for cancelAll, flatten and finish:
   * only this market, every one when absent.
   */
  symbol?: MarketSymbol;
  /** For pause, resume and flatten: only this strategy. */
  strategy?: StrategyId;
  /** For flatten: base to sell; absent: everything. */
  amount?: Decimal;
  /** For flatten: the lowest price to sell at, on a tick; absent: the market's. */
  limit?: Decimal;
  /** For cancel; absent when it is an order of ours that the journal lacks. */
  intentId?: IntentId;
  /** For cancel of an order of ours that the journal lacks. */
  exchangeOrderId?: ExchangeOrderId;
  /** For adopt: the exchange's balances, read while nothing was on its way. */
  balances?: readonly Balance[];
  /** For adopt: whose position shrinks when positions say more than is there; absent: the only one that can. */
  rule?: ShareRule | undefined;
  /** For adopt: book this and nothing else; `balances` and `rule` are not looked at. */
  booking?: Booking;
  reason: string;
}

export type EngineEvent =
  | CandleEvent
  | HistoryEvent
  | TradeEvent
  | PriceEvent
  | QuoteEvent
  | FeedEvent
  | OrderReportEvent
  | FillEvent
  | OutcomeEvent
  | BalanceEvent
  | RulesEvent
  | CrowdedEvent
  | UnlistedEvent
  | ControlEvent;
