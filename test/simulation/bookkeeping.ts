/** What a process holds in memory and what it has been told, against what it has on record. */
import type { Session } from '../../src/runtime/session.ts';
import { exact, sumOf, ZERO, type Exact } from './exact.ts';
import type { JournalReader } from './reader.ts';

/** Worst-case factor on an open buy, as risk has it: the taker fee. */
const FEE_FACTOR = exact('1.001');

/** A number of the program's or of the oracle's. */
interface Text {
  toString(): string;
}

/** Quote that a buy may still spend. */
export function quoteAtWork(order: {
  readonly side: string;
  readonly amount: Text;
  readonly filled: Text;
  readonly referencePrice: Text;
}): Exact {
  if (order.side !== 'buy') return ZERO;
  const unfilled = exact(order.amount).minus(exact(order.filled));
  if (unfilled.isNegative()) return ZERO;
  return unfilled.times(exact(order.referencePrice)).times(FEE_FACTOR);
}

/** Where risk counts another amount of quote as promised than the journal's open buys and what waits come to; empty when nowhere. */
export function wrongReservation({ state }: Session, reader: JournalReader): string {
  const open = reader.openOrders();
  for (const { spec, waiting } of state.strategies.values()) {
    const { id } = spec;
    const expected = sumOf([
      ...open.filter(({ strategyId }) => strategyId === id).map(quoteAtWork),
      ...waiting.map(({ record: { intent } }) => quoteAtWork({ ...intent, filled: ZERO })),
    ]);
    const { openBuys } = state.book.of(id);
    if (!exact(openBuys).eq(expected))
      return `risk has ${openBuys.toString()} reserved for buys of ${id}, its open orders come to ${expected.toString()}`;
  }
  return '';
}
