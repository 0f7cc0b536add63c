/** Data and market of a backtest: which rules hold, and what is to be known about the data. */
import type { Instrument } from '../core/domain/instrument.ts';
import { formatUtc } from '../core/domain/time.ts';
import type { AboutMarket } from '../research/report.ts';
import type { DataNotes } from '../research/reportSchema.ts';
import type { BacktestAccount } from './backtestAccount.ts';
import type { MarketHistory, TriedMarket } from './backtestHistory.ts';
import { assumedOf, guessInstrument, statedInstrument } from './instrumentGuess.ts';

/** The rules of the market, and what of them was assumed. @throws Error `CONFIG_INVALID` of the file of markets. */
export function instrumentOf(
  marketFile: string | undefined,
  { symbol, bars, detail }: MarketHistory,
  { makerFee: maker, takerFee: taker }: BacktestAccount,
): { readonly instrument: Instrument; readonly assumed: readonly string[] } {
  if (marketFile !== undefined)
    return { instrument: statedInstrument(marketFile, symbol, { maker, taker }), assumed: [] };
  const price = bars.columns.close[0] ?? 1;
  const priceDecimals = Math.max(bars.priceDecimals, detail?.priceDecimals ?? 0);
  const instrument = guessInstrument(symbol, { price, priceDecimals }, { maker, taker });
  return { instrument, assumed: [assumedOf(instrument)] };
}

/** What a report says of a market that its run does not know. */
export function aboutMarket({ bars, detail, assumed }: TriedMarket): AboutMarket {
  return {
    data: bars.name,
    timeframe: bars.timeframe,
    detail: detail ? { data: detail.name, timeframe: detail.timeframe } : null,
    data_notes: notesOf(bars, detail, assumed),
  };
}

/** Of the bars that orders were filled by. */
function notesOf(
  bars: MarketHistory['bars'],
  detail: MarketHistory['detail'],
  assumed: readonly string[],
): DataNotes {
  const played = detail ?? bars;
  return {
    gaps: played.gaps.map(({ from, bars: count }) => ({ from: formatUtc(from), bars: count })),
    jumps: played.jumps.map(({ at, factor }) => ({ at: formatUtc(at), factor })),
    zero_volume_bars: played.zeroVolumeBars,
    conversions: [...bars.conversions, ...(detail?.conversions ?? [])],
    assumed,
  };
}
