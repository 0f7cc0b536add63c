/** The rows of an answer about own trades: executions, and what could not be read, each at its place in the page. */
import type { Fill } from '../../core/domain/fill.ts';
import { exchangeOrderId, type MarketSymbol } from '../../core/domain/ids.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { Listing, UnreadableRow } from '../../ports/listing.ts';
import { readFill, type ReportContext } from './reports.ts';
import { rowsOf, unreadable } from './unreadable.ts';
import { field, millisOf, textOf } from './values.ts';

/** How the rows of an exchange are read. */
export type TradeReading = Pick<ReportContext, 'readFees' | 'isListed'>;

/** One row. Neither an execution nor unreadable: it is of another market. */
export interface TradeRow {
  /** The same row has the same key in every page. */
  readonly key: string;
  /** The exchange's id and time, where they could be read. */
  readonly id: string | undefined;
  readonly at: Millis | undefined;
  readonly fill?: Fill;
  readonly unreadable?: UnreadableRow;
}

/** @throws Error `GATEWAY_FAILED` when the answer is no list of trades */
export function tradeRows(
  symbol: MarketSymbol,
  answer: unknown,
  reading: TradeReading = {},
): readonly TradeRow[] {
  return rowsOf(`own trades of ${symbol}`, answer).map((row) => tradeRow(row, symbol, reading));
}

function tradeRow(
  row: unknown,
  symbol: MarketSymbol,
  { readFees, isListed = () => true }: TradeReading,
): TradeRow {
  const id = textOf(field(row, 'id'));
  const at = millisOf(field(row, 'timestamp'));
  const market = textOf(field(row, 'symbol')) ?? symbol;
  const isOther = market !== symbol;
  if (isOther && isListed(market)) return { key: `${market} ${id ?? ''}`, id, at };
  const reading = isOther
    ? { problem: `the market ${market}` }
    : readFill(row, { symbol, readFees });
  if ('row' in reading) {
    const { side, tradeId } = reading.row;
    return { key: `${side} ${tradeId}`, id, at, fill: reading.row };
  }
  const order = textOf(field(row, 'order'));
  const found = unreadable('trade', row, {
    symbol,
    problem: reading.problem,
    ...(order !== undefined && { exchangeOrderId: exchangeOrderId(order) }),
  });
  return { key: `unreadable ${found.name}`, id, at, unreadable: found };
}

/** What of these rows is of a time or later; what says no time may be. */
export function listingOf(rows: Iterable<TradeRow>, since: Millis): Listing<Fill> {
  const fills: Fill[] = [];
  const others: UnreadableRow[] = [];
  for (const { at, fill, unreadable: found } of rows) {
    if (at !== undefined && at < since) continue;
    if (fill !== undefined) fills.push(fill);
    if (found !== undefined) others.push(found);
  }
  return { rows: fills, unreadable: others };
}
