/** Trading rules for recorded data, which carries none: as the large exchanges set them at such prices. */
import { dec, type Decimal } from '../core/domain/decimal.ts';
import { asset, type MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';

/** Smallest order most spot markets take, in quote (Binance: 5 USDT). */
const MIN_NOTIONAL = dec('5');

/**
 * Tick: the finest price digit of the data. Lot: the power of ten worth between 0.1 and 1 quote at the first price, as Binance has
 * it (0.00001 BTC at 60,000, 0.0001 ETH at 3,000).
 */
export function guessInstrument(
  symbol: MarketSymbol,
  data: { readonly price: number; readonly priceDecimals: number },
  fees: { readonly maker: Decimal; readonly taker: Decimal },
): Instrument {
  const [base = '', quote = ''] = symbol.split('/');
  const lotSize = dec(10).pow(-(Math.floor(Math.log10(data.price)) + 1));
  return {
    symbol,
    base: asset(base),
    quote: asset(quote),
    tickSize: dec(10).pow(-data.priceDecimals),
    lotSize,
    minAmount: lotSize,
    minNotional: MIN_NOTIONAL,
    makerFee: fees.maker,
    takerFee: fees.taker,
    triggers: 'stop',
  };
}
