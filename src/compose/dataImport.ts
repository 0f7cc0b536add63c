/** Candle files into the store. */
import { readCandleFile } from '../adapters/history/candleFile.ts';
import { gapsIn, type Gap } from '../core/domain/barColumns.ts';
import { marketSymbol } from '../core/domain/ids.ts';
import { timeframeMs } from '../core/domain/time.ts';
import type { CandleStore, SeriesName, StoreResult } from '../ports/candleStore.ts';

export interface ImportRequest {
  readonly file: string;
  readonly exchange: string;
  /** Absent: as the file tells. */
  readonly symbol?: string;
  /** Bars that stand there with other numbers are replaced. */
  readonly replace: boolean;
}

export interface Imported extends StoreResult {
  readonly name: SeriesName;
  readonly conversions: readonly string[];
  readonly gaps: readonly Gap[];
}

/** @throws Error `DATA_…` of the file; `DATA_INVALID` when neither file nor request name the market. */
export function importFile(
  store: CandleStore,
  { file, exchange, symbol, replace }: ImportRequest,
): Imported {
  const { columns, timeframe, conversions, market } = readCandleFile(file);
  const found = symbol ?? (market === undefined ? undefined : slashed(market));
  if (found === undefined)
    throw new Error(
      `DATA_INVALID: ${file}: neither its name nor its rows tell the market; name it: --symbol BASE/QUOTE`,
    );
  const name = { exchange, symbol: marketSymbol(found), timeframe };
  const result = store.write(name, columns, { replace });
  return { name, conversions, gaps: gapsIn(columns.openTime, timeframeMs(timeframe)), ...result };
}

/** `BTCUSDT` → `BTC/USDT`: the longest quote that it ends in. */
function slashed(market: string): string | undefined {
  const match = /^(.+?)(FDUSD|USDT|USDC|BUSD|TUSD|USD|EUR|GBP|TRY|BTC|ETH|BNB)$/u.exec(market);
  return match ? `${match[1] ?? ''}/${match[2] ?? ''}` : undefined;
}
