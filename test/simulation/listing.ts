/** What the simulated exchange says of its markets, every filter included. */
import { dec, type Decimal } from '../../src/core/domain/decimal.ts';
import { asset, type MarketSymbol } from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import { formatAtoms, formatScaled } from '../../src/simulator/engine/amounts.ts';
import type { PriceBand } from '../../src/simulator/engine/filters.ts';
import type { Instrument as Listed } from '../../src/simulator/engine/types.ts';
import type { SimExchange } from './exchange.ts';

const PPM = 1_000_000;

/** As the market is listed at this moment. */
export function listingOf(exchange: SimExchange, symbol: MarketSymbol): Instrument {
  const { instrument } = exchange.engine.book(symbol.replace('/', ''));
  const lots = (count: number): Decimal => dec(formatScaled(count, instrument.lotDecimals));
  return {
    symbol,
    base: asset(instrument.base),
    quote: asset(instrument.quote),
    tickSize: dec(formatScaled(instrument.tickStep, instrument.priceDecimals)),
    lotSize: lots(instrument.lotStep),
    minAmount: lots(instrument.lotStep),
    minNotional: dec(formatAtoms(instrument.minNotional)),
    minNotionalAtMarket: instrument.isMinNotionalAtMarket,
    ...filtersOf(instrument),
    makerFee: dec('0.001'),
    takerFee: dec('0.001'),
    triggers: exchange.options.triggers,
  };
}

/** Those that the market has. */
function filtersOf(listed: Listed): Partial<Instrument> {
  const filters: { readonly [Name in keyof Instrument]?: Instrument[Name] | undefined } = {
    maxAmount: amount(listed.maxSize),
    marketMinAmount: amount(listed.marketMinSize),
    marketMaxAmount: amount(listed.marketMaxSize),
    maxNotional: amount(listed.maxNotional),
    maxNotionalAtMarket: listed.isMaxNotionalAtMarket || undefined,
    marketMaxNotional: amount(listed.marketMaxNotional),
    minPrice: amount(listed.minPrice),
    maxPrice: amount(listed.maxPrice),
    maxPosition: amount(listed.maxPosition),
    priceBand: listed.priceBand && bandOf(listed.priceBand),
    maxOrders: listed.maxOrders || undefined,
    maxTriggerOrders: listed.maxAlgoOrders || undefined,
  };
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

function amount(atoms: bigint): Decimal | undefined {
  return atoms > 0n ? dec(formatAtoms(atoms)) : undefined;
}

function bandOf(band: PriceBand): Instrument['priceBand'] {
  return {
    buy: { up: band.bidUpPpm / PPM, down: band.bidDownPpm / PPM },
    sell: { up: band.askUpPpm / PPM, down: band.askDownPpm / PPM },
  };
}
