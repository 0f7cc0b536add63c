/** What a process holds in memory and what it has been told, against what it has on record. */
import { dec, maxOf, sumOf, ZERO, type Decimal } from '../../src/core/domain/decimal.ts';
import type { Session } from '../../src/runtime/session.ts';
import type { JournalReader } from './reader.ts';

/** Worst-case factor on an open buy, as risk has it: the taker fee. */
const FEE_FACTOR = dec('1.001');

/** Quote that a buy may still spend. */
export function quoteAtWork(order: {
  readonly side: string;
  readonly amount: Decimal;
  readonly filled: Decimal;
  readonly referencePrice: Decimal;
}): Decimal {
  if (order.side !== 'buy') return ZERO;
  const unfilled = maxOf(order.amount.minus(order.filled), ZERO);
  return unfilled.times(order.referencePrice).times(FEE_FACTOR);
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
    if (!openBuys.eq(expected))
      return `risk has ${openBuys.toString()} reserved for buys of ${id}, its open orders come to ${expected.toString()}`;
  }
  return '';
}
