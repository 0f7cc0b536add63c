/** From a proposal to a planned order: risk's verdict, the record, the command; and asking for a cancel. */
import { subtract, toText, ZERO, type Decimal } from '../domain/decimal.ts';
import type { IntentId } from '../domain/ids.ts';
import type { Cause, NoteInputs } from '../domain/notes.ts';
import type { ApprovedOrder, Proposal } from '../domain/order.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import { newRecord, requestCancel as markCancel } from '../orders/lifecycle.ts';
import { isTerminal } from '../orders/transitions.ts';
import { approve } from '../risk/approve.ts';
import type { Refusal } from '../risk/view.ts';
import { keepDust } from './dust.ts';
import { NO_ORIGIN, riskView, type Origin } from './riskView.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/** Puts a proposal to risk; an approved one becomes a PLANNED order and a place command. A refusal is noted once. */
export function plan(
  state: EngineState,
  runtime: StrategyRuntime,
  proposal: Proposal,
  origin: Origin = NO_ORIGIN,
): IntentId | undefined {
  const verdict = doubtOf(runtime, proposal) ?? approve(proposal, riskView(state, runtime, origin));
  if (!verdict.ok) {
    noteRefusal(state, runtime, proposal, verdict);
    if (isTooLittle(verdict, proposal, runtime)) keepDust(state, runtime);
    return undefined;
  }
  runtime.refusals.delete(proposal.tag ?? '');
  const { order, wanted } = verdict;
  takePart(state, runtime, proposal, verdict);
  if (proposal.purpose === 'entry' && wanted !== order.amount && wanted.gt(order.amount))
    noteCut(state, runtime, verdict);
  commit(state, runtime, order);
  return order.intentId;
}

/**
 * Keeps what comes after the first part of an exit that is more than the exchange takes in one order; of one that waited for the
 * guard it is kept already. Any other exit ends what was sold in parts.
 */
export function takePart(
  state: EngineState,
  runtime: StrategyRuntime,
  proposal: Proposal,
  { order, wanted }: { readonly order: ApprovedOrder; readonly wanted: Decimal },
): void {
  if (proposal.purpose !== 'exit' || runtime.parts?.orderId === order.intentId) return;
  const isFirst = runtime.parts === undefined;
  const left = subtract(wanted, order.amount);
  runtime.parts = left.gt(ZERO) ? { orderId: order.intentId, proposal, left } : undefined;
  if (isFirst && runtime.parts !== undefined) noteCut(state, runtime, { order, wanted });
}

function noteCut(
  state: EngineState,
  { spec, market }: StrategyRuntime,
  { order, wanted }: { readonly order: ApprovedOrder; readonly wanted: Decimal },
): void {
  state.out.note({
    at: state.now,
    code: order.purpose === 'exit' ? 'EXIT_IN_PARTS' : 'ORDER_CUT',
    strategyId: spec.id,
    symbol: spec.symbol,
    intentId: order.intentId,
    inputs: {
      wanted: toText(wanted),
      amount: toText(order.amount),
      base: market.instrument.base,
    },
  });
}

/** Whether a sale is refused for nothing but what strangers hold. */
export function isLockedIn(
  state: EngineState,
  runtime: StrategyRuntime,
  proposal: Proposal,
): boolean {
  if (state.strangers.size === 0) return false;
  const isRefused = (origin: Origin): boolean =>
    !approve(proposal, riskView(state, runtime, origin)).ok;
  return isRefused(NO_ORIGIN) && !isRefused({ isAlone: true });
}

/** Everything that is held was to be sold at the market, and is too little for it. */
function isTooLittle(
  { code }: Refusal,
  { purpose, type, amount }: Proposal,
  { holding }: StrategyRuntime,
): boolean {
  if (purpose !== 'exit' || type !== 'market') return false;
  if (code !== 'AMOUNT_TOO_SMALL' && code !== 'NOTIONAL_TOO_SMALL') return false;
  return amount?.gte(holding.position.amount) === true;
}

/** What a strategy had on its way when the last run ended may be at the exchange: it must not be entered a second time. */
function doubtOf({ doubted }: StrategyRuntime, { purpose }: Proposal): Refusal | undefined {
  if (doubted.length === 0 || purpose !== 'entry') return undefined;
  const order = doubted.find(({ state }) => state === 'UNKNOWN');
  if (!order) return undefined;
  const { intentId } = order.intent;
  return { ok: false, code: 'ORDER_IN_DOUBT', inputs: { intentId } };
}

/** An approved order becomes one of the strategy's, journalled and sent after this step. */
export function commit(state: EngineState, runtime: StrategyRuntime, order: ApprovedOrder): void {
  const { spec } = runtime;
  state.nextSequence = Math.max(state.nextSequence, order.sequence + 1);
  const record = newRecord(order);
  state.orders.add(record);
  runtime.orders.add(record);
  state.book.reserve(record, runtime.market.instrument);
  state.out.touch(record);
  state.out.command({ kind: 'place', order });
  state.out.keep(runtime);
  state.out.note({
    at: state.now,
    code: 'ORDER_PLANNED',
    strategyId: spec.id,
    symbol: spec.symbol,
    intentId: order.intentId,
    inputs: {
      ...order.inputs,
      side: order.side,
      amount: toText(order.amount),
      symbol: order.symbol,
      price: priceText(order),
      reason: order.reason,
    },
  });
}

/** Where an order sells or buys, in words. */
export function priceText({ price, trigger }: Pick<ApprovedOrder, 'price' | 'trigger'>): string {
  if (price !== undefined) return toText(price);
  return trigger === undefined ? 'market' : `market below ${toText(trigger)}`;
}

/** Notes a refusal unless the last proposal of the same tag was refused for the same reason. */
export function noteRefusal(
  state: EngineState,
  runtime: StrategyRuntime,
  proposal: Proposal,
  { code, inputs }: Refusal,
): void {
  const { spec, refusals } = runtime;
  const tag = proposal.tag ?? '';
  const isRepeated = refusals.get(tag)?.code === code;
  // The numbers of the last one count.
  refusals.set(tag, { code, inputs });
  if (isRepeated) return;
  const wanted = { wanted: `${proposal.side} ${proposal.type}`, for: proposal.reason };
  state.out.note({
    at: state.now,
    code,
    strategyId: spec.id,
    symbol: spec.symbol,
    inputs: { ...inputs, ...wanted },
  });
}

/** Records a decision in place; a note is made only when its code differs from the last one. */
export function decide(
  state: EngineState,
  runtime: StrategyRuntime,
  made: {
    readonly code: ReasonCode;
    readonly inputs: NoteInputs;
    readonly cause?: Cause | undefined;
  },
): void {
  const { decision, spec } = runtime;
  const { code, inputs, cause } = made;
  if (decision.code !== code) {
    state.out.note({
      at: state.now,
      code,
      strategyId: spec.id,
      symbol: spec.symbol,
      inputs: { ...inputs },
    });
    state.out.keep(runtime);
  }
  decision.at = state.now;
  decision.code = code;
  decision.inputs = inputs;
  decision.cause = cause;
}

/** Asks for the cancel of a live order, once. */
export function requestCancel(state: EngineState, intentId: IntentId, reason: string): void {
  const record = state.orders.get(intentId);
  if (!record || isTerminal(record.state)) return;
  const result = markCancel(record, state.now);
  if (!result.touched) return;
  state.out.touch(record);
  if (result.change) state.out.transition(record, result.change, state.now);
  state.out.command({ kind: 'cancel', intentId, symbol: record.intent.symbol, reason });
}
