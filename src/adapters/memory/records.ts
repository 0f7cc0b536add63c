/** The books of a memory store: the same questions and answers as the SQLite records. */
import type { IntentId } from '../../core/domain/ids.ts';
import { isTerminal } from '../../core/orders/transitions.ts';
import type { RecordFilter, Records } from '../../ports/records.ts';
import { ordersBySequence, type MemoryStore } from './store.ts';

export function memoryRecords(store: MemoryStore): Records {
  return {
    orders: (filter) => {
      const orders = ordersBySequence(store).filter(
        ({ intent, state }) => (!filter.openOnly || !isTerminal(state)) && fits(filter, intent),
      );
      return newestFirst(orders, filter.limit);
    },
    changes: (intentId: IntentId) =>
      store.changes.filter((change) => change.intentId === intentId).reverse(),
    fills: (filter) => {
      const fills = store.fills
        .filter(({ fill, strategyId, intentId }) =>
          fits(filter, { strategyId, intentId, symbol: fill.symbol }),
        )
        .sort((a, b) => a.fill.at - b.fill.at);
      return newestFirst(fills, filter.limit);
    },
    notes: (filter) =>
      newestFirst(
        store.notes.filter((note) => fits(filter, note)),
        filter.limit,
      ),
    bookings: (filter) =>
      newestFirst(
        store.bookings.filter((booking) => fits(filter, booking)),
        filter.limit,
      ),
    positions: () => [...store.positions.values()],
    balances: () => [...store.balances.values()],
    counts: () => ({
      orders: store.orders.size,
      fills: store.fills.length,
      notes: store.notes.length,
    }),
    close: () => {},
  };
}

/** What a filter looks at. */
type Filtered = Partial<Pick<RecordFilter, 'strategyId' | 'symbol' | 'intentId'>>;

function fits(filter: RecordFilter, { strategyId, symbol, intentId }: Filtered): boolean {
  return (
    (filter.strategyId === undefined || filter.strategyId === strategyId) &&
    (filter.symbol === undefined || filter.symbol === symbol) &&
    (filter.intentId === undefined || filter.intentId === intentId)
  );
}

function newestFirst<Item>(oldestFirst: readonly Item[], limit: number): readonly Item[] {
  return oldestFirst.slice(Math.max(0, oldestFirst.length - limit)).reverse();
}
