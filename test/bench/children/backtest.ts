/** Runs one strategy file over hourly bars, in variants that take turns, so that their ratios share the machine's moods. */
import { loadStrategy } from '../../../src/adapters/config/strategyFiles.ts';
import { readCandleFile } from '../../../src/adapters/history/candleFile.ts';
import { DEFAULT_ACCOUNT } from '../../../src/compose/backtestAccount.ts';
import { wireBacktest } from '../../../src/compose/backtestParts.ts';
import { guessInstrument } from '../../../src/compose/instrumentGuess.ts';
import { SILENT } from '../../../src/compose/silentLogger.ts';
import type { Instrument } from '../../../src/core/domain/instrument.ts';
import type { BarColumns } from '../../../src/core/domain/market.ts';
import type { StrategySpec } from '../../../src/core/strategies/contract.ts';
import { runBacktest } from '../../../src/research/backtest.ts';
import type { ChildService } from '../child.ts';
import { repeated, syntheticBars } from '../market.ts';
import { startStopwatch, type Cost } from '../statistics.ts';

const TIMEFRAME = '1h';
const PRICE_DECIMALS = 2;

export interface BacktestCase {
  readonly strategyFile: string;
  /** `repeats` of a recorded file of hourly bars, or seeded bars. */
  readonly data:
    | { readonly bars: number; readonly seed: number }
    | { readonly file: string; readonly repeats: number };
  /** Changes to the file's parameters. */
  readonly variants: readonly Readonly<Record<string, unknown>>[];
  /** Timed runs of each variant, after one that is not. */
  readonly rounds: number;
}

export interface VariantFigures {
  readonly bars: number;
  readonly orders: number;
  readonly fills: number;
  readonly costs: readonly Cost[];
}

export interface BacktestFigures {
  readonly variants: readonly VariantFigures[];
  /** Largest resident memory of the process, MiB. */
  readonly peakMib: number;
}

export async function open(request: unknown): Promise<ChildService> {
  const { strategyFile, data, variants, rounds } = request as BacktestCase;
  const columns =
    'bars' in data
      ? syntheticBars(data.bars, data.seed)
      : repeated(readCandleFile(data.file).columns, data.repeats);
  const loaded = loadStrategy(strategyFile);
  if (!loaded.ok) throw new Error(`${strategyFile} is not valid`);
  const { spec } = loaded.value;
  const figures = variants.map(() => ({ bars: 0, orders: 0, fills: 0, costs: [] as Cost[] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, changes] of variants.entries()) {
      const changed = { ...(spec.params as object), ...changes };
      const run = await runOnce({ ...spec, timeframe: TIMEFRAME, params: changed }, columns);
      const kept = figures[index];
      if (!kept) continue;
      Object.assign(kept, { bars: run.bars, orders: run.orders, fills: run.fills });
      if (round > 0) kept.costs.push(run.cost);
    }
  }
  const peakMib = process.resourceUsage().maxRSS / 1024;
  return { ready: { variants: figures, peakMib } satisfies BacktestFigures };
}

async function runOnce(spec: StrategySpec, columns: BarColumns) {
  const wired = await wireBacktest({
    spec,
    instrument: instrumentOf(spec, columns),
    balances: [{ asset: instrumentOf(spec, columns).quote, total: DEFAULT_ACCOUNT.balance }],
    fillModel: { slippage: DEFAULT_ACCOUNT.fills.slippage, touch: 'through', quoteMaxAgeMs: 0 },
    limits: DEFAULT_ACCOUNT,
    logger: SILENT,
  });
  const stopwatch = startStopwatch();
  const { bars, fills } = runBacktest(
    wired,
    { symbol: spec.symbol, columns, timeframe: TIMEFRAME },
    { fromMs: -Infinity, toMs: Infinity, onProgress: () => undefined },
  );
  const cost = stopwatch.stop();
  const orders = wired.session.state.nextSequence - 1;
  return { bars, orders, fills: fills.length, cost };
}

function instrumentOf(spec: StrategySpec, columns: BarColumns): Instrument {
  const { makerFee: maker, takerFee: taker } = DEFAULT_ACCOUNT;
  const price = columns.close[0] ?? 1;
  return guessInstrument(spec.symbol, { price, priceDecimals: PRICE_DECIMALS }, { maker, taker });
}
