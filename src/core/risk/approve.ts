/**
 * The gate between wanting and sending, and the only mint of ApprovedOrder.
 *
 * Checks, in this order; the first that fails names the refusal:
 *  1. the proposal is well formed (spot: entries buy, exits sell);
 *  2. the engine is armed — without it not even exits, because the books are not reconciled yet;
 *  3. entries only: not paused, the symbol not halted, market data fresh, no cooldown after a stop-loss;
 *  4. a price is known and the limit price is valid. Exits pass check 3 on stale data, because a way out must stay open, but
 *     never without any price;
 *  5. the limit price lies in the price band around the last price, and among the prices that the exchange takes;
 *  6. size: lots, smallest and largest amount, smallest and largest value, those of orders at the market apart. Exits are cut to
 *     what is held and not yet being sold, and to what the account has of it; exits and entries to the largest allowed order,
 *     entries to what the account may still hold, too;
 *  7. places on the exchange's book, of which some are kept for guards;
 *  8. entries only: what is bought could be sold again where it would be given up, after its fee and rounded to lots; number of
 *     open orders, funds, the strategy's exposure, total exposure. Open orders count in full.
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
  minOf,
  subtract,
  toFloat,
  toText,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import type { IntentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { ApprovedOrder, OrderIntent, OrderType, Proposal, Side } from '../domain/order.ts';
import { quoteNeeded } from './exposure.ts';
import { sizeGuard, type GuardProposal } from './guardSize.ts';
import { priceRefusal } from './marketRules.ts';
import { entryCut, exitCut, exitRefusal, sizeRefusal } from './sizeChecks.ts';
import { amountFor, exactPrice, isPrice, lotAmount, tickPrice } from './sizing.ts';
import { isRefusal, refuse, type OrderNames, type Refusal, type RiskView } from './view.ts';

export type GuardApproval =
  | { readonly ok: true; readonly stop: ApprovedOrder; readonly target: ApprovedOrder | undefined }
  | Refusal;

/** `wanted` is more than the order's amount when that was cut to what the exchange takes in one order. */
export type Approval =
  { readonly ok: true; readonly order: ApprovedOrder; readonly wanted: Decimal } | Refusal;

interface Priced {
  /** Absent for market orders. */
  readonly limit?: Decimal | undefined;
  /** The limit, the trigger, or the last price. */
  readonly reference: Decimal;
}

const NO_INPUTS: NoteInputs = {};

/** Sizes, rounds and checks a proposal. Pure but for `view.identify`. */
export function approve(proposal: Proposal, view: RiskView): Approval {
  const refusal = malformed(proposal) ?? closed(proposal, view);
  if (refusal !== undefined) return refusal;
  const priced = price(proposal, view);
  if (isRefusal(priced)) return priced;
  const { type, purpose, side, reason, inputs, tag } = proposal;
  const shape = { type, side, reference: priced.reference };
  const whole = wantedAmount(proposal, priced.reference, view);
  const cut = purpose === 'exit' ? exitCut(whole, shape, view) : entryCut(whole, shape, view);
  if (isRefusal(cut)) return cut;
  const { amount, wanted } = cut;
  const overLimit =
    sizeRefusal(amount, shape, view.instrument) ??
    placeRefusal(proposal, view) ??
    (purpose === 'entry' ? entryRefusal(amount, priced.reference, proposal, view) : undefined);
  if (overLimit !== undefined) return overLimit;
  const checked = { type, purpose, side, reason, inputs, tag, amount, ...priced };
  return { ok: true, order: mint(checked, view.identify(side), view), wanted };
}

/** An order that would rest needs a place on the exchange's book. */
function placeRefusal({ type, purpose }: Proposal, view: RiskView): Refusal | undefined {
  const places = type === 'market' ? undefined : view.places?.();
  if (places === undefined) return undefined;
  const { open, most } = places;
  const kept = purpose === 'entry' ? places.kept : 0;
  if (open + kept < most) return undefined;
  return refuse('EXCHANGE_FULL', { open, most, kept, symbol: view.instrument.symbol });
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
  return priceRefusal(limit, proposal, instrument, lastPrice) ?? { limit, reference: limit };
}

/**
 * The amount asked for, on a lot; what a quote value buys at `reference`, taker fee included. Never more than the order it
 * replaces left unfilled.
 */
function wantedAmount(
  proposal: Proposal,
  reference: Decimal,
  { instrument, amountMax }: RiskView,
): Decimal {
  const wanted =
    proposal.quote === undefined
      ? lotAmount(proposal.amount ?? ZERO, instrument)
      : amountFor(proposal.quote, reference, instrument);
  return amountMax === undefined ? wanted : minOf(wanted, amountMax);
}

function entryRefusal(
  amount: Decimal,
  reference: Decimal,
  { price: limit, exitPrice }: Proposal,
  view: RiskView,
): Refusal | undefined {
  const paid = limit === undefined ? view.lastPrice : toFloat(reference);
  return exitRefusal(amount, paid, exitPrice, view) ?? limitRefusal(amount, reference, view);
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

/**
 * Approves a sell at the market past all books, for the day when there are none. Only what the exchange itself demands of such an
 * order is checked: that is all that is known then.
 */
export function approveBareSale(intent: BareSale, instrument: Instrument): Approval {
  const { amount, referencePrice: reference } = intent;
  const refusal = sizeRefusal(amount, { type: 'market', side: 'sell', reference }, instrument);
  return refusal ?? { ok: true, order: intent as ApprovedOrder, wanted: amount };
}

/** An order that can do nothing but sell at the market. */
export type BareSale = OrderIntent & {
  readonly type: 'market';
  readonly side: 'sell';
  readonly purpose: 'exit';
};
