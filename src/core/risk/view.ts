/** What risk is shown, and how it says no. */
import type { Decimal } from '../domain/decimal.ts';
import type { StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { OrderIntent, Side } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import type { RiskReason } from '../domain/reasons.ts';
import type { Millis } from '../domain/time.ts';
import type { OpenSums } from './exposure.ts';
import type { RiskLimits } from './limits.ts';

/** What risk knows at the moment of a proposal. */
export interface RiskView {
  /** Market time. */
  readonly now: Millis;
  readonly armed: boolean;
  readonly paused: boolean;
  /** Why the symbol is halted; absent when it is not. */
  readonly halted?: string | undefined;
  /** Market data of the symbol is stale. */
  readonly stale: boolean;
  /** A stop-loss cooldown that is still running at `now`; absent when there is none. */
  readonly stoppedOut?: { readonly stoppedAt: Millis; readonly until: Millis } | undefined;
  readonly instrument: Instrument;
  /** Last trade price or last close; NaN when none has been seen. */
  readonly lastPrice: number;
  readonly strategy: {
    readonly id: StrategyId;
    readonly budget: Decimal;
    /** Fraction under the average price at which all is sold; absent: no stop-loss. */
    readonly stopLoss?: number | undefined;
  };
  readonly position: Position;
  /** Of the position, what the account does not have; absent: nothing. */
  readonly absent?: Decimal | undefined;
  /** Floats of the position where they are known; `averagePrice` NaN when it is flat. */
  readonly holding?: { readonly amountFloat: number; readonly averagePrice: number };
  /** Positions and open orders of all strategies. */
  readonly book: OpenSums;
  /** The ledger's balance of the quote asset less what orders in no books of ours hold; our own open orders not taken off. */
  readonly quoteBalance: Decimal;
  /**
   * What the exchange has of the base asset, as far as is known, less what orders in no books of ours hold: the ledger's balance where
   * both agree and there are none.
   */
  readonly baseBalance: Decimal;
  readonly limits: RiskLimits;
  /** Base the account may still buy, what its open buys will bring counted; absent: the exchange states no such limit. */
  positionRoom?(): Decimal | undefined;
  /** Places for orders that rest on the market; absent: the exchange states no limit. */
  places?(): Places | undefined;
  /** Largest amount that may be approved: what the order it replaces left unfilled. Absent: no such limit. */
  readonly amountMax?: Decimal | undefined;
  /**
   * Names the order; `ahead` 1 names a second one of the same approval. Called only when everything else has passed, so that a
   * refusal takes no sequence number.
   */
  identify(side: Side, ahead?: 0 | 1): OrderNames;
}

/** Orders that rest on a market, and how many may. */
export interface Places {
  readonly open: number;
  readonly most: number;
  /** Places that are kept free for guards of positions. */
  readonly kept: number;
}

/** What an order is called, and what it comes after. */
export type OrderNames = Pick<OrderIntent, 'intentId' | 'clientOrderId' | 'sequence' | 'parentId'>;

export interface Refusal {
  readonly ok: false;
  readonly code: RiskReason;
  readonly inputs: NoteInputs;
}

const NO_INPUTS: NoteInputs = {};

export const refuse = (code: RiskReason, inputs: NoteInputs = NO_INPUTS): Refusal => ({
  ok: false,
  code,
  inputs,
});

export const isRefusal = (result: object): result is Refusal => 'ok' in result;
