/** I14: what strategies hold of a coin is there, or its symbol is halted and says so. */
import { HOLD } from '../../src/core/engine/halts.ts';
import { formatAtoms } from '../../src/simulator/engine/amounts.ts';
import { exact, sumOf } from './exact.ts';
import type { SimExchange } from './exchange.ts';
import type { JournalReader } from './reader.ts';

/**
 * The first coin of which positions say more than is there while its symbol trades, in words; empty when there is none. What a lie has
 * sold twice, or what a restored copy has forgotten, is not judged. A hold waits for something else and says nothing of coins.
 */
export function uncovered(
  exchange: SimExchange,
  reader: JournalReader,
  forgotten: ReadonlySet<string>,
): string {
  if (forgotten.size > 0 || exchange.claims.lies.size > 0) return '';
  const { halted } = reader.flags();
  const positions = reader.positions();
  for (const { symbol, instrument } of exchange.markets) {
    const held = sumOf(positions.filter((it) => it.symbol === symbol).map(({ amount }) => amount));
    const has = exact(formatAtoms(exchange.totalOf(instrument.base)));
    const reason = halted.get(symbol) ?? HOLD;
    if (held.gt(has) && reason.startsWith(HOLD))
      return `${symbol}: positions are ${held.toString()}, the account has ${has.toString()}`;
  }
  return '';
}
