/** The paper exchange behind the gateway port: the same answers; those to orders and cancels at once. */
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import type { ExchangeGateway, PlaceOutcome } from '../../ports/exchangeGateway.ts';
import type { PaperExchange } from './paperExchange.ts';

/** Where trading rules come from: a real exchange's public metadata, or a fixed list. */
export type InstrumentSource = (symbols: readonly MarketSymbol[]) => Promise<readonly Instrument[]>;

const TRIGGERS: Instrument['triggers'] = 'stop';
const NO_PAIRS: PlaceOutcome = {
  kind: 'rejected',
  code: 'UNSUPPORTED',
  message: 'the paper exchange takes no pairs of orders',
};

/** A gateway to this exchange. Markets are listed when their instruments are asked for. */
export function createPaperGateway(
  exchange: PaperExchange,
  instrumentsOf: InstrumentSource,
): ExchangeGateway {
  return {
    // Everything is done when a call returns.
    timing: { lifetimeMs: 0, readLagMs: 0 },
    instruments: async (symbols) => {
      // What this exchange can hold is its own affair, wherever the other rules come from.
      const listed = await instrumentsOf(symbols);
      const instruments = listed.map((instrument) => ({ ...instrument, triggers: TRIGGERS }));
      for (const instrument of instruments) exchange.list(instrument);
      return instruments;
    },
    // It is taken in the turn in which it was looked at: there is no moment in between for another look.
    place: (order) => exchange.place(order),
    placePair: () => ({ stop: NO_PAIRS, target: NO_PAIRS }),
    cancel: (order) => exchange.cancel(order),
    lookup: async (order) => exchange.lookup(order),
    openOrders: async (symbols) => ({ rows: exchange.openOrders(symbols), unreadable: [] }),
    fills: async (symbol, since) => ({ rows: exchange.fills(symbol, since), unreadable: [] }),
    balances: async () => exchange.balances(),
    clockOffsetMs: async () => 0,
    permissions: async () => ({ trading: true, withdrawals: false, transfers: false }),
    open: async (sink) => {
      exchange.connect(sink);
      sink.stream(true, 'paper');
    },
    close: async () => exchange.connect(undefined),
  };
}

/** A fixed list of markets. The source rejects with `SYMBOL_UNKNOWN` for what is not on it. */
export function fixedInstruments(instruments: readonly Instrument[]): InstrumentSource {
  const bySymbol = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
  return async (symbols) =>
    symbols.map((symbol) => {
      const instrument = bySymbol.get(symbol);
      if (instrument !== undefined) return instrument;
      const known = [...bySymbol.keys()].join(', ');
      throw new Error(`SYMBOL_UNKNOWN: no market ${symbol}; there is ${known}`);
    });
}
