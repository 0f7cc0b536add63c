/** Trading rules for recorded data, which carries none: as a file states them, or as the large exchanges set them at such prices. */
import { loadMarketRules } from '../adapters/config/backtestFiles.ts';
import { renderProblem } from '../adapters/config/problem.ts';
import { dec, toText, type Decimal } from '../core/domain/decimal.ts';
import { asset, type MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';

/** Smallest order most spot markets take, in quote (Binance: 5 USDT). */
const MIN_NOTIONAL = dec('5');

export interface MarketFees {
  readonly maker: Decimal;
  readonly taker: Decimal;
}

/**
 * Tick: the finest price of the data. Lot: the power of ten worth between 0.1 and 1 quote at the first price, as Binance has
 * it (0.00001 BTC at 60,000, 0.0001 ETH at 3,000).
 */
export function guessInstrument(
  symbol: MarketSymbol,
  data: { readonly price: number; readonly priceDecimals: number },
  fees: MarketFees,
): Instrument {
  const lotSize = dec(`1e${String(-(Math.floor(Math.log10(data.price)) + 1))}`);
  return {
    ...identity(symbol, fees),
    tickSize: dec(`1e-${String(data.priceDecimals)}`),
    lotSize,
    minAmount: lotSize,
    minNotional: MIN_NOTIONAL,
  };
}

/** The rules a file of markets states. @throws Error `CONFIG_INVALID` when it is wrong or does not have the market. */
export function statedInstrument(file: string, symbol: MarketSymbol, fees: MarketFees): Instrument {
  const loaded = loadMarketRules(file, symbol);
  if (!loaded.ok) throw new Error(`CONFIG_INVALID: ${loaded.error.map(renderProblem).join('\n')}`);
  const { tick, lot, min_amount, max_amount, min_notional, maker, taker } = loaded.value;
  return {
    ...identity(symbol, {
      maker: maker === undefined ? fees.maker : dec(maker),
      taker: taker === undefined ? fees.taker : dec(taker),
    }),
    tickSize: tick,
    lotSize: lot,
    minAmount: min_amount ?? lot,
    ...(max_amount !== undefined && { maxAmount: max_amount }),
    minNotional: min_notional,
  };
}

/** What was assumed of a market, in words. */
export function assumedOf({ tickSize, lotSize, minNotional, quote }: Instrument): string {
  return `price step ${toText(tickSize)}, lot ${toText(lotSize)} and smallest order ${toText(minNotional)} ${quote} are guessed from the prices; --market FILE states them`;
}

function identity(
  symbol: MarketSymbol,
  { maker, taker }: MarketFees,
): Pick<Instrument, 'symbol' | 'base' | 'quote' | 'makerFee' | 'takerFee' | 'triggers'> {
  const [base = '', quote = ''] = symbol.split('/');
  return {
    symbol,
    base: asset(base),
    quote: asset(quote),
    makerFee: maker,
    takerFee: taker,
    // As Binance does: it holds stops and pairs. Which exchange is configured is not asked.
    triggers: 'oco',
  };
}
