/** Trading rules of the markets we want, where one that is gone must not take the others with it. */
import { marketSymbol, type MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';

const UNKNOWN = 'SYMBOL_UNKNOWN: ';

export interface Listed {
  readonly instruments: readonly Instrument[];
  /** Markets that the exchange has halted or does not list, with its words. */
  readonly gone: readonly { readonly symbol: MarketSymbol; readonly why: string }[];
}

/**
 * Asks once more for each market that is not listed: its list is long, so the markets are not asked for one by one.
 * @throws Error `GATEWAY_FAILED`; `SYMBOL_UNKNOWN` when the exchange does not say which market it does not know.
 */
export async function readListed(
  gateway: Pick<ExchangeGateway, 'instruments'>,
  symbols: readonly MarketSymbol[],
): Promise<Listed> {
  const gone: { symbol: MarketSymbol; why: string }[] = [];
  for (;;) {
    const wanted = symbols.filter((symbol) => !gone.some((each) => each.symbol === symbol));
    if (wanted.length === 0) return { instruments: [], gone };
    try {
      return { instruments: await gateway.instruments(wanted), gone };
    } catch (error) {
      const unknown = isUnknown(error) ? namedFirst(error.message, wanted) : undefined;
      if (!isUnknown(error) || unknown === undefined) throw error;
      gone.push({ symbol: unknown, why: error.message.slice(UNKNOWN.length) });
    }
  }
}

/** The market that a message is about; it may name near ones after it. */
function namedFirst(message: string, symbols: readonly MarketSymbol[]): MarketSymbol | undefined {
  const words = message.split(/[\s,;:]+/u).map((word) => word.replace(/\.$/u, ''));
  return words.map(marketSymbol).find((word) => symbols.includes(word));
}

function isUnknown(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith(UNKNOWN);
}
