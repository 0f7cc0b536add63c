/** Data and market of a backtest: whether they belong together, which rules hold, and what is to be known about them. */
import type { CandleFile } from '../adapters/history/candleFile.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import { formatUtc } from '../core/domain/time.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import type { DataNotes } from '../research/report.ts';
import type { BacktestAccount } from './backtestAccount.ts';
import { assumedOf, guessInstrument, statedInstrument } from './instrumentGuess.ts';

/** A strategy must not run on the prices of another market unnoticed. @throws Error `DATA_INVALID` */
export function checkMarket({ market }: CandleFile, spec: StrategySpec, file: string): void {
  const wanted = spec.symbol.replace('/', '');
  if (market === undefined || market === wanted) return;
  throw new Error(
    `DATA_INVALID: ${file} holds ${market}, and ${spec.id} trades ${spec.symbol}; to run it on that market, name it: --symbol BASE/QUOTE`,
  );
}

/** The rules of the market, and what of them was assumed. @throws Error `CONFIG_INVALID` of the file of markets. */
export function instrumentOf(
  marketFile: string | undefined,
  { symbol }: StrategySpec,
  { columns, priceDecimals }: CandleFile,
  { makerFee: maker, takerFee: taker }: BacktestAccount,
): { readonly instrument: Instrument; readonly assumed: readonly string[] } {
  if (marketFile !== undefined)
    return { instrument: statedInstrument(marketFile, symbol, { maker, taker }), assumed: [] };
  const price = columns.close[0] ?? 1;
  const instrument = guessInstrument(symbol, { price, priceDecimals }, { maker, taker });
  return { instrument, assumed: [assumedOf(instrument)] };
}

/** What is to be known about the data. */
export function notesOf(data: CandleFile, assumed: readonly string[]): DataNotes {
  return {
    gaps: data.gaps.map(({ from, bars }) => ({ from: formatUtc(from), bars })),
    jumps: data.jumps.map(({ at, factor }) => ({ at: formatUtc(at), factor })),
    zero_volume_bars: data.zeroVolumeBars,
    conversions: data.conversions,
    assumed,
  };
}
