/** Late news of an order the engine has let go of: find it in the journal and let the engine know it again. */
import type { Fill } from '../core/domain/fill.ts';
import type { OrderReport } from '../core/domain/order.ts';
import { isTerminal } from '../core/orders/transitions.ts';
import type { EngineState } from '../core/engine/state.ts';
import type { Journal } from '../ports/journal.ts';

export function adoptFromJournal(
  state: EngineState,
  journal: Journal,
  news: Fill | OrderReport,
): void {
  const known = 'tradeId' in news ? state.orders.byFill(news) : state.orders.byReport(news);
  if (known) return;
  const { clientOrderId, exchangeOrderId, symbol } = news;
  const key =
    clientOrderId === undefined
      ? { exchangeOrderId, symbol }
      : { clientOrderId, exchangeOrderId, symbol };
  const record = journal.findOrder(key);
  if (!record) return;
  state.orders.add(record);
  if (isTerminal(record.state)) state.orders.retire(record);
}
