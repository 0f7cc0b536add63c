/**
 * The life of an order: what a report, a fill or the outcome of a send does to its record.
 * Everything here may come twice, late or out of order. The state is a function of what is known (sum of fills, reported
 * amount, final word), so a repetition changes nothing; what contradicts is noted and not applied.
 */
import { add, toFloat, toText, ZERO } from '../domain/decimal.ts';
import type { OutcomeEvent } from '../domain/events.ts';
import type { Fill } from '../domain/fill.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { OrderIntent, OrderRecord, OrderReport, OrderState } from '../domain/order.ts';
import type { OrderReason } from '../domain/reasons.ts';
import type { Millis } from '../domain/time.ts';
import { isLegal, isTerminal } from './transitions.ts';

/** One transition that was made. */
export interface StateChange {
  readonly from: OrderState;
  readonly to: OrderState;
  readonly message: string;
}

/** What applying one piece of news to a record did. */
export interface LifecycleResult {
  /** True when the record differs from before, its state or only its numbers: it must be kept. */
  readonly touched: boolean;
  /** The transition made; undefined when the state stayed. */
  readonly change: StateChange | undefined;
  readonly note: { readonly code: OrderReason; readonly inputs: NoteInputs } | undefined;
  /** The exchange reports more filled than the fills we know: fetch the trades. */
  readonly gap: boolean;
}

type OrderNote = NonNullable<LifecycleResult['note']>;
type Outcome = Pick<OutcomeEvent, 'outcome' | 'message' | 'at'>;

/** A record of an intent that has not been sent. */
export function newRecord(intent: OrderIntent): OrderRecord {
  return {
    intent,
    state: 'PLANNED',
    filled: ZERO,
    filledQuote: ZERO,
    reportedFilled: ZERO,
    cancelRequested: false,
    message: '',
    updatedAt: intent.createdAt,
  };
}

/**
 * Applies the exchange's word. Fills that came along in `report.fills` are not applied here: pass each new one to
 * `applyFill` first, so that an order which is complete with them becomes terminal at once.
 */
export function applyReport(record: OrderRecord, report: OrderReport): LifecycleResult {
  const contradiction = contradictionOf(record, report);
  if (contradiction !== undefined) return contradict(record, contradiction, report.at, report);
  // It ended with nothing filled, as we have it.
  if (isThoughtAbsent(record)) return unchanged(record);
  const touched = absorb(record, report);
  if (isRefusal(record, report)) return move(record, 'REJECTED', report.at);
  const result = settle(record, report.at);
  if (!touched) return result;
  stamp(record, report.at);
  return asTouched(result);
}

/**
 * Counts one execution, whatever state the order is in: a fill is a fact. The caller passes each trade id once.
 * An order whose whole amount is filled is FILLED even before the exchange says so: nothing more can happen to it.
 */
export function applyFill(record: OrderRecord, fill: Fill): LifecycleResult {
  const before = record.state;
  const isImpossible = isThoughtAbsent(record) || before === 'REJECTED';
  record.exchangeOrderId ??= fill.exchangeOrderId;
  record.filled = add(record.filled, fill.amount);
  record.filledQuote = add(record.filledQuote, fill.price.times(fill.amount));
  const result = isImpossible ? quarantine(record, 'PARTIAL', fill.at) : settle(record, fill.at);
  stamp(record, fill.at);
  if (!isTerminal(before) || before === 'NOT_PLACED') return asTouched(result);
  const note: OrderNote = {
    code: 'LATE_FILL',
    inputs: { amount: toText(fill.amount), state: before },
  };
  return { touched: true, change: result.change, note, gap: result.gap };
}

/** From which states an outcome of sending is believed, and whether it is merely late elsewhere. */
const SEND_OUTCOMES: Readonly<
  Record<
    Exclude<Outcome['outcome'], 'cancelFailed' | 'late'>,
    {
      readonly to: OrderState;
      readonly from: readonly OrderState[];
      readonly lateIsHarmless: boolean;
    }
  >
> = {
  sending: { to: 'SENDING', from: ['PLANNED'], lateIsHarmless: true },
  // From PLANNED: its permit is gone, and nobody knows what with it.
  unknown: { to: 'UNKNOWN', from: ['PLANNED', 'SENDING'], lateIsHarmless: true },
  rejected: { to: 'REJECTED', from: ['SENDING', 'UNKNOWN'], lateIsHarmless: false },
  notPlaced: {
    to: 'NOT_PLACED',
    from: ['UNKNOWN', 'QUARANTINED'],
    lateIsHarmless: false,
  },
  expired: { to: 'EXPIRED', from: ['PLANNED'], lateIsHarmless: false },
  denied: { to: 'DENIED', from: ['PLANNED'], lateIsHarmless: false },
  withheld: { to: 'EXPIRED', from: ['SENDING'], lateIsHarmless: false },
  forgotten: { to: 'QUARANTINED', from: ['ACKED', 'CANCELLING', 'UNKNOWN'], lateIsHarmless: true },
};

