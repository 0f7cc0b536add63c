/** An answer of the exchange may carry executions that came before, by another way. */
import type { OrderReportEvent } from '../core/domain/events.ts';
import type { Fill } from '../core/domain/fill.ts';
import type { Journal } from '../ports/journal.ts';

/** The report with those of its fills that are not on record, each once and under its order's name. */
export function withNewFills(
  event: OrderReportEvent,
  journal: Pick<Journal, 'hasFill'>,
): OrderReportEvent {
  const { report } = event;
  const { fills, clientOrderId } = report;
  if (fills.length === 0) return event;
  const seen = new Set<string>();
  const isNew = (fill: Fill): boolean => {
    if (journal.hasFill(fill) || seen.has(fill.tradeId)) return false;
    seen.add(fill.tradeId);
    return true;
  };
  const named = (fill: Fill): Fill =>
    clientOrderId === undefined || fill.clientOrderId === clientOrderId
      ? fill
      : { ...fill, clientOrderId };
  return { ...event, report: { ...report, fills: fills.filter(isNew).map(named) } };
}
