/** Why: the story of an order, of a strategy or of a market, in words. */
import { toText } from '../../../core/domain/decimal.ts';
import type { Note } from '../../../core/domain/notes.ts';
import type { OrderRecord } from '../../../core/domain/order.ts';
import type { AttributedFill } from '../../../core/domain/position.ts';
import type { OrderChange } from '../../../ports/journal.ts';
import type { StrategyStatus } from '../../../runtime/statusDocument.ts';
import { fillLine } from './fillText.ts';
import { averagePrice } from './recordRows.ts';
import type { Look } from './look.ts';
import { printable } from './text.ts';
import { utc, utcText } from './values.ts';

/** A note and its words. */
export interface ToldNote {
  readonly note: Note;
  readonly text: string;
}

/** Everything oldest first. */
export interface OrderStory {
  readonly order: OrderRecord;
  /** The intent's reason in words. */
  readonly reason: string;
  readonly changes: readonly OrderChange[];
  readonly fills: readonly AttributedFill[];
  readonly notes: readonly ToldNote[];
}

export interface StrategyStory {
  readonly title: string;
  /** As the running daemon has them; empty without one. */
  readonly decisions: readonly StrategyStatus[];
  readonly running: boolean;
  /** Newest first. */
  readonly notes: readonly ToldNote[];
}

/** Lines without line feeds. */
export function orderStory(
  { order, reason, changes, fills, notes }: OrderStory,
  { paint }: Look,
): string[] {
  const { intent, state } = order;
  const price = priceWords(intent);
  const average = averagePrice(order);
  return [
    paint.strong(
      `${intent.side} ${toText(intent.amount)} ${intent.symbol} ${price} for ${intent.strategyId}: ${state}`,
    ),
    `intent ${intent.intentId}   client ${intent.clientOrderId}   exchange ${order.exchangeOrderId ?? '-'}`,
    `filled ${toText(order.filled)}${average === null ? '' : ` at ${average} on average`}`,
    '',
    `why: ${printable(reason)} [${intent.reason}]`,
    ...inputLines(intent.inputs),
    ...section(
      'what happened',
      changes.map((change) => `${utc(change.at)}  ${changeText(change)}`),
      paint.dim,
    ),
    ...section(
      'fills',
      fills.map((fill) => fillLine(fill, paint)),
      paint.dim,
    ),
    ...section('notes', notes.map(noteLine), paint.dim),
  ];
}

function priceWords({ price, trigger }: OrderRecord['intent']): string {
  if (price) return `limit ${toText(price)}`;
  return trigger ? `at the market once it is at or below ${toText(trigger)}` : 'at the market';
}

export function strategyStory(
  { title, decisions, running, notes }: StrategyStory,
  { paint }: Look,
): string[] {
  return [
    paint.strong(printable(title)),
    ...(running
      ? decisions.flatMap(decisionLines)
      : ['no daemon runs: the last decision is not known, the notes below are from the books']),
    ...section(
      'notes, newest first',
      notes.length === 0 ? ['none'] : notes.map(noteLine),
      paint.dim,
    ),
  ];
}

function decisionLines({ id, state, last_decision: decision }: StrategyStatus): string[] {
  const when = decision.at === null ? 'not yet' : utcText(decision.at);
  return [
    `${id}, ${state}: ${printable(decision.text)} [${decision.code}], ${when}`,
    ...inputLines(decision.inputs),
  ];
}

function inputLines(inputs: Readonly<Record<string, number | string>>): string[] {
  const width = Math.max(0, ...Object.keys(inputs).map((name) => name.length));
  return Object.entries(inputs).map(
    ([name, value]) => `  ${name.padEnd(width)}  ${printable(String(value))}`,
  );
}

function changeText({ from, to, message }: OrderChange): string {
  const words = message === '' ? '' : `: ${printable(message)}`;
  return from === to ? `${to}${words}` : `${from} → ${to}${words}`;
}

function noteLine({ note, text }: ToldNote): string {
  return `${utc(note.at)}  ${printable(text)}${note.intentId === undefined ? '' : `  (${note.intentId})`}`;
}

function section(
  title: string,
  lines: readonly string[],
  paintTitle: (text: string) => string,
): string[] {
  return lines.length === 0 ? [] : ['', paintTitle(title), ...lines.map((line) => `  ${line}`)];
}