/** Applies what became of sending or cancelling, as the executor classified it. */
export function applyOutcome(record: OrderRecord, outcome: Outcome): LifecycleResult {
  if (outcome.outcome === 'cancelFailed') return cancelFailed(record, outcome);
  if (outcome.outcome === 'late') return late(record, outcome);
  const rule = SEND_OUTCOMES[outcome.outcome];
  if (rule.from.includes(record.state)) {
    record.message = outcome.message;
    return move(record, rule.to, outcome.at);
  }
  const repeated = record.state === rule.to;
  if (repeated || rule.lateIsHarmless) return unchanged(record);
  return contradict(record, rule.to, outcome.at);
}

/**
 * A cancel is wanted. An order at the exchange becomes CANCELLING; one that is not known to be there yet keeps its
 * state and becomes CANCELLING when it turns out to be. Nothing happens to a terminal order.
 */
export function requestCancel(record: OrderRecord, at: Millis): LifecycleResult {
  if (isTerminal(record.state) || record.cancelRequested) return unchanged(record);
  record.cancelRequested = true;
  stamp(record, at);
  const isAtExchange = record.state === 'ACKED' || record.state === 'PARTIAL';
  return isAtExchange ? move(record, 'CANCELLING', at) : asTouched(unchanged(record));
}

/** True when the exchange reports more filled than the fills we know. */
export function hasFillGap(record: OrderRecord): boolean {
  const expected = expectedFilled(record);
  return !expected.isZero() && record.filled.lt(expected);
}

/** An exit, or the cancel of an order, that should have left. */
function late(record: OrderRecord, { message }: Outcome): LifecycleResult {
  if (isTerminal(record.state)) return unchanged(record);
  const what = record.cancelRequested ? 'cancel' : 'exit';
  return { ...unchanged(record), note: { code: 'EXIT_LATE', inputs: { what, message } } };
}

function cancelFailed(record: OrderRecord, outcome: Outcome): LifecycleResult {
  if (!record.cancelRequested || isTerminal(record.state)) return unchanged(record);
  record.cancelRequested = false;
  record.message = outcome.message;
  stamp(record, outcome.at);
  const result = record.state === 'CANCELLING' ? settle(record, outcome.at) : unchanged(record);
  return asTouched(result);
}

/** The state a report claims when it cannot be true of this record. */
function contradictionOf(record: OrderRecord, report: OrderReport): OrderState | undefined {
  const isEndUnfilled =
    report.status === 'canceled' || report.status === 'expired' || report.status === 'rejected';
  if (record.state === 'FILLED') {
    return isEndUnfilled && report.filled.lt(record.filled) ? 'CANCELLED' : undefined;
  }
  if (!isThoughtAbsent(record)) return undefined;
  return isEndUnfilled && report.filled.isZero() ? undefined : 'ACKED';
}

/**
 * Ended in a way that says the exchange never had it, and it was never seen to have it. NOT_PLACED is left out: its late arrival is a
 * legal truth.
 */
function isThoughtAbsent({ state, exchangeOrderId }: OrderRecord): boolean {
  const isRefusal = state === 'REJECTED' || state === 'DENIED' || state === 'EXPIRED';
  return isRefusal && exchangeOrderId === undefined;
}

/** Refused by the exchange after it was taken, with nothing filled. */
function isRefusal(record: OrderRecord, report: OrderReport): boolean {
  return (
    report.status === 'rejected' &&
    record.filled.isZero() &&
    record.reportedFilled.isZero() &&
    isLegal(record.state, 'REJECTED')
  );
}

/** Takes over what the report knows; amounts only grow. True when anything was new. */
function absorb(record: OrderRecord, report: OrderReport): boolean {
  let touched = false;
  if (record.exchangeOrderId === undefined) {
    record.exchangeOrderId = report.exchangeOrderId;
    touched = true;
  }
  if (report.filled.gt(record.reportedFilled)) {
    record.reportedFilled = report.filled;
    touched = true;
  }
  const word = finalWord(report);
  if (word !== undefined && record.terminalReport !== word && record.terminalReport !== 'FILLED') {
    record.terminalReport = word;
    touched = true;
  }
  return touched;
}

function finalWord(report: OrderReport): OrderRecord['terminalReport'] {
  switch (report.status) {
    case 'open':
      return undefined;
    case 'closed':
      return 'FILLED';
    case 'expired':
      return 'EXPIRED';
    case 'canceled':
    case 'rejected':
      return 'CANCELLED';
  }
}

