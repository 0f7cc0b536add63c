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

  /** A symbol that is halted already, or waits for something else, is left as it is. */
  hold(words: string, symbols: Iterable<MarketSymbol> = this.#session.state.markets.keys()): void {
    this.#standing.set(words, new Set(symbols));
    this.renew();
  }

  /** A halt that was lifted may have stood where something is waited for still. */
  renew(): void {
    for (const [symbol, { haltReason }] of this.#session.state.markets) {
      const words = this.#wordsFor(symbol);
      if (words !== undefined && (haltReason === '' || this.#isOver(haltReason)))
        this.#session.control({ action: 'halt', symbol, reason: HOLD + words });
    }
  }

  /**
   * It has passed: entries again where only this stood in the way; where something else is waited for, too, the symbol waits for that
   * from the same moment. No words: whatever the last run waited for.
   */
  lift(words = ''): void {
    for (const held of this.#standing.keys())
      if (held.startsWith(words)) this.#standing.delete(held);
    for (const [symbol, { haltReason }] of this.#session.state.markets) {
      if (!haltReason.startsWith(HOLD + words)) continue;
      const still = this.#wordsFor(symbol);
      if (still === undefined)
        this.#session.control({ action: 'unhalt', symbol, reason: 'what it waited for is over' });
      else this.#session.control({ action: 'halt', symbol, reason: HOLD + still });
    }
  }

  #wordsFor(symbol: MarketSymbol): string | undefined {
    for (const [words, symbols] of this.#standing) if (symbols.has(symbol)) return words;
    return undefined;
  }

  /** A hold that is lifted already, although the engine may not have heard of it yet: it is in the middle of a step. */
  #isOver(haltReason: string): boolean {
    return haltReason.startsWith(HOLD) && !this.#standing.has(haltReason.slice(HOLD.length));
  }
}
