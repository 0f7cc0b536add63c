/**
 * What differs between exchanges in the life of an order, as data: one file per exchange in rules/, each row with its source.
 * What could not be checked against the exchange or its documentation stands in `unverified`, in words.
 */
import type { ExchangeId } from '../../../core/domain/exchanges.ts';
import type { ApprovedOrder } from '../../../core/domain/order.ts';
import type { CcxtParams } from '../types.ts';
import type { WireForm } from './wireIds.ts';

/** A code in an answer; with `text` it counts only when the answer's words match. */
export interface CodeMatch {
  readonly code: string;
  readonly text?: RegExp;
}

interface LookupPlace {
  /** What it is called in a message: `order`, `open orders`, `history`. Two places of the same name count as one. */
  readonly endpoint: string;
  /** Parameters of the call; the text `{id}` stands for our id as the exchange knows it. */
  readonly params: Readonly<Record<string, string>>;
}

/** A place that may know an order by our id, and ccxt's unified call that asks there. */
export type Lookup =
  /** Answers with one order, or says that there is none. */
  | (LookupPlace & { readonly answers: 'one'; readonly method: 'fetchOrder' })
  /** Its rows are searched for our id. */
  | (LookupPlace & {
      readonly answers: 'list';
      readonly method:
        'fetchOpenOrders' | 'fetchClosedOrders' | 'fetchCanceledOrders' | 'fetchOrders';
    });

export interface OrderRules {
  /** ccxt's name. */
  readonly exchange: ExchangeId;
  readonly clientId: {
    /** ccxt's parameter for it when an order is made, and when one is cancelled. */
    readonly createParam: string;
    readonly cancelParam: string;
    /** Ids the exchange accepts. */
    readonly pattern: RegExp;
    /** How our id travels (see wireIds.ts): as it is, inside of a UUID, or with Gate's `t-` before it. */
    readonly form: WireForm;
    /** Among which orders the exchange keeps it unique. Never a reason to send twice. */
    readonly uniqueAmong: 'open orders' | 'recent orders' | 'unknown';
    /** Whether every row of every list carries it: then a row without one is not ours. */
    readonly listed: 'always' | 'unverified';
    /** Field of a streamed row that carries it, where ccxt leaves it out. */
    readonly streamField?: string;
  };
  /** In the order in which they are asked; at least two, or absence could never be proved. */
  readonly lookups: readonly Lookup[];
  /** Time after which a request that is still under way is refused by the exchange. */
  readonly requestLifetimeMs: number;
  /** Parameters of every order. */
  readonly orderParams: CcxtParams;
  /** Time an accepted order may stay invisible to look-ups. */
  readonly readLagMs: number;
  /** `base`: a market buy states base. `marketable limit`: the exchange wants quote there, so a limit order, immediate-or-cancel, stands for it. */
  readonly marketBuy: 'base' | 'marketable limit';
  /** Further parameters of market orders. */
  readonly marketParams: CcxtParams;
  readonly errors: {
    /** Errors come with HTTP status 200, too. */
    readonly inSuccess: boolean;
    /** All codes in an answer's body, the most specific first. */
    readonly codes: (body: unknown) => readonly string[];
    /** With one of these there is no order: refused before it was accepted. An allow-list; what is not on it proves nothing. */
    readonly refused: readonly CodeMatch[];
    /** Of those refused: the order broke a step, a minimum or a maximum of its market, so what is known of its rules is out of date. */
    readonly brokenRule: readonly CodeMatch[];
    /** Of those refused: as many orders are open as the exchange takes, whoever placed them. */
    readonly crowded: readonly CodeMatch[];
    /** An order with this id exists: look it up. */
    readonly duplicate: readonly CodeMatch[];
    /** The order is not known, or not open any more. */
    readonly orderUnknown: readonly CodeMatch[];
    /** A cancel changed nothing, the order is as before. */
    readonly cancelRefused: readonly CodeMatch[];
    /** The request's timestamp or nonce was not accepted. */
    readonly clock: readonly CodeMatch[];
  };
  readonly sources: readonly string[];
  readonly unverified: readonly string[];
}

/** How far past the reference price a marketable limit order reaches. */
export const MARKETABLE_REACH = 0.01;

/** Whether this market order is sent as a limit order that reaches through the book. */
export function isMarketable({ marketBuy }: OrderRules, order: ApprovedOrder): boolean {
  return order.type === 'market' && order.side === 'buy' && marketBuy === 'marketable limit';
}
