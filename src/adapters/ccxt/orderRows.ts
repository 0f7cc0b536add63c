/** The rows of an answer about orders, and which of them a look-up is about. */
import { exchangeOrderId } from '../../core/domain/ids.ts';
import type { OrderReport } from '../../core/domain/order.ts';
import type { OrderRef } from '../../ports/exchangeGateway.ts';
import type { Listing, UnreadableRow } from '../../ports/listing.ts';
import type { OrderRules } from './quirks/orderRules.ts';
import { clientIdOf, readOrder } from './reports.ts';
import type { ReportContext } from './reports.ts';
import { rowsOf, unreadable } from './unreadable.ts';
import { field, textOf } from './values.ts';

/** Rows of other markets are left out. @throws Error `GATEWAY_FAILED` when the answer is no list of orders */
export function orderRows(answer: unknown, context: ReportContext): Listing<OrderReport> {
  const { symbol, isListed = () => true } = context;
  const reports: OrderReport[] = [];
  const others: UnreadableRow[] = [];
  for (const row of rowsOf(`orders of ${symbol}`, answer)) {
    const market = textOf(field(row, 'symbol'));
    if (market !== undefined && market !== symbol && isListed(market)) continue;
    const reading =
      market === symbol
        ? readOrder(row, context)
        : { problem: `the market ${market ?? 'not said'}` };
    if ('row' in reading) reports.push(reading.row);
    else others.push(unreadableOrder(row, context, reading.problem));
  }
  return { rows: reports, unreadable: others };
}

function unreadableOrder(
  row: unknown,
  { symbol, idForm }: ReportContext,
  problem: string,
): UnreadableRow {
  const id = textOf(field(row, 'id'));
  const ours = clientIdOf(row, idForm);
  return unreadable('order', row, {
    symbol,
    problem,
    ...(id !== undefined && { exchangeOrderId: exchangeOrderId(id) }),
    ...(ours !== undefined && { clientOrderId: ours }),
  });
}

/**
 * The row about this order; undefined when the list has none.
 * @throws Error when one of the rows may be about it and does not say so: then its absence is not proved.
 */
export function findOrder(
  { rows, unreadable: others }: Listing<OrderReport>,
  ref: OrderRef,
  { clientId }: Pick<OrderRules, 'clientId'>,
): OrderReport | undefined {
  const found = rows.find((report) => isAbout(report, ref));
  if (found !== undefined) return found;
  const nameless = rows.filter((report) => report.clientOrderId === undefined);
  const isDoubtful = (row: Names): boolean => mayBeAbout(row, ref, clientId.listed);
  if (nameless.some(isDoubtful)) throw new Error(`an order of ${ref.symbol} has no client id`);
  const doubt = others.find(isDoubtful);
  if (doubt !== undefined)
    throw new Error(`order ${doubt.name} of ${ref.symbol} cannot be read: ${doubt.problem}`);
  return undefined;
}

type Names = Pick<OrderReport, 'clientOrderId'> & Partial<Pick<OrderReport, 'exchangeOrderId'>>;

/** By our id; by the exchange's where the row has no other. */
export function isAbout(
  { clientOrderId, exchangeOrderId: id }: OrderReport,
  ref: OrderRef,
): boolean {
  return clientOrderId === undefined
    ? id === ref.exchangeOrderId
    : clientOrderId === ref.clientOrderId;
}

function mayBeAbout(
  { clientOrderId, exchangeOrderId: id }: Names,
  ref: OrderRef,
  listed: OrderRules['clientId']['listed'],
): boolean {
  if (clientOrderId !== undefined) return clientOrderId === ref.clientOrderId;
  if (id === undefined) return true;
  // Ours have their id in every list: one without is somebody else's.
  if (listed === 'always') return false;
  if (ref.exchangeOrderId !== undefined) return id === ref.exchangeOrderId;
  return ref.isOther?.(id) !== true;
}
