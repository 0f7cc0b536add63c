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
 *  6. size: lots, minimum and maximum amount, minimum notional. Exits are cut to what is held and not yet being sold, to what
 *     the account has of it, and to the largest allowed order;
 *  7. entries only: number of open orders, funds, the strategy's exposure, total exposure. Open orders count in full.
 *
 * Every order that passes is on a tick, on a lot, paid for, and within the limits even if all open orders fill. A market order is
 * judged at the last price with the taker fee; its slippage is not known before it fills.
 *
 * Guards (a stop, or a stop and a limit order above it as a pair) are exits of the engine's own: always the size that an exit of
 * everything would have. Their prices come from the average entry price and not from an indicator, so no band applies; but a
 * guard must lie around the last price, or the exchange would refuse it.
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
import type { IntentId, StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { ApprovedOrder, OrderIntent, OrderType, Proposal, Side } from '../domain/order.ts';
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
  /** The same of the base asset. */
  readonly baseBalance: Decimal;
  readonly limits: RiskLimits;
  /** Largest amount that may be approved: what the order it replaces left unfilled. Absent: no such limit. */
  readonly amountMax?: Decimal | undefined;
  /**
   * Names the order; `ahead` 1 names a second one of the same approval. Called only when everything else has passed, so that a
   * refusal takes no sequence number.
   */
  identify(side: Side, ahead?: 0 | 1): OrderNames;
}

/** What an order is called, and what it comes after. */
export type OrderNames = Pick<OrderIntent, 'intentId' | 'clientOrderId' | 'sequence' | 'parentId'>;

/** How the engine wants a position guarded. Prices are plain numbers: they come from the average entry price. */
export interface GuardProposal {
  readonly stopPrice: number;
  /** Absent: the stop alone. */
  readonly targetPrice?: number;
  readonly inputs: NoteInputs;
}

/** A guard in numbers an exchange accepts. */
export interface GuardSize {
  readonly ok: true;
  readonly amount: Decimal;
  readonly trigger: Decimal;
  readonly limit: Decimal | undefined;
}

export type GuardApproval =
  | { readonly ok: true; readonly stop: ApprovedOrder; readonly target: ApprovedOrder | undefined }
  | Refusal;

export interface Refusal {
  readonly ok: false;
  readonly code: RiskReason;
  readonly inputs: NoteInputs;
}

export type Approval = { readonly ok: true; readonly order: ApprovedOrder } | Refusal;

interface Priced {
  /** Absent for market orders. */
  readonly limit?: Decimal | undefined;
  /** The limit, the trigger, or the last price. */
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
      ? exitAmount(wantedAmount(proposal, priced.reference, view.instrument), view)
      : wantedAmount(proposal, priced.reference, view.instrument);
  if (isRefusal(amount)) return amount;
  const cut = view.amountMax === undefined ? amount : minOf(amount, view.amountMax);
  const overLimit =
    sizeRefusal(cut, priced.reference, view.instrument) ??
    (proposal.purpose === 'entry' ? limitRefusal(cut, priced.reference, view) : undefined);
  if (overLimit !== undefined) return overLimit;
  const { type, purpose, side, reason, inputs, tag } = proposal;
  const order = mint(
    { type, purpose, side, reason, inputs, tag, amount: cut, ...priced },
    view.identify(side),
    view,
  );
  return { ok: true, order };
}

/** What a guard would be now: all that is held and not being sold. Pure. */
export function sizeGuard(proposal: GuardProposal, view: RiskView): GuardSize | Refusal {
  const { instrument, lastPrice } = view;
  if (!view.armed) return refuse('NOT_ARMED');
  if (!isPrice(lastPrice)) return refuse('NO_PRICE', { symbol: instrument.symbol });
  const { stopPrice, targetPrice } = proposal;
  // Never later than asked: a stop rounds up to its tick, and so does what is sold above.
  const trigger = tickPrice(exactPrice(stopPrice), 'sell', instrument);
  const limit =
    targetPrice === undefined ? undefined : tickPrice(exactPrice(targetPrice), 'sell', instrument);
  if (trigger.gte(lastPrice) || limit?.lte(lastPrice) === true) {
    return refuse('GUARD_REACHED', {
      lastPrice,
      trigger: toText(trigger),
      target: limit === undefined ? 'none' : toText(limit),
    });
  }
  const amount = exitAmount(lotAmount(view.position.amount, instrument), view);
  if (isRefusal(amount)) return amount;
  return sizeRefusal(amount, trigger, instrument) ?? { ok: true, amount, trigger, limit };
}

