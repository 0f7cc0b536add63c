/** Markets of which the exchange says that they are halted or not listed, as long as it does: asked about again and again. */
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import { readListed } from './listed.ts';
import type { Parts } from './parts.ts';

const GONE = 'the market is gone';

type Means = Pick<Parts, 'session' | 'holds' | 'gone' | 'unlisted'>;

export class SilentMarkets {
  readonly #gateway: Pick<ExchangeGateway, 'instruments'>;
  readonly #parts: Means;
  /** Traded here, and halted by the exchange or not listed, with the words of their hold. */
  #gone: ReadonlyMap<MarketSymbol, string> = new Map();
  #listener: (symbols: readonly MarketSymbol[]) => void = () => undefined;

  constructor(gateway: Pick<ExchangeGateway, 'instruments'>, parts: Means) {
    this.#gateway = gateway;
    this.#parts = parts;
  }

  /** Called with markets that were left out at the start and that the exchange trades now. Must not throw. */
  onRelisted(listener: (symbols: readonly MarketSymbol[]) => void): void {
    this.#listener = listener;
  }

  /** A market without data may be one that the exchange has halted or delisted: entries wait there until it trades it again. */
  async look(): Promise<void> {
    const { session, gone: leftOut, unlisted } = this.#parts;
    const silent = [...session.state.markets.values()]
      .filter(({ instrument: { symbol }, stale }) => stale || this.#gone.has(symbol))
      .map(({ instrument }) => instrument.symbol);
    const absent = [...leftOut, ...unlisted].map(({ symbol }) => symbol);
    const { gone, instruments } = await readListed(this.#gateway, [...silent, ...absent]);
    this.#hold(gone.filter(({ symbol }) => silent.includes(symbol)));
    const relisted = absent.filter((symbol) => instruments.some((each) => each.symbol === symbol));
    if (relisted.length > 0) this.#listener(relisted);
  }

  #hold(gone: readonly { readonly symbol: MarketSymbol; readonly why: string }[]): void {
    const { session, holds } = this.#parts;
    const words = new Map(gone.map(({ symbol, why }) => [symbol, `${GONE}: ${why}`]));
    for (const [symbol, before] of this.#gone) if (words.get(symbol) !== before) holds.lift(before);
    for (const [symbol, reason] of words) {
      holds.hold(reason, [symbol]);
      // What rests there would trade at the first price after the pause, whatever that is. Asked again while the exchange refuses.
      session.control({ action: 'cancelAll', symbol, reason });
    }
    this.#gone = words;
  }
}
