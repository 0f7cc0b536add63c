/** How orders of a backtest are filled: the configuration's settings on the data there is. */
import type { FillSettings } from '../adapters/config/config.ts';
import type { CandleFile } from '../adapters/history/candleFile.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { FillModel, Reading } from '../core/matching/model.ts';
import type { ReportInput } from '../research/report.ts';
import type { TriedMarket } from './backtestHistory.ts';
import type { Trial } from './backtestTrial.ts';

/** False for a recording without any volume: then nothing is known of how much could be traded. */
export function hasVolumes({ columns: { volume } }: Pick<CandleFile, 'columns'>): boolean {
  return volume.some((each) => each > 0);
}

/** Markets of which it is not known how much could be traded. */
export function uncappedOf(markets: readonly TriedMarket[]): ReadonlySet<MarketSymbol> {
  const unknown = markets.filter(({ bars, detail }) => !hasVolumes(detail ?? bars));
  return new Set(unknown.map(({ symbol }) => symbol));
}

/** The same for every part of a recording. */
export function fillModelOf(settings: FillSettings, reading: Reading): FillModel {
  const { slippage, touch, maxShare } = settings;
  return { slippage, touch, reading, maxShare, quoteMaxAgeMs: 0 };
}

/** The settings as the report states them. */
export function statedFills({ account, markets }: Trial): ReportInput['fillSettings'] {
  const { slippage, touch, maxShare, latencyMs } = account.fills;
  const share = uncappedOf(markets).size < markets.length ? maxShare : null;
  return { slippage, touch, max_share: share, latency_ms: latencyMs };
}
