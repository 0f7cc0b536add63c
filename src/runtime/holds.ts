/**
 * Holds: entries wait, symbol by symbol, for something that passes; cancels and exits go on. Whatever needs the operator's eyes
 * halts a symbol in the engine itself and takes the place of a hold.
 */
import type { MarketSymbol } from '../core/domain/ids.ts';
import { HOLD } from '../core/engine/halts.ts';
import type { Session } from './session.ts';

export class Holds {
  readonly #session: Session;
  /** What entries wait for at the moment, and where. */
  readonly #standing = new Map<string, ReadonlySet<MarketSymbol>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** A symbol that is halted already is left as it is. */
  hold(words: string, symbols: Iterable<MarketSymbol> = this.#session.state.markets.keys()): void {
    this.#standing.set(words, new Set(symbols));
    this.renew();
  }

  /** A halt that was lifted may have stood where something is waited for still. */
  renew(): void {
    for (const [words, symbols] of this.#standing)
      for (const symbol of symbols)
        if (this.#session.state.markets.get(symbol)?.haltReason === '')
          this.#session.control({ action: 'halt', symbol, reason: HOLD + words });
  }

  /** It has passed: entries again where only this stood in the way. No words: whatever the last run waited for. */
  lift(words = ''): void {
    for (const held of this.#standing.keys())
      if (held.startsWith(words)) this.#standing.delete(held);
    for (const [symbol, { haltReason }] of this.#session.state.markets) {
      if (haltReason.startsWith(HOLD + words))
        this.#session.control({ action: 'unhalt', symbol, reason: 'what it waited for is over' });
    }
  }
}