/** Sizes, rounds and checks a guard, and mints its one or two legs. */
export function approveGuard(proposal: GuardProposal, view: RiskView): GuardApproval {
  const sized = sizeGuard(proposal, view);
  if (!sized.ok) return sized;
  const { amount, trigger, limit } = sized;
  const common = { purpose: 'exit', side: 'sell', amount, inputs: proposal.inputs } as const;
  const stop = {
    ...common,
    type: 'stop',
    trigger,
    reference: trigger,
    reason: 'GUARD_STOP',
  } as const;
  const names = view.identify('sell');
  if (limit === undefined) return { ok: true, stop: mint(stop, names, view), target: undefined };
  const target = {
    ...common,
    type: 'limit_maker',
    limit,
    reference: limit,
    reason: 'GUARD_TARGET',
  } as const;
  const targetNames = view.identify('sell', 1);
  return {
    ok: true,
    stop: mint({ ...stop, pairId: targetNames.intentId }, names, view),
    target: mint({ ...target, pairId: names.intentId }, targetNames, view),
  };
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

/** `wanted`, cut to what is held, in the account, not being sold yet, and at most one order. */
function exitAmount(wanted: Decimal, view: RiskView): Decimal | Refusal {
  const { instrument, position, book, baseBalance } = view;
  const reserved = book.of(view.strategy.id).openSells;
  const free = minOf(
    subtract(position.amount, reserved),
    subtract(baseBalance, book.reservedBase(instrument.base)),
  );
  const available = lotAmount(maxOf(free, ZERO), instrument);
  if (available.isZero()) {
    return refuse('NOTHING_TO_EXIT', {
      position: toText(position.amount),
      reserved: toText(reserved),
    });
  }
  const amount = minOf(wanted, available);
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

/** An order that has passed every check. */
interface Checked extends Priced {
  readonly type: OrderType;
  readonly purpose: OrderIntent['purpose'];
  readonly side: Side;
  readonly amount: Decimal;
  readonly trigger?: Decimal;
  readonly pairId?: IntentId;
  readonly reason: string;
  readonly inputs?: NoteInputs | undefined;
  readonly tag?: string | undefined;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

function mint(checked: Checked, names: OrderNames, view: RiskView): ApprovedOrder {
  // Spelled out instead of spread: spreading costs several times as much, and a backtest mints thousands.
  const intent: Writable<OrderIntent> = {
    intentId: names.intentId,
    clientOrderId: names.clientOrderId,
    sequence: names.sequence,
    strategyId: view.strategy.id,
    symbol: view.instrument.symbol,
    side: checked.side,
    type: checked.type,
    purpose: checked.purpose,
    amount: checked.amount,
    referencePrice: checked.reference,
    reason: checked.reason,
    inputs: checked.inputs ?? NO_INPUTS,
    tag: checked.tag ?? '',
    createdAt: view.now,
  };
  if (checked.limit !== undefined) intent.price = checked.limit;
  if (checked.trigger !== undefined) intent.trigger = checked.trigger;
  if (checked.pairId !== undefined) intent.pairId = checked.pairId;
  if (names.parentId !== undefined) intent.parentId = names.parentId;
  return intent as ApprovedOrder;
}

/**
 * The approval of an intent that was approved, journalled and not yet sent: the journal holds nothing else. Its limits were
 * checked when it was minted and its exposure has been reserved since.
 */
export function reapproved(intent: OrderIntent): ApprovedOrder {
  return intent as ApprovedOrder;
}
