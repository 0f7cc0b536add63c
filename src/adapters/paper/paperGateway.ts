/** The paper exchange behind the gateway port: the same answers; those to orders and cancels at once. */
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ExchangeGateway } from '../../ports/exchangeGateway.ts';
import type { PaperExchange } from './paperExchange.ts';

/** Where trading rules come from: a real exchange's public metadata, or a fixed list. */
export type InstrumentSource = (symbols: readonly MarketSymbol[]) => Promise<readonly Instrument[]>;

/**
 * A gateway to this exchange. Markets are listed when their instruments are asked for; it holds of stops and pairs what the market that
 * it stands for would.
 * @param way how long an order or a cancel is on its way, by the wall; absent: it arrives at once.
 */
export function createPaperGateway(
  exchange: PaperExchange,
  instrumentsOf: InstrumentSource,
  way?: { readonly latencyMs: number; readonly clock: Pick<Clock, 'after'> },
): ExchangeGateway {
  const isInstant = way === undefined || way.latencyMs === 0;
  const travel = (): Promise<void> =>
    new Promise((resolve) => {
      if (way) way.clock.after(way.latencyMs, resolve);
      else resolve();
    });
  return {
    // Everything is done when a call returns.
    timing: { lifetimeMs: 0, readLagMs: 0 },
    instruments: async (symbols) => {
      const instruments = await instrumentsOf(symbols);
      for (const instrument of instruments) exchange.list(instrument);
      return instruments;
    },
    // What leaves is on its way in the turn in which it was looked at: there is no moment in between for another look.
    place: (order) =>
      isInstant ? exchange.place(order) : travel().then(() => exchange.place(order)),
    placePair: (pair) =>
      isInstant ? exchange.placePair(pair) : travel().then(() => exchange.placePair(pair)),
    cancel: (order) =>
      isInstant ? exchange.cancel(order) : travel().then(() => exchange.cancel(order)),
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
