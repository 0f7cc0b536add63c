/** Late news of an order the engine has let go of: find it in the journal and let the engine know it again. */
import type { Fill } from '../core/domain/fill.ts';
import type { OrderReport } from '../core/domain/order.ts';
import { knowAgain } from '../core/engine/recorded.ts';
import type { EngineState } from '../core/engine/state.ts';
import type { Journal } from '../ports/journal.ts';
import type { Recorder } from '../ports/recorder.ts';

export function adoptFromJournal(
  state: EngineState,
  means: { readonly journal: Journal; readonly recorder?: Recorder | undefined },
  news: Fill | OrderReport,
): void {
  const { journal, recorder } = means;
  const known = 'tradeId' in news ? state.orders.byFill(news) : state.orders.byReport(news);
  if (known) return;
  const { clientOrderId, exchangeOrderId, symbol } = news;
  const key =
    clientOrderId === undefined
      ? { exchangeOrderId, symbol }
      : { clientOrderId, exchangeOrderId, symbol };
  const record = journal.findOrder(key);
  if (!record) return;
  recorder?.known(record);
  knowAgain(state, record);
}
