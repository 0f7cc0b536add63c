/** How far the market went while trades were open. */
import { toFloat } from '../core/domain/decimal.ts';
import type { IntentId, MarketSymbol, StrategyId } from '../core/domain/ids.ts';
import type { Trade } from '../core/ledger/trades.ts';
import { RangeExtremes } from '../core/reporting/excursions.ts';
import type { BacktestRun, MarketSpan, PlacedFill } from './backtest.ts';

/** A trade with its owner. */
export interface OwnedTrade extends Trade {
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
}

/** Where in the data a trade's orders were filled. */
interface Place {
  readonly first: PlacedFill;
  last: PlacedFill;
}

/** How far the market went while positions were open. */
export class Excursions {
  readonly #places = new Map<IntentId, Place>();
  readonly #spans: ReadonlyMap<MarketSymbol, MarketSpan>;
  readonly #extremes: ReadonlyMap<MarketSymbol, RangeExtremes>;

  constructor({ fills, markets }: Pick<BacktestRun, 'fills' | 'markets'>) {
    for (const fill of fills) {
      const place = this.#places.get(fill.intentId);
      if (place) place.last = fill;
      else this.#places.set(fill.intentId, { first: fill, last: fill });
    }
    this.#spans = new Map(markets.map((span) => [span.symbol, span]));
    this.#extremes = new Map(
      markets.map(({ symbol, columns }) => [symbol, new RangeExtremes(columns)]),
    );
  }

  of(trade: OwnedTrade): { readonly mae: number; readonly mfe: number } {
    const entry = toFloat(trade.entryPaid) / toFloat(trade.amount);
    const { low, high } = this.#range(trade);
    return { mae: Math.max(0, 1 - low / entry), mfe: Math.max(0, high / entry - 1) };
  }

  /** From the entry to the exit, as far as it is known to lie between them. */
  #range(trade: OwnedTrade): { readonly low: number; readonly high: number } {
    const { entryPaid, exitReceived, amount } = trade;
    const known = [entryPaid, exitReceived].map((quote) => toFloat(quote) / toFloat(amount));
    known.push(...this.#between(trade));
    return { low: Math.min(...known), high: Math.max(...known) };
  }

  /** Prices of whole bars in between, of the rest of a bar after its open, and the close of one it was opened within. */
  #between({ symbol, entryIntent, exitIntent }: OwnedTrade): readonly number[] {
    const entry = entryIntent && this.#places.get(entryIntent)?.first;
    const exit = this.#places.get(exitIntent)?.last;
    return entry && exit && entry.row < exit.row ? this.#prices(symbol, entry, exit) : [];
  }

  #prices(symbol: MarketSymbol, entry: PlacedFill, exit: PlacedFill): readonly number[] {
    const columns = this.#spans.get(symbol)?.columns;
    const extremes = this.#extremes.get(symbol);
    if (!columns || !extremes) return [];
    const tookOpen = entry.fill.at === columns.openTime[entry.row];
    const { low, high } = extremes.of(entry.row + (tookOpen ? 0 : 1), exit.row);
    return [columns.close[entry.row] ?? Number.NaN, low, high].filter(Number.isFinite);
  }
}
