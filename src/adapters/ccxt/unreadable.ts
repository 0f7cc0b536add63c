/** Rows of an answer that could not be read, named so that a person finds them at the exchange. */
import type { UnreadableRow } from '../../ports/listing.ts';
import { gatewayFailed } from './errors.ts';
import { redact } from './redact.ts';
import { field, listOf, textOf } from './values.ts';

/** Of a row without an id so much is shown. */
const SHOWN_MAX = 80;

export function unreadable(
  what: UnreadableRow['what'],
  row: unknown,
  about: Omit<UnreadableRow, 'what' | 'name'>,
): UnreadableRow {
  return { what, name: textOf(field(row, 'id')) ?? beginning(row), ...about };
}

/**
 * The rows of an answer. @throws Error `GATEWAY_FAILED` when it is no list, or none of its rows has an id: that is what junk looks like.
 */
export function rowsOf(what: string, answer: unknown): readonly unknown[] {
  const rows = listOf(answer);
  if (rows === undefined) throw gatewayFailed(what, new Error('the answer is no list'));
  if (rows.length > 0 && rows.every((row) => textOf(field(row, 'id')) === undefined))
    throw gatewayFailed(what, new Error('no row of the answer has an id'));
  return rows;
}

/** What the exchange sent, where ccxt has kept it beside its own reading. */
function beginning(row: unknown): string {
  const isKept = typeof row === 'object' && row !== null && 'info' in row;
  const sent = isKept ? row.info : row;
  return redact(JSON.stringify(sent ?? null)).slice(0, SHOWN_MAX);
}
