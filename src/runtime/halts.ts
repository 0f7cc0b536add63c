/**
 * Entries off, symbol by symbol; cancels and exits go on. A quarantine stands until the operator resumes the symbol; a hold
 * until what it waits for is over. Both are journalled with their words.
 */
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { Session } from './session.ts';

/** Marks a hold: it is lifted by whoever made it, and by the next start, which looks anew. */
const HOLD = 'on hold: ';
/** Words kept of several reasons; the notes have them all. */
const REASON_CHARS_MAX = 500;

export class Halts {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Something about this symbol cannot be true, or is not ours: the operator must look. */
  quarantine(symbol: MarketSymbol, words: string): void {
    const standing = this.#reasonOf(symbol);
    const earlier = standing.startsWith(HOLD) ? '' : standing;
    if (earlier.includes(words)) return;
    const reason = earlier === '' ? words : `${earlier}; ${words}`;
    if (reason.length <= REASON_CHARS_MAX || earlier === '')
      this.#session.control({ action: 'halt', symbol, reason });
  }

  /** Waits for something that passes. A symbol that is halted already is left as it is. */
  hold(words: string, symbols: Iterable<MarketSymbol> = this.#session.state.markets.keys()): void {
    for (const symbol of symbols) {
      if (this.#reasonOf(symbol) === '')
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

  #reasonOf(symbol: MarketSymbol): string {
    return this.#session.state.markets.get(symbol)?.haltReason ?? '';
  }
}
