/**
 * The gate between wanting and sending, and the only mint of ApprovedOrder.
 *
 * Checks, in this order; the first that fails names the refusal:
 *  1. the proposal is well formed (spot: entries buy, exits sell);
 *  2. the engine is armed — without it not even exits, because the books are not reconciled yet;
 *  3. entries only: not paused, the symbol not halted, market data fresh, no cooldown after a stop-loss;
 *  4. a price is known and the limit price is valid. Exits pass check 3 on stale data, because a way out must stay open, but
 *     never without any price;
 *  5. the limit price lies in the price band around the last price;
 *  6. size: lots, minimum and maximum amount, minimum notional. Exits are cut to what is held and not yet being sold, and to the
 *     largest allowed order;
 *  7. entries only: number of open orders, funds, the strategy's exposure, total exposure. Open orders count in full.
 *
 * Every order that passes is on a tick, on a lot, paid for, and within the limits even if all open orders fill. A market order is
 * judged at the last price with the taker fee; its slippage is not known before it fills.
 */
import {
  add,
  isAboveZero,
  maxOf,
  minOf,
  subtract,
  toText,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import type { ClientOrderId, IntentId, StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { ApprovedOrder, OrderIntent, Proposal, Side } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import type { RiskReason } from '../domain/reasons.ts';
import type { Millis } from '../domain/time.ts';
import { quoteNeeded, type ExposureBook } from './exposure.ts';
import type { RiskLimits } from './limits.ts';
import { amountFor, exactPrice, isPrice, lotAmount, tickPrice } from './sizing.ts';

/** What risk knows at the moment of a proposal. The engine may keep one object per strategy and overwrite its fields. */
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
  readonly strategy: { readonly id: StrategyId; readonly budget: Decimal };
  readonly position: Position;
  /** Positions and open orders of all strategies. */
  readonly book: ExposureBook;
  /** The ledger's balance of the quote asset, open orders not taken off. */
  readonly quoteBalance: Decimal;
  readonly limits: RiskLimits;
  /** Names the order. Called only when everything else has passed, so that a refusal takes no sequence number. */
  identify(side: Side): {
    readonly intentId: IntentId;
    readonly clientOrderId: ClientOrderId;
    readonly sequence: number;
  };
}

export interface Refusal {
  readonly ok: false;
  readonly code: RiskReason;
  readonly inputs: NoteInputs;
}

export type Approval = { readonly ok: true; readonly order: ApprovedOrder } | Refusal;

interface Priced {
  /** Absent for market orders. */
  readonly limit?: Decimal;
  /** The limit, or the last price. */
  readonly reference: Decimal;
}

const NO_INPUTS: NoteInputs = {};

const refuse = (code: RiskReason, inputs: NoteInputs = NO_INPUTS): Refusal => ({
  ok: false,
  code,
  inputs,
});

const isRefusal = (result: object): result is Refusal => 'ok' in result;

/** Sizes, rounds and checks a proposal. Pure but for `view.identify`. */
export function approve(proposal: Proposal, view: RiskView): Approval {
  const refusal = malformed(proposal) ?? closed(proposal, view);
  if (refusal !== undefined) return refusal;
  const priced = price(proposal, view);
  if (isRefusal(priced)) return priced;
  const amount =
    proposal.purpose === 'exit'
      ? exitAmount(proposal, priced.reference, view)
      : wantedAmount(proposal, priced.reference, view.instrument);
  if (isRefusal(amount)) return amount;
  const overLimit =
    sizeRefusal(amount, priced.reference, view.instrument) ??
    (proposal.purpose === 'entry' ? limitRefusal(amount, priced.reference, view) : undefined);
  return overLimit ?? { ok: true, order: mint(proposal, priced, amount, view) };
}

function malformed(proposal: Proposal): Refusal | undefined {
  const problem = problemOf(proposal);
  return problem === undefined ? undefined : refuse('PROPOSAL_INVALID', { problem });
}

function problemOf(proposal: Proposal): string | undefined {
  const { amount, quote } = proposal;
  if ((proposal.purpose === 'entry') !== (proposal.side === 'buy')) {
    return `an ${proposal.purpose} cannot ${proposal.side} on a spot market`;
  }
  if ((proposal.type === 'market') !== (proposal.price === undefined)) {
    return 'limit orders need a price, market orders have none';
  }
  if ((amount === undefined) === (quote === undefined)) {
    return 'give either an amount or a quote value';
  }
  return isAboveZero(amount ?? quote ?? ZERO) ? undefined : 'the size must be above zero';
}

function closed(proposal: Proposal, view: RiskView): Refusal | undefined {
  if (!view.armed) return refuse('NOT_ARMED');
  if (proposal.purpose === 'exit') return undefined;
  const { symbol } = view.instrument;
  if (view.paused) return refuse('PAUSED');
  if (view.halted !== undefined) return refuse('SYMBOL_HALTED', { symbol, reason: view.halted });
  if (view.stale) return refuse('DATA_STALE', { symbol });
  if (view.stoppedOut !== undefined) return refuse('STOPPED_OUT', { ...view.stoppedOut });
  return undefined;
}

function price(proposal: Proposal, view: RiskView): Priced | Refusal {
  const { instrument, lastPrice } = view;
  if (!isPrice(lastPrice)) return refuse('NO_PRICE', { symbol: instrument.symbol });
  if (proposal.price === undefined) return { reference: exactPrice(lastPrice) };
  const limit = isPrice(proposal.price)
    ? tickPrice(exactPrice(proposal.price), proposal.side, instrument)
    : ZERO;
  // As text: NaN and infinities do not survive JSON.
  if (limit.isZero()) return refuse('PRICE_INVALID', { price: String(proposal.price) });
  const distance = Math.abs(limit.toNumber() - lastPrice) / lastPrice;
  if (distance > view.limits.priceBand) {
    return refuse('PRICE_BAND', {
      price: toText(limit),
      lastPrice,
      distance,
      band: view.limits.priceBand,
    });
  }
  return { limit, reference: limit };
}

/** The amount asked for, on a lot; what a quote value buys at `reference`, taker fee included. */
function wantedAmount(proposal: Proposal, reference: Decimal, instrument: Instrument): Decimal {
  return proposal.quote === undefined
    ? lotAmount(proposal.amount ?? ZERO, instrument)
    : amountFor(proposal.quote, reference, instrument);
}

function exitAmount(proposal: Proposal, reference: Decimal, view: RiskView): Decimal | Refusal {
  const { instrument, position } = view;
  const reserved = view.book.of(view.strategy.id).openSells;
  const available = lotAmount(maxOf(subtract(position.amount, reserved), ZERO), instrument);
  if (available.isZero()) {
    return refuse('NOTHING_TO_EXIT', {
      position: toText(position.amount),
      reserved: toText(reserved),
    });
  }
  const amount = minOf(wantedAmount(proposal, reference, instrument), available);
  return instrument.maxAmount === undefined
    ? amount
    : minOf(amount, lotAmount(instrument.maxAmount, instrument));
}

function sizeRefusal(
  amount: Decimal,
  reference: Decimal,
  instrument: Instrument,
): Refusal | undefined {
  const { minAmount, maxAmount, minNotional } = instrument;
  if (amount.isZero() || amount.lt(minAmount)) {
    const least = maxOf(minAmount, instrument.lotSize);
    return refuse('AMOUNT_TOO_SMALL', { amount: toText(amount), minAmount: toText(least) });
  }
  if (maxAmount !== undefined && amount.gt(maxAmount)) {
    return refuse('AMOUNT_TOO_LARGE', { amount: toText(amount), maxAmount: toText(maxAmount) });
  }
  const notional = reference.times(amount);
  if (notional.lt(minNotional)) {
    return refuse('NOTIONAL_TOO_SMALL', {
      notional: toText(notional),
      minNotional: toText(minNotional),
    });
  }
  return undefined;
}

function limitRefusal(amount: Decimal, reference: Decimal, view: RiskView): Refusal | undefined {
  const { book, limits, strategy, instrument } = view;
  if (book.openOrders >= limits.maxOpenOrders) {
    return refuse('TOO_MANY_ORDERS', { openOrders: book.openOrders, limit: limits.maxOpenOrders });
  }
  const needed = quoteNeeded(reference, amount, instrument);
  const available = subtract(view.quoteBalance, book.reservedQuote(instrument.quote));
  if (needed.gt(available)) {
    return refuse('FUNDS_SHORT', {
      needed: toText(needed),
      asset: instrument.quote,
      available: toText(available),
    });
  }
  const own = book.of(strategy.id);
  const ownExposure = add(add(own.positionCost, own.openBuys), needed);
  if (ownExposure.gt(strategy.budget)) {
    return refuse('STRATEGY_EXPOSURE', {
      exposure: toText(ownExposure),
      limit: toText(strategy.budget),
    });
  }
  const exposure = add(book.total, needed);
  if (exposure.gt(limits.maxTotalExposure)) {
    return refuse('TOTAL_EXPOSURE', {
      exposure: toText(exposure),
      limit: toText(limits.maxTotalExposure),
    });
  }
  return undefined;
}

function mint(proposal: Proposal, priced: Priced, amount: Decimal, view: RiskView): ApprovedOrder {
  const { intentId, clientOrderId, sequence } = view.identify(proposal.side);
  // Spelled out instead of spread: spreading costs several times as much, and a backtest mints thousands.
  const intent: OrderIntent & { price?: Decimal } = {
    intentId,
    clientOrderId,
    sequence,
    strategyId: view.strategy.id,
    symbol: view.instrument.symbol,
    side: proposal.side,
    type: proposal.type,
    purpose: proposal.purpose,
    amount,
    referencePrice: priced.reference,
    reason: proposal.reason,
    inputs: proposal.inputs ?? NO_INPUTS,
    tag: proposal.tag ?? '',
    createdAt: view.now,
  };
  if (priced.limit !== undefined) intent.price = priced.limit;
  return intent as ApprovedOrder;
}

/**
 * The approval of an intent that was approved, journalled and not yet sent: the journal holds nothing else. Its limits were
 * checked when it was minted and its exposure has been reserved since.
 */
export function reapproved(intent: OrderIntent): ApprovedOrder {
  return intent as ApprovedOrder;
}
