/** Commands about the books: they work with and without a running daemon. */
import type { MarketSymbol, StrategyId } from '../../core/domain/ids.ts';
import { marketSymbol, strategyId } from '../../core/domain/ids.ts';
import type { RecordFilter, Records } from '../../ports/records.ts';
import type { RunPointer } from '../daemon/runPointer.ts';
import type { ConfigSummary } from '../app.ts';
import type { Context, GlobalOptions } from './context.ts';
import { findTarget } from './target.ts';

export interface FilterOptions extends GlobalOptions {
  readonly strategy?: string;
  readonly symbol?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export const LIMIT_DEFAULT = 50;
export const LIMIT_MAX = 100_000;

/** Opens the books, reads, closes. @throws Error `JOURNAL_MISSING` when nothing was ever recorded. */
export function withRecords<Value>(
  context: Context,
  options: GlobalOptions,
  read: (records: Records, target: RunPointer) => Value,
): Value {
  const target = findTarget(context, options);
  const records = context.app.records(asSummary(target));
  try {
    return read(records, target);
  } finally {
    records.close();
  }
}

/** Where the books are does not depend on what the configuration says beyond its paths. */
export function asSummary(target: RunPointer): ConfigSummary {
  return { ...target, warnings: [], unfit: [], effective: null };
}

/** `BTC/USDT`, however it was typed: `btc/usdt`, `BTC-USDT`. */
export function symbolOf(text: string): MarketSymbol {
  return marketSymbol(text.toUpperCase().replace(/[-_:]/u, '/'));
}

export function recordFilter({ strategy, symbol, limit }: FilterOptions): RecordFilter {
  return {
    limit,
    ...(strategy !== undefined && { strategyId: strategyOf(strategy) }),
    ...(symbol !== undefined && { symbol: symbolOf(symbol) }),
  };
}

export function strategyOf(text: string): StrategyId {
  return strategyId(text);
}
