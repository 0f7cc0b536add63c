import type { Condition } from '../core/domain/attention.ts';
import type { Balance, Fill } from '../core/domain/fill.ts';
import type { ClientOrderId, ExchangeOrderId, MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { ApprovedOrder, OrderReport } from '../core/domain/order.ts';
import type { Millis } from '../core/domain/time.ts';
import type { Listing } from './listing.ts';

/** How an order is named to the exchange: by our id, and by its own once known. */
export interface OrderRef {
  readonly symbol: MarketSymbol;
  readonly clientOrderId: ClientOrderId;
  readonly exchangeOrderId?: ExchangeOrderId;
  /** No execution of it can be older than this; a look-up searches own trades from there on. */
  readonly since?: Millis;
  /** True for an order of the exchange that the books have as another one: a look-up need not ask whose it is. */
  readonly isOther?: (exchangeOrderId: ExchangeOrderId) => boolean;
}

/**
 * Asked in the very turn in which a request's bytes leave, after its signature and after every wait: why it must not leave, in
 * words; empty when it may. Synchronous; must not throw.
 */
export type LastLook = () => string;

/**
 * acked: the exchange has the order (an id was returned and it echoes ours) ·
 * rejected: definite refusal, an allow-listed code or a local check before sending ·
 * withheld: the last look held it back, nothing has left; `message` is the look's word ·
 * unknown: everything else; must be looked up, never resent.
 */
export type PlaceOutcome =
  | { readonly kind: 'acked'; readonly report: OrderReport }
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: string;
      /** It broke a step, a minimum or a maximum of its market, which must have changed. */
      readonly breaksRule?: boolean;
      /** As many orders are open as the exchange takes, whoever placed them. */
      readonly lacksPlace?: boolean;
    }
  | { readonly kind: 'withheld'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** A stop and the limit order above it. One request places both or none; when one trades or triggers, the other ends. */
export interface OrderPair {
  readonly stop: ApprovedOrder;
  readonly target: ApprovedOrder;
}

/** What became of each leg; each is looked up on its own when it is unknown. */
export interface PairOutcome {
  readonly stop: PlaceOutcome;
  readonly target: PlaceOutcome;
}

/** notFound is not "cancelled": the order may have been filled; look it up. */
export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly report: OrderReport }
  | { readonly kind: 'notFound'; readonly message: string }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'withheld'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/**
 * absent: these places answered, each that it does not know the order, and none said otherwise · failed: some place gave no
 * answer, which proves nothing.
 */
export type LookupOutcome =
  | { readonly kind: 'found'; readonly report: OrderReport }
  | { readonly kind: 'absent'; readonly places: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string };

/** Where private events arrive. Calls only push into a queue. */
export interface GatewaySink {
  report(report: OrderReport): void;
  fill(fill: Fill): void;
  /** Balances that changed; an asset that is not among them is as it was, not zero. */
  balances(balances: readonly Balance[], at: Millis): void;
  /** The private stream came up (true: fetch what was missed) or went down (false: poll meanwhile). */
  stream(up: boolean, message: string): void;
}

/** What is known of the key in use; 'unknown' where the exchange does not tell. */
export interface KeyPermissions {
  readonly trading: boolean | 'unknown';
  readonly withdrawals: boolean | 'unknown';
  /** To accounts of other users, or of the same user elsewhere at the exchange. */
  readonly transfers: boolean | 'unknown';
}

/** Kinds of requests to an exchange, the most important first. */
export type RequestPriority = 'cancel' | 'exit' | 'entry' | 'query' | 'data';

/** How the requests of one kind fared. */
export interface LaneReading {
  readonly waiting: number;
  readonly passed: number;
  /** Longest wait so far, the present ones included, milliseconds. */
  readonly longestWaitMs: number;
}

/** The traffic to the exchange, as its rate budget sees it. */
export interface TrafficReading {
  /** Part of the budget that is used, 0 to 1; above 1 while in debt. */
  readonly used: number;
  /** Milliseconds until anything is sent again, after the exchange asked for a pause; 0 when nothing holds. */
  readonly pausedMs: number;
  /** Times the exchange asked for a pause (429, 418). */
  readonly refusals: number;
  readonly lanes: Readonly<Record<RequestPriority, LaneReading>>;
}

/** What bounds the time in which a request of unknown outcome can still show an effect. */
export interface RequestTiming {
  /** A request older than this is refused by the exchange itself, milliseconds. */
  readonly lifetimeMs: number;
  /** How long an order that was taken may be missing in the answers to queries, milliseconds. */
  readonly readLagMs: number;
  /** Market time after which the exchange forgets an order that ended unfilled; absent: later than anybody would ask. */
  readonly historyMs?: number;
}

/**
 * One account at one exchange. `place`, `placePair`, `cancel` and `lookup` never throw: every outcome is data. The first three may
 * answer at once, where nothing goes over a wire: whoever calls them awaits only promises.
 * The other calls throw Error `GATEWAY_FAILED` with a redacted message when the exchange does not answer properly, `KEY_REFUSED`
 * when it has refused the key for certain.
 */
export interface ExchangeGateway {
  readonly timing: RequestTiming;
  /** Trading rules and fees of these markets. @throws Error `SYMBOL_UNKNOWN` naming the symbol and near ones. */
  instruments(symbols: readonly MarketSymbol[]): Promise<readonly Instrument[]>;
  /**
   * Sends exactly one request for exactly one order; never retries. Bounded by a deadline of its own.
   * @param look asked last of all; absent: nothing of the caller's stands in the way.
   */
  place(order: ApprovedOrder, look?: LastLook): PlaceOutcome | Promise<PlaceOutcome>;
  /** The same for a pair, on markets whose `triggers` is `oco`; elsewhere both legs are rejected unsent. */
  placePair(pair: OrderPair, look?: LastLook): PairOutcome | Promise<PairOutcome>;
  cancel(order: OrderRef, look?: LastLook): CancelOutcome | Promise<CancelOutcome>;
  lookup(order: OrderRef): Promise<LookupOutcome>;
  openOrders(symbols: readonly MarketSymbol[]): Promise<Listing<OrderReport>>;
  /** Own executions at or after `since`, ascending, complete (pages overlap and are merged) but for what could not be read. */
  fills(symbol: MarketSymbol, since: Millis): Promise<Listing<Fill>>;
  balances(): Promise<readonly Balance[]>;
  /** Exchange clock minus ours, milliseconds. */
  clockOffsetMs(): Promise<number>;
  permissions(): Promise<KeyPermissions>;
  /** What the adapter itself finds that a person must act on, while it lasts; absent where there is nothing. */
  conditions?(): readonly Condition[];
  /** Absent where nothing goes over a wire. */
  traffic?(): TrafficReading;
  /** Starts the private stream; reconnects by itself with back-off until closed. */
  open(sink: GatewaySink): Promise<void>;
  close(): Promise<void>;
}
