/** What a backtest knows of the past of a market. */
import type { CandleFile } from '../adapters/history/candleFile.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import { timeframeMs, type Timeframe } from '../core/domain/time.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import type { Span } from '../ports/candleStore.ts';

/** Bars, and what they are called. */
export interface NamedBars extends CandleFile {
  readonly name: string;
}

export interface MarketHistory {
  readonly symbol: MarketSymbol;
  /** What strategies decide by. */
  readonly bars: NamedBars;
  /** Finer bars for fills and guards; undefined: the same. */
  readonly detail: NamedBars | undefined;
}

/** A market, its rules and its data. */
export interface TriedMarket extends MarketHistory {
  readonly instrument: Instrument;
  /** What of its rules was assumed, in words. */
  readonly assumed: readonly string[];
}

export interface DataChoice {
  /** Candle files, each as it is or as `BTC/USDT=FILE`. */
  readonly files: readonly string[];
  /** Exchange whose stored candles are taken where `files` is empty. */
  readonly exchange: string | undefined;
  /** Folder of the store. */
  readonly folder: string;
  readonly detail: Timeframe | undefined;
  readonly span: Span;
}

/** What of a strategy says which data it needs. */
export type Traded = Pick<StrategySpec, 'id' | 'symbol' | 'timeframe'>;

/** Bars to decide by and finer ones, of which one may be missing. @throws Error `DATA_MISSING`, `DATA_INVALID` */
export function historyOf(
  symbol: MarketSymbol,
  bars: NamedBars | undefined,
  detail: NamedBars | undefined,
): MarketHistory {
  if (bars && detail && timeframeMs(bars.timeframe) % timeframeMs(detail.timeframe) !== 0)
    throw new Error(`DATA_INVALID: ${detail.name} is not finer than ${bars.name}`);
  const main = bars ?? detail;
  if (!main) throw new Error(`DATA_MISSING: nothing is known of ${symbol}`);
  return { symbol, bars: main, detail: main === detail ? undefined : detail };
}
