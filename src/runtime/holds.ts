/**
 * Holds: entries wait, symbol by symbol, for something that passes; cancels and exits go on. Whatever needs the operator's eyes
 * halts a symbol in the engine itself and takes the place of a hold.
 */
import type { MarketSymbol } from '../core/domain/ids.ts';
import { HOLD } from '../core/engine/halts.ts';
import type { Session } from './session.ts';

export class Holds {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** A symbol that is halted already is left as it is. */
  hold(words: string, symbols: Iterable<MarketSymbol> = this.#session.state.markets.keys()): void {
    for (const symbol of symbols) {
      if (this.#session.state.markets.get(symbol)?.haltReason === '')
        this.#session.control({ action: 'halt', symbol, reason: HOLD + words });
    }
  }

  /** It has passed: entries again where only this stood in the way. No words: whatever the last run waited for. */
  lift(words = ''): void {
    for (const [symbol, { haltReason }] of this.#session.state.markets) {
      if (haltReason.startsWith(HOLD + words))
        this.#session.control({ action: 'unhalt', symbol, reason: 'what it waited for is over' });
    }
  }
}
