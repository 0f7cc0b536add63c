/** The running sums of open orders and positions against the same sums made anew from all there is. */
import { toText } from '../../src/core/domain/decimal.ts';
import type { OrderRecord } from '../../src/core/domain/order.ts';
import type { EngineState } from '../../src/core/engine/state.ts';
import { presentOf } from '../../src/core/ledger/ledger.ts';
import { ExposureBook, type OpenSums } from '../../src/core/risk/exposure.ts';

/** What differs, in words; empty when the sums are right. To be asked between two steps. */
export function bookDifference(state: EngineState): string {
  const [live, alive] = [idsOf(state.orders.live()), idsOf(state.orders.liveAnew())];
  if (live !== alive) return `live orders are kept as ${live}, and are ${alive}`;
  const [kept, anew] = [sumsOf(state, state.book), sumsOf(state, recounted(state))];
  return kept === anew ? '' : `the book's sums are ${kept}, its orders and positions make ${anew}`;
}

function recounted({ markets, strategies, ledger, orders }: EngineState): ExposureBook {
  const book = new ExposureBook();
  for (const bySymbol of ledger.holdings.values())
    for (const holding of bySymbol.values()) book.setPosition(holding.position, presentOf(holding));
  const waiting = [...strategies.values()].flatMap((runtime) => runtime.waiting);
  for (const order of [...orders.liveAnew(), ...waiting.map(({ record }) => record)]) {
    const market = markets.get(order.intent.symbol);
    if (market) book.reserve(order, market.instrument);
  }
  return book;
}

const idsOf = (orders: Iterable<OrderRecord>): string =>
  [...orders]
    .map(({ intent }) => intent.intentId)
    .sort()
    .join(' ');

function sumsOf({ strategies, markets }: EngineState, sums: OpenSums): string {
  const words = [`total ${toText(sums.total)}, ${String(sums.openOrders)} orders`];
  for (const id of strategies.keys()) {
    const { positionCost, openBuys, openSells, held } = sums.of(id);
    words.push(`${id} ${[positionCost, openBuys, openSells, held].map(toText).join(' ')}`);
  }
  for (const { instrument } of markets.values()) {
    const { base, quote } = instrument;
    words.push(`${base} ${toText(sums.reservedBase(base))}`);
    words.push(`${quote} ${toText(sums.reservedQuote(quote))}`);
  }
  return words.join('; ');
}
