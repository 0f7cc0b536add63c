/** Every market this run has to do with. The books must have been opened for writing before: that brings them up to date. */
import type { LoadedConfig } from '../adapters/config/load.ts';
import { openRecords } from '../adapters/sqlite/records.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';

const OPEN_ORDERS_MAX = 10_000;

/** Markets of the strategies, and those in which a strategy that is gone has left a position or an order. */
export function tradedSymbols({ config, strategies }: LoadedConfig): readonly MarketSymbol[] {
  const symbols = new Set(strategies.map(({ symbol }) => symbol));
  const records = openRecords(config.database);
  try {
    for (const { symbol, amount } of records.positions()) if (!amount.isZero()) symbols.add(symbol);
    const orders = records.orders({ openOnly: true, limit: OPEN_ORDERS_MAX });
    for (const { intent } of orders) symbols.add(intent.symbol);
  } finally {
    records.close();
  }
  return [...symbols];
}
