/** A bar without an engine: everything that waits in an exchange model is filled, and nobody watches prices. */
import type { CandleEvent } from '../../src/core/domain/events.ts';
import type { PlayedExchange } from '../../src/research/barPlayer.ts';

export function playBar(exchange: PlayedExchange, bar: CandleEvent): void {
  if (!exchange.concerns(bar)) return;
  exchange.beginBar(bar);
  while (exchange.nextMoment([])) exchange.happen();
  exchange.endBar(bar);
}
