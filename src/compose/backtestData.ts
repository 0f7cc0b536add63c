/** The data of a backtest: for each market that is traded, from files or from the store. */
import { createCandleStore } from '../adapters/candles/candleStore.ts';
import { fileHistories } from './backtestFiles.ts';
import type { DataChoice, MarketHistory, Traded } from './backtestHistory.ts';
import { storedHistory } from './backtestStored.ts';

/**
 * One history for each market that is traded, in the order in which strategies name them.
 * @throws Error `DATA_MISSING`, `DATA_INVALID` naming the market or the file.
 */
export function historiesOf(specs: readonly Traded[], choice: DataChoice): MarketHistory[] {
  const symbols = [...new Set(specs.map(({ symbol }) => symbol))];
  if (choice.files.length > 0) return fileHistories(symbols, specs, choice);
  const store = createCandleStore(choice.folder);
  return symbols.map((symbol) => storedHistory(store, symbol, specs, choice));
}