/** Moves the record to the state that its numbers and its final word imply, where that is legal. */
function settle(record: OrderRecord, at: Millis): LifecycleResult {
  const state = impliedState(record);
  if (record.state === state) return unchanged(record);
  // What stays open cannot follow an end or a quarantine: late or repeated news, already counted.
  return isLegal(record.state, state) ? move(record, state, at) : unchanged(record);
}

function impliedState(record: OrderRecord): OrderState {
  if (record.filled.gte(record.intent.amount)) return 'FILLED';
  if (record.terminalReport !== undefined && !hasFillGap(record)) return record.terminalReport;
  // One that turns up stands, to begin with; the next word says what has traded, or the cancel, asked for again, moves it on.
  if (record.state === 'PLANNED' || record.state === 'NOT_PLACED') return 'ACKED';
  if (record.cancelRequested) return 'CANCELLING';
  return record.filled.isZero() ? 'ACKED' : 'PARTIAL';
}

/** Sum of fills the exchange's word amounts to. "Closed" with no amount given means the whole order. */
function expectedFilled(record: OrderRecord): OrderRecord['filled'] {
  const isSilent = record.terminalReport === 'FILLED' && record.reportedFilled.isZero();
  return isSilent ? record.intent.amount : record.reportedFilled;
}

function move(record: OrderRecord, to: OrderState, at: Millis): LifecycleResult {
  const from = record.state;
  record.state = to;
  stamp(record, at);
  const note = from === 'NOT_PLACED' ? LATE_ORDER : noteOf(record, to);
  return {
    touched: true,
    change: { from, to, message: record.message },
    note,
    gap: hasFillGap(record),
  };
}

const LATE_ORDER: OrderNote = { code: 'LATE_ORDER', inputs: {} };

function noteOf(record: OrderRecord, to: OrderState): OrderNote | undefined {
  switch (to) {
    case 'FILLED': {
      const averagePrice = toFloat(record.filledQuote) / toFloat(record.filled);
      return { code: 'ORDER_FILLED', inputs: { filled: toText(record.filled), averagePrice } };
    }
    case 'CANCELLED':
      return { code: 'ORDER_CANCELLED', inputs: { filled: toText(record.filled) } };
    case 'REJECTED':
      return { code: 'ORDER_REJECTED', inputs: { message: record.message } };
    case 'EXPIRED':
      return { code: 'ORDER_EXPIRED', inputs: { message: record.message } };
    case 'QUARANTINED':
      return { code: 'ORDER_FORGOTTEN', inputs: { message: record.message } };
    case 'DENIED':
      return { code: 'ORDER_DENIED', inputs: { message: record.message } };
    case 'UNKNOWN':
      return { code: 'ORDER_UNKNOWN', inputs: { message: record.message } };
    case 'NOT_PLACED':
      return { code: 'ORDER_NOT_PLACED', inputs: { message: record.message } };
    default:
      return undefined;
  }
}

/**
 * News that cannot be true: noted once, not applied. When it says that an order lives which we hold for never placed, the
 * order is quarantined, so that its exposure is reserved again until an operator has looked.
 */
function contradict(
  record: OrderRecord,
  claimed: OrderState,
  at: Millis,
  report?: OrderReport,
): LifecycleResult {
  if (isThoughtAbsent(record)) {
    const result = quarantine(record, claimed, at);
    if (report) absorb(record, report);
    return { ...result, gap: hasFillGap(record) };
  }
  const message = claimOf(record, claimed);
  if (record.message === message) return unchanged(record);
  record.message = message;
  stamp(record, at);
  return { touched: true, change: undefined, note: illegal(record, claimed), gap: false };
}

function quarantine(record: OrderRecord, claimed: OrderState, at: Millis): LifecycleResult {
  const note = illegal(record, claimed);
  record.message = claimOf(record, claimed);
  return { ...move(record, 'QUARANTINED', at), note };
}

function claimOf({ state }: OrderRecord, claimed: OrderState): string {
  return `reported ${claimed} while ${state}`;
}

function illegal({ state }: OrderRecord, claimed: OrderState): OrderNote {
  return { code: 'TRANSITION_ILLEGAL', inputs: { from: state, to: claimed } };
}

function unchanged(record: OrderRecord): LifecycleResult {
  return { touched: false, change: undefined, note: undefined, gap: hasFillGap(record) };
}

function asTouched({ change, note, gap }: LifecycleResult): LifecycleResult {
  return { touched: true, change, note, gap };
}

function stamp(record: OrderRecord, at: Millis): void {
  if (at > record.updatedAt) record.updatedAt = at;
}
