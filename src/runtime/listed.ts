/** Trading rules of the markets we want, where one that is gone must not take the others with it. */
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';

export interface Listed {
  readonly instruments: readonly Instrument[];
  /** Markets that were traded before and that the exchange has halted or does not list any more, with its words. */
  readonly gone: readonly { readonly symbol: MarketSymbol; readonly why: string }[];
}

/**
 * @param traded markets the books know: only they can be gone; any other that is not listed was misspelt.
 * @throws Error `SYMBOL_UNKNOWN` for one that was never traded, and when none is left; `GATEWAY_FAILED`.
 */
export async function readListed(
  gateway: Pick<ExchangeGateway, 'instruments'>,
  symbols: readonly MarketSymbol[],
  traded: ReadonlySet<MarketSymbol>,
): Promise<Listed> {
  try {
    return { instruments: await gateway.instruments(symbols), gone: [] };
  } catch (error) {
    if (!isUnknown(error) || symbols.length < 2) throw error;
  }
  const instruments: Instrument[] = [];
  const gone: { symbol: MarketSymbol; why: string }[] = [];
  for (const symbol of symbols) {
    try {
      instruments.push(...(await gateway.instruments([symbol])));
    } catch (error) {
      if (!isUnknown(error) || !traded.has(symbol)) throw error;
      gone.push({ symbol, why: error.message });
    }
  }
  const [first] = gone;
  if (instruments.length === 0 && first) throw new Error(first.why);
  return { instruments, gone };
}

/** The exchange's words when it has halted a market or does not list it any more; empty while it trades. */
export async function whyGone(
  gateway: Pick<ExchangeGateway, 'instruments'>,
  symbol: MarketSymbol,
): Promise<string> {
  try {
    await gateway.instruments([symbol]);
    return '';
  } catch (error) {
    if (isUnknown(error)) return error.message;
    throw error;
  }
}

function isUnknown(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith('SYMBOL_UNKNOWN');
}
